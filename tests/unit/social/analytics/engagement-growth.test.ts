import { describe, expect, it } from "vitest";
import { growthBetween, growthWindows } from "../../../../shared/social/analytics/engagement-growth.ts";
import { addDays, daysBetween } from "../../../../shared/kernel/days.ts";

const TODAY = "2026-11-20";
const windows = growthWindows(TODAY);
/** One post on a day; without a rate when it is null. */
const day = (publish_date: string, total_engagement: number, rate_sum: number | null = null) => ({
  publish_date,
  posts_count: 1,
  rated_posts: rate_sum === null ? 0 : 1,
  rate_sum: rate_sum ?? 0,
  total_engagement,
});

describe("the windows of growth", () => {
  it("are 90 days with today, and the 90 before them, without a gap", () => {
    expect(windows).toEqual({ current: { from: "2026-08-23", to: TODAY }, previous: { from: "2026-05-25", to: "2026-08-22" } });
    for (const { from, to } of [windows.current, windows.previous]) expect(daysBetween(from, to) + 1).toBe(90);
    expect(addDays(windows.previous.to, 1)).toBe(windows.current.from);
  });

  it("take in both of their ends and nothing beyond", () => {
    const days = ["2026-05-24", "2026-05-25", "2026-08-22", "2026-08-23", TODAY, "2026-11-21"].map((publish_date, at) => day(publish_date, 10 ** at));
    const { current, previous } = growthBetween(days, windows);
    expect([current.total_engagement, previous.total_engagement]).toEqual([11_000, 110]);
  });
});

describe("growth", () => {
  it("is the difference by what was before, of engagement and of the average rate", () => {
    const days = [day("2026-06-01", 100, 10_000), day("2026-07-01", 100, 30_000), day("2026-10-01", 150, 25_000), day("2026-10-02", 100)];
    const growth = growthBetween(days, windows);
    expect(growth.engagement_growth).toEqual({ name: "engagement_growth_90d", value: "25.0000", numerator: 50, denominator: 200, rate_defined: true });
    expect(growth.engagement_rate_growth).toEqual({
      name: "engagement_rate_growth_90d",
      value: "25.0000",
      numerator: 5_000,
      denominator: 20_000,
      rate_defined: true,
    });
    expect(growth.current).toEqual({ posts_count: 2, rated_posts: 1, total_engagement: 250, avg_engagement_rate: "0.0250" });
    expect(growth.previous).toEqual({ posts_count: 2, rated_posts: 2, total_engagement: 200, avg_engagement_rate: "0.0200" });
  });

  it("falls below zero, and is -100 percent when nothing came after", () => {
    expect(growthBetween([day("2026-06-01", 3, 30_000), day("2026-10-01", 2, 10_000)], windows)).toMatchObject({
      engagement_growth: { value: "-33.3333", numerator: -1 },
      engagement_rate_growth: { value: "-66.6667", numerator: -20_000 },
    });
    expect(growthBetween([day("2026-06-01", 3)], windows).engagement_growth.value).toBe("-100.0000");
  });

  it("has no value where there was nothing before, or no rate on one side", () => {
    expect(growthBetween([day("2026-10-01", 5, 10_000)], windows)).toMatchObject({
      engagement_growth: { value: null, numerator: 5, denominator: 0, rate_defined: false },
      engagement_rate_growth: { value: null, numerator: null, denominator: null, rate_defined: false },
    });
    expect(growthBetween([], windows).current).toEqual({ posts_count: 0, rated_posts: 0, total_engagement: 0, avg_engagement_rate: null });
  });
});
