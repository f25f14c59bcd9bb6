import * as z from "zod";
import { addDays } from "../../kernel/days.ts";
import { date } from "../../kernel/fields.ts";
import { ratio } from "../../kernel/ratio.ts";
import type { DailyPlatformMetrics } from "./daily-platform-metrics.ts";
import { MetricValue, quotient } from "./metrics.ts";
import { rateText } from "./post-analytics.ts";

/** Days of each of the two windows that are compared. */
const GROWTH_DAYS = 90;

const Window = z.object({ from: date, to: date });
export const GrowthWindows = z.object({ current: Window, previous: Window });
export type GrowthWindows = z.output<typeof GrowthWindows>;

/** The last 90 UTC days, today included, and the 90 before them. */
export const growthWindows = (today: string): GrowthWindows => ({
  current: { from: addDays(today, 1 - GROWTH_DAYS), to: today },
  previous: { from: addDays(today, 1 - 2 * GROWTH_DAYS), to: addDays(today, -GROWTH_DAYS) },
});
/** Days of both windows. */
export const GROWTH_SPAN = 2 * GROWTH_DAYS;

const Period = z.object({
  posts_count: z.int(),
  /** Posts of which the average is made. */
  rated_posts: z.int(),
  total_engagement: z.int(),
  /** Null without any. */
  avg_engagement_rate: rateText.nullable(),
});

/** How the posts of the last 90 days have fared beside those of the 90 before. README, Engagement growth. */
export const Growth = z.object({
  current: Period,
  previous: Period,
  /** Of likes, comments and shares in all. */
  engagement_growth: MetricValue,
  /** Of the average rate; numerator and denominator in millionths. */
  engagement_rate_growth: MetricValue,
});
export type Growth = z.output<typeof Growth>;

type Day = Pick<DailyPlatformMetrics, "publish_date" | "posts_count" | "rated_posts" | "rate_sum" | "total_engagement">;
type Sums = Omit<Day, "publish_date">;
const NOTHING: Sums = { posts_count: 0, rated_posts: 0, rate_sum: 0, total_engagement: 0 };

const sumOf = (days: readonly Day[], { from, to }: z.output<typeof Window>): Sums =>
  days
    .filter(({ publish_date }) => publish_date >= from && publish_date <= to)
    .reduce<Sums>(
      (sum, day) => ({
        posts_count: sum.posts_count + day.posts_count,
        rated_posts: sum.rated_posts + day.rated_posts,
        rate_sum: sum.rate_sum + day.rate_sum,
        total_engagement: sum.total_engagement + day.total_engagement,
      }),
      NOTHING,
    );

const millionthsOf = ({ rate_sum, rated_posts }: Sums): number | null => (rated_posts === 0 ? null : Number(ratio(BigInt(rate_sum), BigInt(rated_posts), 0)));

const present = ({ posts_count, rated_posts, rate_sum, total_engagement }: Sums): z.output<typeof Period> => ({
  posts_count,
  rated_posts,
  total_engagement,
  avg_engagement_rate: rated_posts === 0 ? null : ratio(BigInt(rate_sum), BigInt(rated_posts) * 1_000_000n, 4),
});

/** (current - previous) by previous, in percent; null where there was nothing before, or one of them is not known. */
const growthOf = (name: string, current: number | null, previous: number | null): MetricValue =>
  quotient({ name, scale: "percent" }, current === null || previous === null ? null : current - previous, previous);

/** Pure: compares the posts of two windows by the daily metrics of the days on which they were published. */
export const growthBetween = (days: readonly Day[], windows: GrowthWindows): Growth => {
  const [current, previous] = [sumOf(days, windows.current), sumOf(days, windows.previous)];
  return {
    current: present(current),
    previous: present(previous),
    engagement_growth: growthOf("engagement_growth_90d", current.total_engagement, previous.total_engagement),
    engagement_rate_growth: growthOf("engagement_rate_growth_90d", millionthsOf(current), millionthsOf(previous)),
  };
};
