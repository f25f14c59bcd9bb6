import { describe, expect, it } from "vitest";
import { RefreshMetrics } from "../../../events/social/refresh-metrics.v1.ts";
import { refreshMetricsDailyJob } from "../../../functions/social/refresh-metrics-daily.schedule.ts";
import { refreshMetricsWorker } from "../../../functions/social/refresh-metrics.worker.ts";
import { DailyPlatformMetrics } from "../../../shared/social/analytics/daily-platform-metrics.ts";
import { getRefresh, listRefreshes, orderRefresh } from "../../../shared/social/analytics/order-refresh.ts";
import { PostStanding } from "../../../shared/social/analytics/post-standing.ts";
import { TopContent } from "../../../shared/social/analytics/top-content.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { counted, placesOn, refreshed } from "../../support/analytics.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

const numbers: [string, number][] = [];
const metrics = { count: (name: string, value = 1) => void numbers.push([name, value]), took: () => {}, by: () => {}, flush: () => {} };
const place = () => socialWorld({ ports: { metrics } });

const ordered = async (world: SocialWorld) => {
  const { id } = await orderRefresh(world.ctx);
  await world.drain(refreshMetricsWorker, { remaining_ms: 300_000 });
  return getRefresh(world.ctx, id);
};

/** Four posts on two networks and two days, of which one is deleted and one has no rate. */
const filled = async () => {
  const world = await place();
  const wishes = [
    { followers_at_publication: 10_000, content_category: "workout" },
    { platform: "tiktok" },
    { followers_at_publication: 500, published_at: "2026-11-18T10:00:00.000Z" },
    { followers_at_publication: 500 },
  ] as const;
  const posts = [];
  for (const [at, wish] of wishes.entries()) {
    const post = await world.post({ status: "published", ...wish });
    await counted(world, post, "2026-11-20", { likes: 100 + at, comments: at });
    expect(await refreshed(world, world, post)).toBe(0);
    posts.push(post);
  }
  await deletePost(world.ctx, posts[3]!.id, posts[3]!.version);
  await world.drain(refreshPostWorker);
  return { world, posts };
};

describe("a recomputation", () => {
  it("finds no difference in what was kept on write", async () => {
    const { world } = await filled();
    numbers.length = 0;
    expect(await ordered(world)).toMatchObject({ status: "completed", days_checked: 3, posts_checked: 3, difference_count: 0, differences: [] });
    expect(numbers).toEqual([["social_metrics_differences", 0]]);
  });

  it("names every number that differs, changes none and tells the alarm", async () => {
    const { world, posts } = await filled();
    const { ctx, org_id } = world;
    await DailyPlatformMetrics.patch(ctx, { org_id, platform: "tiktok", publish_date: "2026-11-20" }, { total_engagement: 5 });
    await DailyPlatformMetrics.create(ctx, { org_id, platform: "youtube", publish_date: "2026-11-01", posts_count: 2 });
    await PostStanding.patch(ctx, { org_id, post_id: posts[2]!.id }, { total_engagement: 1 });
    const [first] = await placesOn(world, 30, "category:workout");
    await TopContent.delete(ctx, first!);
    numbers.length = 0;
    const run = await ordered(world);
    const missing = (await placesOn(world, 30, "all")).find(({ post_id }) => post_id === posts[2]!.id);
    expect(missing).toBeDefined();
    expect(run.differences).toEqual(
      expect.arrayContaining([
        { check: "daily_platform_metrics.total_engagement", subject: "tiktok 2026-11-20", stored: 5, computed: 102 },
        { check: "daily_platform_metrics.posts_count", subject: "youtube 2026-11-01", stored: 2, computed: 0 },
        { check: "post_standing.total_engagement", subject: posts[2]!.id, stored: 1, computed: 104 },
        { check: "top_content.places", subject: posts[0]!.id, stored: 14, computed: 15 },
      ]),
    );
    expect(numbers).toEqual([["social_metrics_differences", run.difference_count]]);
    expect(world.log.lines).toContainEqual(expect.objectContaining({ level: "error", message: "daily metrics differ" }));
    expect(await DailyPlatformMetrics.get(ctx, { org_id, platform: "tiktok", publish_date: "2026-11-20" })).toMatchObject({ total_engagement: 5 });
  });

  it("goes on in new messages when time runs short; a second delivery finds it done and a poisoned order fails alone", { timeout: 120_000 }, async () => {
    const world = await place();
    // Too long ago for a leaderboard.
    for (let n = 0; n < 22; n++) {
      const day = new Date(Date.parse("2025-10-01T12:00:00.000Z") + n * 86_400_000).toISOString();
      await refreshed(world, world, await world.post({ status: "published", published_at: day }));
    }
    const { id } = await orderRefresh(world.ctx);
    const order = world.message(RefreshMetrics, { refresh_id: id });
    expect(await world.deliver(refreshMetricsWorker, [order], { remaining_ms: 30_000 })).toBe(0);
    expect(await getRefresh(world.ctx, id)).toMatchObject({ status: "running", days_checked: 20 });
    await world.drain(refreshMetricsWorker, { remaining_ms: 30_000 });
    const done = await getRefresh(world.ctx, id);
    expect(done).toMatchObject({ status: "completed", days_checked: 22, posts_checked: 22, difference_count: 0 });
    expect(await world.deliver(refreshMetricsWorker, [order, "poison"])).toBe(1);
    expect(await getRefresh(world.ctx, id)).toEqual(done);
  });

  it("runs once a night and org, and leaves a missed night", async () => {
    const world = await place();
    for (const at of ["2026-11-21T02:00:00Z", "2026-11-21T02:00:00Z", "2026-11-24T02:00:00Z"]) await world.tick(refreshMetricsDailyJob, at);
    expect(await world.drain(refreshMetricsWorker)).toBe(2);
    const { items } = await listRefreshes(world.ctx, { limit: 10 });
    expect(items.map(({ status, date }) => `${status} ${date}`).toSorted()).toEqual(["completed 2026-11-21", "completed 2026-11-24"]);
  });
});
