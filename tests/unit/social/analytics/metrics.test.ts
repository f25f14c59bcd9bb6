import { describe, expect, it } from "vitest";
import { countsByDay, earlyCounts, totalsUntil } from "../../../../shared/social/analytics/daily-totals.ts";
import { metricDefinitions, metricsOf } from "../../../../shared/social/analytics/metrics.ts";
import { type PostFacts, type Totals, WINDOW_HOURS } from "../../../../shared/social/analytics/quantities.ts";

const SILENCE: Totals = {
  likes: null,
  comments: null,
  shares: null,
  saves: null,
  views: null,
  reach: null,
  impressions: null,
  followers: null,
  profile_visits: null,
  website_clicks: null,
  conversions: null,
  engaged_users_90d: null,
  conversions_90d: null,
  subscriptions_90d: null,
  hours: null,
  virality: null,
  quality: null,
  relevance: null,
};
const NO_HOURS = { 1: null, 6: null, 24: null, 72: null, 168: null };
const facts = (totals: Partial<Totals>, early: Partial<PostFacts["early"]> = {}): PostFacts => ({
  totals: { ...SILENCE, ...totals },
  early: { ...NO_HOURS, ...early },
});
const valueOf = (given: PostFacts, name: string) => metricsOf(given).find((metric) => metric.name === name);

describe("the registry", () => {
  it("has at least 50 metrics, each name once, each with a formula in words", () => {
    const names = metricDefinitions.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(50);
    expect(new Set(names).size).toBe(names.length);
    expect(metricDefinitions.filter(({ formula }) => formula.length === 0)).toEqual([]);
    expect(metricDefinitions.find(({ name }) => name === "er_by_reach")).toEqual({
      name: "er_by_reach",
      formula: "(likes + comments) x 100 / people reached",
      scale: "percent",
      numerator: "likes_and_comments",
      denominator: "reach",
      source: "counted",
    });
  });

  it("measures one post by views, followers and reach: 0.0600, 0.0115 and 7.3333 percent", () => {
    const post = facts({ likes: 100, comments: 10, shares: 5, saves: 5, views: 2_000, followers: 10_000, reach: 1_500 });
    expect(["er_by_views", "er_by_followers", "er_by_reach"].map((name) => valueOf(post, name)?.value)).toEqual(["0.0600", "0.0115", "7.3333"]);
    expect(valueOf(post, "er_by_reach")).toEqual({ name: "er_by_reach", value: "7.3333", numerator: 110, denominator: 1_500, rate_defined: true });
  });

  it("says nothing where nobody said anything, and 0 where nothing happened", () => {
    expect(metricsOf(facts({})).filter(({ value }) => value !== null)).toEqual([]);
    const quiet = facts({ likes: 0, comments: 0, shares: 0, followers: 0 });
    expect(valueOf(quiet, "total_engagement")).toMatchObject({ value: "0", rate_defined: true });
    expect(valueOf(quiet, "er_by_followers")).toMatchObject({ value: null, numerator: 0, denominator: 0, rate_defined: false });
    expect(valueOf(quiet, "er_by_views")).toMatchObject({ value: null, numerator: null, denominator: null, rate_defined: false });
    expect(valueOf(facts({ likes: 0, comments: 0, shares: 0, followers: 5 }), "er_by_followers")).toMatchObject({ value: "0.0000", rate_defined: true });
  });

  it("has velocities at each of the hours", () => {
    const early = { engagements: 36, views: 60, shares: 6, comments: 12 };
    const post = facts({}, { 6: early });
    expect(valueOf(post, "engagement_velocity_6h")).toMatchObject({ value: "6.0000", numerator: 36, denominator: 6 });
    expect(valueOf(post, "view_velocity_6h")?.value).toBe("10.0000");
    expect(valueOf(post, "engagement_velocity_24h")?.value).toBeNull();
    for (const hours of WINDOW_HOURS) expect(metricDefinitions.map(({ name }) => name)).toContain(`engagement_velocity_${hours}h`);
  });
});

const day = (date: string, counts: Record<string, number>) => ({ day: date, likes: 0, comments: 0, shares: 0, saves: 0, views: 0, ...counts });

describe("what days come to", () => {
  it("sums the shards of a day, and totals the days until a date", () => {
    const byDay = countsByDay([
      day("2026-11-21", { likes: 4 }),
      day("2026-11-20", { likes: 1, views: 10 }),
      day("2026-11-20", { likes: 2, views: 30 }),
      day("2026-11-22", { shares: 1 }),
    ]);
    expect([...byDay.keys()]).toEqual(["2026-11-20", "2026-11-21", "2026-11-22"]);
    expect(totalsUntil(byDay, "2026-11-19")).toMatchObject({ likes: 0, views: 0 });
    expect(totalsUntil(byDay, "2026-11-20")).toMatchObject({ likes: 3, views: 40, shares: 0 });
    expect(totalsUntil(byDay, "2026-11-30")).toMatchObject({ likes: 7, views: 40, shares: 1 });
  });

  it("counts the first clock hours, that of publication first, across midnight and shards", () => {
    const days = [day("2026-11-20", { l23: 5, v23: 50 }), day("2026-11-20", { l23: 1 }), day("2026-11-21", { c00: 2, s03: 1, l04: 3, l05: 100 })];
    const counted = earlyCounts(days, "2026-11-20T23:40:00.000Z", new Date("2026-11-21T05:00:00.000Z"));
    expect(counted[1]).toEqual({ engagements: 6, views: 50, shares: 0, comments: 0 });
    expect(counted[6]).toEqual({ engagements: 12, views: 50, shares: 1, comments: 2 });
    expect([counted[24], counted[72], counted[168]]).toEqual([null, null, null]);
    expect(earlyCounts(days, "2026-11-20T23:40:00.000Z", new Date("2026-11-21T04:59:59.999Z"))[6]).toBeNull();
  });
});
