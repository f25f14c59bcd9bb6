import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { date } from "../../kernel/fields.ts";
import { MetricValue, quotient } from "../analytics/metrics.ts";
import { OrgConversionRate } from "./org-conversion-rate.ts";
import { PostConversionRate } from "./post-conversion-rate.ts";

/** What the last night has counted of an org; undefined while none has. */
export const latestRate = async (ctx: OrgCtx, options: { readonly consistent?: boolean } = {}): Promise<OrgConversionRate | undefined> =>
  (await OrgConversionRate.list(ctx, { org_id: ctx.org_id }, { ...options, limit: 1, desc: true })).items[0];

export type PostRate = Pick<PostConversionRate, "engaged_users" | "conversions" | "subscriptions">;
const NOTHING: PostRate = { engaged_users: 0, conversions: 0, subscriptions: 0 };

/**
 * What the last night has counted of a post; nothing happened on one that was there and was not counted. Undefined while
 * no night has looked at a day since its publication.
 */
export const postRate = async (ctx: OrgCtx, post: { readonly post_id: string; readonly published_at: string }): Promise<PostRate | undefined> => {
  const { org_id } = ctx;
  const [latest, own] = await Promise.all([latestRate(ctx), PostConversionRate.find(ctx, { org_id, post_id: post.post_id })]);
  if (latest === undefined || post.published_at.slice(0, 10) > latest.to) return undefined;
  // While a night counts, its posts are ahead of the org.
  return own !== undefined && own.date >= latest.date ? own : NOTHING;
};

/** An org's conversion rates over the days of a window. */
export const ConversionRates = z.object({
  from: date,
  to: date,
  /** Conversions by engaged users; null while nobody engaged. */
  conversion_rate: MetricValue,
  /** The same of subscriptions alone. */
  subscription_rate: MetricValue,
});
export type ConversionRates = z.output<typeof ConversionRates>;

/** Null while no night has counted. */
export const readConversionRates = async (ctx: OrgCtx): Promise<ConversionRates | null> => {
  const latest = await latestRate(ctx);
  if (!latest) return null;
  const { from, to, engaged_users, conversions, subscriptions } = latest;
  return {
    from,
    to,
    conversion_rate: quotient({ name: "conversion_rate_90d", scale: "ratio" }, conversions, engaged_users),
    subscription_rate: quotient({ name: "subscription_rate_90d", scale: "ratio" }, subscriptions, engaged_users),
  };
};
