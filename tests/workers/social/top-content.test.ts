import { describe, expect, it } from "vitest";
import { AgeTopContent } from "../../../events/social/age-top-content.v1.ts";
import { ageTopContentDailyJob } from "../../../functions/social/age-top-content-daily.schedule.ts";
import { ageTopContentWorker } from "../../../functions/social/age-top-content.worker.ts";
import { analyticsApi } from "../../../functions/social/analytics.api.ts";
import { PERIODS, boardsOf, leavesOn, placeOf } from "../../../shared/social/analytics/boards.ts";
import { PostStanding } from "../../../shared/social/analytics/post-standing.ts";
import { placesOn, refreshed } from "../../support/analytics.ts";
import { type SocialOrg, socialWorld } from "../../support/social.ts";

const ageOrder = (org: SocialOrg) => org.message(AgeTopContent, { date: "2026-11-28" });
const standing = (org: SocialOrg, post_id: string) => PostStanding.get(org.ctx, { org_id: org.org_id, post_id }, { consistent: true });
const shown = async (org: SocialOrg, time_period: number): Promise<string[]> => {
  const { body } = await org.viewer.api.get("/social/top-content", { query: { time_period } });
  return body.items.map(({ post_id }: { post_id: string }) => post_id);
};

describe("ageing", () => {
  it("takes a post off each leaderboard on the day after its period, days missed included, and nothing twice", async () => {
    const alone = await socialWorld({ apis: [analyticsApi] });
    const old = await alone.post({ status: "published", published_at: "2026-11-13T23:00:00.000Z", content_category: "workout" });
    const young = await alone.post({ status: "published" });
    for (const post of [old, young]) await refreshed(alone, alone, post);
    expect(await standing(alone, old.id)).toMatchObject({ leaves_on: "2026-11-21" });
    expect(await alone.deliver(ageTopContentWorker, [ageOrder(alone)])).toBe(0);
    expect(await placesOn(alone, 7, "all")).toHaveLength(2);

    alone.clock.set("2026-11-21T00:00:00.000Z");
    expect(await shown(alone, 7)).toEqual([young.id]);
    expect(await placesOn(alone, 7, "all")).toHaveLength(2);
    expect(await alone.deliver(ageTopContentWorker, [ageOrder(alone), ageOrder(alone)])).toBe(0);
    expect((await placesOn(alone, 7, "all")).map(({ post_id }) => post_id)).toEqual([young.id]);
    expect(await placesOn(alone, 14, "category:workout")).toHaveLength(1);
    expect(await standing(alone, old.id)).toMatchObject({ leaves_on: "2026-11-28", boards_on: "2026-11-21" });

    alone.clock.set("2027-02-20T00:00:00.000Z");
    expect(await alone.deliver(ageTopContentWorker, [ageOrder(alone)])).toBe(0);
    const left = await Promise.all(PERIODS.map(async (period) => (await placesOn(alone, period, "all")).length));
    expect(left).toEqual([0, 0, 0, 0, 0, 2, 2]);
    alone.clock.set("2028-01-01T00:00:00.000Z");
    expect(await alone.deliver(ageTopContentWorker, [ageOrder(alone)])).toBe(0);
    expect(await placesOn(alone, 365, "all")).toEqual([]);
    expect((await standing(alone, old.id)).leaves_on).toBeUndefined();
  });

  it("hands over to a new message when time runs short; a poisoned order fails alone", async () => {
    const alone = await socialWorld();
    const post = await alone.post({ status: "published" });
    await refreshed(alone, alone, post);
    alone.clock.set("2026-11-28T00:00:00.000Z");
    expect(await alone.deliver(ageTopContentWorker, [ageOrder(alone)], { remaining_ms: 20_000 })).toBe(0);
    expect(await placesOn(alone, 7, "all")).toHaveLength(1);
    expect(await alone.drain(ageTopContentWorker)).toBe(1);
    expect(await placesOn(alone, 7, "all")).toHaveLength(0);
    expect(await alone.deliver(ageTopContentWorker, ["poison", ageOrder(alone)])).toBe(1);
  });

  it("is ordered once a day and org", async () => {
    const alone = await socialWorld();
    for (const at of ["2026-11-21T00:05:00Z", "2026-11-21T00:05:00Z", "2026-11-23T00:05:00Z"]) await alone.tick(ageTopContentDailyJob, at);
    expect(alone.sent.map(({ envelope }) => envelope.data)).toEqual([{ date: "2026-11-21" }, { date: "2026-11-23" }]);
    expect(await alone.drain(ageTopContentWorker)).toBe(2);
  });
});

describe("places", () => {
  it("sort by rate, then by total engagement, both descending", () => {
    const of = (rate_millionths: number, total_engagement: number) => ({ rate_millionths, total_engagement });
    const best = [of(1e12, 1), of(12_000_000, 5), of(18_400, 184), of(18_400, 9), of(18_399, 1_000_000), of(0, 3), of(0, 0)];
    expect(best.toReversed().toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))).toEqual(best);
    expect(new Set(best.map((one) => placeOf(one).length)).size).toBe(1);
  });

  it("are on as many boards as reach back to the post, 15 at most", () => {
    const post = (published_on: string) => ({ platform: "tiktok", content_category: "nutrition", published_on });
    expect(boardsOf(post("2026-11-20"), "2026-11-20")).toHaveLength(15);
    expect(boardsOf(post("2026-11-13"), "2026-11-20")).toHaveLength(15);
    expect(boardsOf(post("2026-11-12"), "2026-11-20")).toHaveLength(13);
    expect(boardsOf(post("2025-11-20"), "2026-11-20").map(({ time_period, scope }) => `${time_period} ${scope}`)).toEqual([
      "365 all",
      "365 category:nutrition",
    ]);
    expect(boardsOf(post("2025-11-19"), "2026-11-20")).toEqual([]);
    expect([leavesOn(post("2026-11-13"), "2026-11-20"), leavesOn(post("2025-11-19"), "2026-11-20")]).toEqual(["2026-11-21", undefined]);
  });
});
