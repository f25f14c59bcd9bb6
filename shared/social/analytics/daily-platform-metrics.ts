import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { ratio } from "../../kernel/ratio.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";
import { rateText } from "./post-analytics.ts";

const count = z.int().min(0).default(0);

/**
 * The posts of one network that were published on one UTC day, as sums over their latest rows: kept in the transaction of
 * each row. README, Daily metrics.
 */
export const DailyPlatformMetrics = entity(social, "DailyPlatformMetrics", {
  fields: () => ({
    org_id: id,
    platform: PlatformName,
    publish_date: date,
    posts_count: count,
    /** Those whose rate is defined, of which the average is made. */
    rated_posts: count,
    /** Their rates in millionths. */
    rate_sum: count,
    total_engagement: count,
  }),
  key: ["{org_id}#DM#{platform}", "{publish_date}"],
});
export type DailyPlatformMetrics = Item<typeof DailyPlatformMetrics>;

export const DailyMetricsView = z.object({
  platform: PlatformName,
  publish_date: date,
  posts_count: z.int(),
  /** Posts of which the average is made. */
  rated_posts: z.int(),
  /** The mean of the posts' latest rates, four decimals; null without any. */
  avg_engagement_rate: rateText.nullable(),
  total_engagement: z.int(),
});
export type DailyMetricsView = z.output<typeof DailyMetricsView>;

export const presentDailyMetrics = (day: DailyPlatformMetrics): DailyMetricsView => {
  const { platform, publish_date, posts_count, rated_posts, rate_sum, total_engagement } = day;
  const avg_engagement_rate = rated_posts === 0 ? null : ratio(BigInt(rate_sum), BigInt(rated_posts) * 1_000_000n, 4);
  return { platform, publish_date, posts_count, rated_posts, avg_engagement_rate, total_engagement };
};
