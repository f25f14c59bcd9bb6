import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { date, timestamp } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { conflict } from "../../kernel/errors.ts";
import { type PostRate, postRate } from "../conversion-rate/read-conversion-rates.ts";
import { PostDay } from "../engagement/post-day.ts";
import { getPost } from "../post/read-posts.ts";
import { addDays } from "../../kernel/days.ts";
import { earlyCounts } from "./daily-totals.ts";
import { MetricValue, metricsOf } from "./metrics.ts";
import { PostAnalytics } from "./post-analytics.ts";
import { type Totals, WINDOW_HOURS } from "./quantities.ts";

/** A post's rows, one a day, the first day first. Throws DomainError not_found. */
export const listAnalytics = async (ctx: OrgCtx, post_id: string, page: PageRequest): Promise<PageOf<PostAnalytics>> => {
  await getPost(ctx, post_id);
  return PostAnalytics.list(ctx, { org_id: ctx.org_id, post_id }, page);
};

export const PostMetrics = z.object({
  post_id: z.uuid(),
  published_at: timestamp,
  /** The day whose row the totals are of; null while there is none. */
  analysis_date: date.nullable(),
  metrics: z.array(MetricValue),
});
export type PostMetrics = z.output<typeof PostMetrics>;

const totalsOf = (row: PostAnalytics | undefined, rate: PostRate | undefined): Totals => ({
  likes: row?.likes_count ?? null,
  comments: row?.comments_count ?? null,
  shares: row?.shares_count ?? null,
  saves: row?.saves_count ?? null,
  views: row?.views_count ?? null,
  reach: row?.reach ?? null,
  impressions: row?.impressions ?? null,
  followers: row?.followers_at_snapshot ?? null,
  profile_visits: row?.profile_visits ?? null,
  website_clicks: row?.website_clicks ?? null,
  conversions: row?.conversion_events ?? null,
  engaged_users_90d: rate?.engaged_users ?? null,
  conversions_90d: rate?.conversions ?? null,
  subscriptions_90d: rate?.subscriptions ?? null,
  hours: row?.hours_since_published ?? null,
  virality: row?.virality_score ?? null,
  quality: row?.quality_score ?? null,
  relevance: row?.relevance_score ?? null,
});

/** Days that the longest span touches, and shards of each at most. */
const EARLY_DAYS = WINDOW_HOURS.at(-1)! / 24;
const MOST_DAYS = (EARLY_DAYS + 1) * 16;

/**
 * Every metric of the registry for one post: totals of its latest row, velocities of the hours after publication,
 * and what the last night has counted of 90 days. Five reads, whatever its age. Throws DomainError not_found and conflict `not_published`.
 */
export const getMetrics = async (ctx: OrgCtx, post_id: string): Promise<PostMetrics> => {
  const { status, published_at } = await getPost(ctx, post_id);
  if (status !== "published" || published_at === undefined) throw conflict("not_published", "The post is not published: there is nothing to measure.");
  const at = { org_id: ctx.org_id, post_id };
  const day = published_at.slice(0, 10);
  const [latest, days, rate] = await Promise.all([
    PostAnalytics.list(ctx, at, { limit: 1, desc: true }),
    PostDay.list(ctx, at, { from: { day }, to: { day: addDays(day, EARLY_DAYS) }, limit: MOST_DAYS }),
    postRate(ctx, { post_id, published_at }),
  ]);
  const row = latest.items[0];
  const facts = { totals: totalsOf(row, rate), early: earlyCounts(days.items, published_at, ctx.clock.now()) };
  return { post_id, published_at, analysis_date: row?.analysis_date ?? null, metrics: metricsOf(facts) };
};
