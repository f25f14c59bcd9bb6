import type { OrgCtx } from "../../kernel/context.ts";
import { getSettings } from "../settings/get-settings.ts";
import { ContentTemplate, RANKS } from "./content-template.ts";
import { templateSuccess } from "./template-success.ts";

export interface TemplateRating {
  /** Published posts of it that are old enough and whose rate is known. */
  readonly rated_posts: number;
  /** Those of them whose rate is above the baseline. */
  readonly successful_posts: number;
  /** Null while no rate is known. */
  readonly avg_engagement_rate: number | null;
}

/**
 * Keeps how a template's posts fare, with the interval and the rank that follow. Repeating it changes nothing but the time.
 * Throws DomainError not_found. README, Templates.
 */
export const rateTemplate = async (
  ctx: OrgCtx,
  id: string,
  { rated_posts, successful_posts, avg_engagement_rate }: TemplateRating,
): Promise<ContentTemplate> => {
  const { template_min_posts } = await getSettings(ctx);
  const { success_rate, lower, upper, insufficient_data } = templateSuccess(successful_posts, rated_posts, template_min_posts);
  return ContentTemplate.patch(
    ctx,
    { org_id: ctx.org_id, id },
    {
      rated_posts,
      successful_posts,
      avg_engagement_rate,
      success_rate,
      success_lower: lower,
      success_upper: upper,
      insufficient_data,
      rated_at: ctx.clock.now().toISOString(),
      rank: lower === null ? null : Math.round(lower * RANKS),
    },
  );
};
