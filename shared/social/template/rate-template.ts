import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { ContentTemplate, RANKS } from "./content-template.ts";
import type { TemplateRating } from "./judge-posts.ts";
import { templateSuccess } from "./template-success.ts";

/** Whether a template was rated for a day, or for a later one. */
export const isRatedFor = ({ rated_for }: Pick<ContentTemplate, "rated_for">, date: string): boolean => rated_for !== undefined && rated_for >= date;

const ratingFields = ({ rated_posts, successful_posts, avg_engagement_rate }: TemplateRating, min_posts: number) => {
  const { success_rate, lower, upper, insufficient_data } = templateSuccess(successful_posts, rated_posts, min_posts);
  return {
    rated_posts,
    successful_posts,
    avg_engagement_rate,
    success_rate,
    success_lower: lower,
    success_upper: upper,
    insufficient_data,
    rank: lower === null ? null : Math.round(lower * RANKS),
  };
};

/**
 * Keeps how a template's posts fare, with the interval and the rank that follow, once for a day: a repeat changes nothing,
 * nor does a day that comes after a later one. `read` is the template as it was read; one that is deleted meanwhile stays
 * so. README, Templates.
 */
export const rateTemplate = (
  ctx: OrgCtx,
  read: ContentTemplate,
  rating: TemplateRating,
  { date, min_posts }: { readonly date: string; readonly min_posts: number },
): Promise<void> =>
  contend(async (attempt) => {
    const template = attempt === 1 ? read : await ContentTemplate.find(ctx, { org_id: ctx.org_id, id: read.id }, { consistent: true });
    if (!template || isRatedFor(template, date)) return;
    const fields = { ...ratingFields(rating, min_posts), rated_for: date, rated_at: ctx.clock.now().toISOString() };
    await transact(ctx, social, ContentTemplate.writes.patch(ctx, template, fields), { pattern: "templates.rate" });
  });
