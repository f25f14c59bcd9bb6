import { beforeAll, describe, expect, it } from "vitest";
import { analyticsApi } from "../../../functions/social/analytics.api.ts";
import { refreshMetricsWorker } from "../../../functions/social/refresh-metrics.worker.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { addDays } from "../../../shared/kernel/days.ts";
import { DailyPlatformMetrics } from "../../../shared/social/analytics/daily-platform-metrics.ts";
import { counted, placesOn, refreshed, stockPosts } from "../../support/analytics.ts";
import { floors } from "../../support/floors.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";

const metrics = { count: () => undefined, took: () => undefined, by: () => undefined, flush: () => undefined };
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [analyticsApi], ports: { metrics } });
});

const published = (org: SocialOrg, wish: Parameters<SocialOrg["post"]>[0] = {}) => org.post({ status: "published", followers_at_publication: 10_000, ...wish });

describe("GET /social/metrics", () => {
  it("lists at least 50 metrics with their formulas", async () => {
    const { status, body } = await world.viewer.api.get("/social/metrics");
    expect([status, body.items.length >= 50]).toEqual([200, true]);
    expect(body.items).toContainEqual({
      name: "er_by_followers",
      formula: "(likes + comments + shares) / followers at the snapshot",
      scale: "ratio",
      numerator: "engagements",
      denominator: "followers",
      source: "counted",
    });
  });
});

describe("GET /social/posts/{post_id}/analytics", () => {
  it("lists a row a day, page by page, in one Query each; 404 for another org's post", async () => {
    const org = await world.org();
    const post = await published(org, { published_at: "2026-11-17T12:00:00.000Z" });
    for (const [at, day] of ["2026-11-17", "2026-11-18", "2026-11-20"].entries()) await counted(org, post, day, { likes: at + 1 });
    await refreshed(world, org, post);
    const path = `/social/posts/${post.id}/analytics`;
    const first = await org.viewer.api.get(path, { query: { limit: 2 } });
    const second = await org.viewer.api.get(path, { query: { limit: 2, cursor: first.body.next_cursor } });
    expect([...first.body.items, ...second.body.items].map((row) => [row.analysis_date, row.likes_count])).toEqual([
      ["2026-11-17", 1],
      ["2026-11-18", 3],
      ["2026-11-20", 6],
    ]);
    expect((await world.viewer.api.get(path)).status).toBe(404);
  });
});

describe("GET /social/posts/{post_id}/metrics", () => {
  it("has every metric, with totals of the latest row and velocities; 409 for a draft", async () => {
    const org = await world.org();
    const post = await published(org, { published_at: "2026-11-19T08:30:00.000Z" });
    await counted(org, post, "2026-11-19", { likes: 160, comments: 15, shares: 9, views: 4_000, l08: 60, l09: 40, c10: 12, v08: 800 });
    await refreshed(world, org, post);
    const { status, body } = await org.viewer.api.get(`/social/posts/${post.id}/metrics`);
    expect([status, body.analysis_date]).toEqual([200, "2026-11-20"]);
    const valueOf = (name: string) => body.metrics.find((metric: { name: string }) => metric.name === name);
    expect(valueOf("er_by_followers")).toEqual({ name: "er_by_followers", value: "0.0184", numerator: 184, denominator: 10_000, rate_defined: true });
    expect(valueOf("engagement_velocity_1h")).toMatchObject({ value: "60.0000", numerator: 60 });
    expect(valueOf("engagement_velocity_6h")).toMatchObject({ value: "18.6667", numerator: 112 });
    expect(valueOf("engagement_velocity_72h")).toMatchObject({ value: null, rate_defined: false });
    expect(valueOf("er_by_reach")).toMatchObject({ value: null, denominator: null, rate_defined: false });
    const draft = await org.post();
    expect((await org.viewer.api.get(`/social/posts/${draft.id}/metrics`)).problem).toMatchObject({ status: 409, code: "not_published" });
  });
});

describe("POST /social/posts/{post_id}/insights", () => {
  it("201, the same again for the same key, and the rows follow; viewers may not", async () => {
    const org = await world.org();
    const post = await published(org);
    const path = `/social/posts/${post.id}/insights`;
    const key = world.ids.uuid();
    const noted = await org.editor.api.post(path, { reach: 20_000, shares: 200 }, { key });
    const again = await org.editor.api.post(path, { reach: 20_000, shares: 200 }, { key });
    expect([noted.status, noted.body]).toMatchObject([201, { day: "2026-11-20", reach: 20_000, version: 1 }]);
    expect(again.body).toEqual(noted.body);
    const more = await org.editor.api.post(path, { saves: 5 });
    expect([more.status, more.body]).toMatchObject([201, { reach: 20_000, saves: 5, version: 2 }]);
    await world.drain(refreshPostWorker);
    const { body } = await org.viewer.api.get(`/social/posts/${post.id}/analytics`);
    expect(body.items).toMatchObject([{ reach: 20_000, shares_count: 200, saves_count: 5, virality_score: 50 }]);
    expect((await org.viewer.api.post(path, { reach: 1 })).status).toBe(403);
  });

  it("refuses what says nothing, a day out of range and a draft", async () => {
    const org = await world.org();
    const post = await published(org);
    const path = `/social/posts/${post.id}/insights`;
    expect((await org.editor.api.post(path, { day: "2026-11-20" })).status).toBe(400);
    const wrong = await org.editor.api.post(path, { reach: -1, likes: "many", other: 1 });
    expect([wrong.status, wrong.problem.errors.map(({ pointer }) => pointer).toSorted()]).toEqual([400, ["/likes", "/other", "/reach"]]);
    for (const day of ["2026-11-19", "2026-11-21"])
      expect((await org.editor.api.post(path, { day, reach: 1 })).problem).toMatchObject({
        status: 422,
        code: "day_out_of_range",
        errors: [{ pointer: "/day" }],
      });
    const draft = await org.post();
    expect((await org.editor.api.post(`/social/posts/${draft.id}/insights`, { reach: 1 })).problem.code).toBe("not_published");
  });
});

describe("GET /social/top-content", () => {
  it("has one row a post with its rate, total and place, by rate, total and id; by category and period", async () => {
    const org = await world.org();
    const of = async (likes: number, followers_at_publication: number, wish: object = {}) => {
      const post = await published(org, { followers_at_publication, ...wish });
      await counted(org, post, "2026-11-20", { likes });
      await refreshed(world, org, post);
      return post.id;
    };
    const tie = [await of(20, 1_000), await of(20, 1_000)].toSorted();
    const total = await of(40, 2_000);
    const rate = await of(3, 100, { content_category: "workout" });
    const old = await of(500, 1_000, { content_category: "workout", published_at: "2026-11-01T00:00:00.000Z" });
    const ids = async (query: Record<string, string | number>) =>
      (await org.viewer.api.get("/social/top-content", { query })).body.items.map((row: { post_id: string }) => row.post_id);
    expect(await ids({})).toEqual([old, rate, total, ...tie]);
    expect(await ids({ time_period: 7 })).toEqual([rate, total, ...tie]);
    expect(await ids({ category: "workout", time_period: 7 })).toEqual([rate]);
    expect(await ids({ category: "nutrition" })).toEqual([]);
    expect((await org.viewer.api.get("/social/top-content", { query: { time_period: 10 } })).status).toBe(400);
    const { body } = await org.viewer.api.get("/social/top-content", { query: { time_period: 7 } });
    expect(body.items[0]).toMatchObject({ engagement_rate: "0.0300", rate_defined: true, total_engagement: 3, conversion_count: 0 });
  });

  it("shows the first 50 of many, reading no more", async () => {
    const org = await world.org();
    await stockPosts(org, 90);
    const meter = floors(world.db);
    const { body } = await world.clientOn(meter.db).as({ token: org.viewer.token, org: org.org_id }).get("/social/top-content");
    expect(body.items).toHaveLength(50);
    expect(body.items.map((row: { post_id: string }) => row.post_id)).toEqual((await placesOn(org, 30, "all")).slice(0, 50).map(({ post_id }) => post_id));
    const reads = meter.take().filter(({ pattern }) => pattern === "TopContent.list");
    expect(reads).toMatchObject([{ op: "Query", items: 50, scanned: 50 }]);
    expect(reads[0]!.read).toBeLessThanOrEqual(reads[0]!.floor);
  });
});

describe("GET /social/daily-platform-metrics", () => {
  it("counts each post once by its latest row: 1, 0.0184, 184", async () => {
    const alone = await socialWorld({ apis: [analyticsApi] });
    const post = await published(alone);
    await counted(alone, post, "2026-11-20", { likes: 100 });
    await refreshed(alone, alone, post);
    alone.clock.set("2026-11-22T09:00:00.000Z");
    await counted(alone, post, "2026-11-22", { likes: 60, comments: 15, shares: 9 });
    await refreshed(alone, alone, post);
    const { status, body } = await alone.viewer.api.get("/social/daily-platform-metrics", { query: { platform: "instagram" } });
    expect([status, body.items]).toEqual([
      200,
      [{ platform: "instagram", publish_date: "2026-11-20", posts_count: 1, rated_posts: 1, avg_engagement_rate: "0.0184", total_engagement: 184 }],
    ]);
  });

  it("lists the days of one network in a range, page by page, and has no average of nothing", async () => {
    const org = await world.org();
    for (const day of ["2026-11-17", "2026-11-18", "2026-11-19"]) {
      const post = await org.post({ status: "published", platform: "tiktok", media_type: "video", published_at: `${day}T12:00:00.000Z` });
      await refreshed(world, org, post);
    }
    const days = async (query: Record<string, string | number>) =>
      (await org.viewer.api.get("/social/daily-platform-metrics", { query: { platform: "tiktok", ...query } })).body;
    expect((await days({})).items.map((day: { publish_date: string }) => day.publish_date)).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
    expect((await days({ from: "2026-11-18", to: "2026-11-18" })).items).toMatchObject([
      { publish_date: "2026-11-18", avg_engagement_rate: null, posts_count: 1 },
    ]);
    const first = await days({ limit: 2 });
    expect((await days({ limit: 2, cursor: first.next_cursor })).items).toMatchObject([{ publish_date: "2026-11-19" }]);
    expect((await org.viewer.api.get("/social/daily-platform-metrics")).status).toBe(400);
  });
});

describe("POST /social/daily-platform-metrics/refresh", () => {
  it("202 for owners, and comes to no difference", async () => {
    const org = await world.org();
    await refreshed(world, org, await published(org));
    expect((await org.editor.api.post("/social/daily-platform-metrics/refresh")).status).toBe(403);
    const ordered = await org.owner.api.post("/social/daily-platform-metrics/refresh");
    expect([ordered.status, ordered.headers["location"]]).toEqual([202, `/social/daily-platform-metrics/refreshes/${ordered.body.id}`]);
    expect(ordered.body).not.toHaveProperty("checkpoint");
    await world.drain(refreshMetricsWorker);
    const { body } = await org.owner.api.get(ordered.headers["location"]!);
    expect(body).toMatchObject({ status: "completed", posts_checked: 1, difference_count: 0, differences: [] });
    expect((await org.owner.api.get("/social/daily-platform-metrics/refreshes")).body.items).toMatchObject([{ id: body.id }]);
    expect((await world.owner.api.get(ordered.headers["location"]!)).status).toBe(404);
  });
});

describe("GET /social/dashboard", () => {
  it("has 30 days and the five best posts of each network, and nothing of older ones", async () => {
    const org = await world.org();
    const posts = [];
    for (const likes of [1, 2, 3, 4, 5, 6]) {
      const post = await published(org);
      await counted(org, post, "2026-11-20", { likes });
      await refreshed(world, org, post);
      posts.push(post.id);
    }
    await refreshed(world, org, await published(org, { published_at: "2026-10-15T12:00:00.000Z" }));
    const { status, body } = await org.viewer.api.get("/social/dashboard");
    expect([status, body.from, body.to]).toEqual([200, "2026-10-22", "2026-11-20"]);
    expect(body.platforms.map((one: { platform: string }) => one.platform)).toEqual(["instagram", "tiktok", "youtube"]);
    const [instagram, tiktok] = body.platforms;
    expect(instagram.days).toMatchObject([{ publish_date: "2026-11-20", posts_count: 6, total_engagement: 21 }]);
    expect(instagram.top_content.map((row: { post_id: string }) => row.post_id)).toEqual(posts.toReversed().slice(0, 5));
    expect([tiktok.days, tiktok.top_content]).toEqual([[], []]);
  });

  it("reads what it returns, and no more with a hundred times the posts", { timeout: 240_000 }, async () => {
    const read = [];
    for (const posts of [15, 150, 1_500]) {
      const org = await world.org();
      await stockPosts(org, posts, 5);
      const meter = floors(world.db);
      const { body } = await world.clientOn(meter.db).as({ token: org.viewer.token, org: org.org_id }).get("/social/dashboard");
      const uses = meter.take().filter(({ op }) => op === "Query");
      for (const use of uses) expect(use.read, use.pattern).toBeLessThanOrEqual(use.floor);
      const total = (of: "items" | "scanned" | "read"): number => uses.reduce((sum, use) => sum + use[of], 0);
      const returned = body.platforms.reduce((sum: number, { days, top_content }: Record<string, unknown[]>) => sum + days!.length + top_content!.length, 0);
      read.push({ queries: uses.length, items: total("items"), scanned: total("scanned"), returned, units: total("read") });
    }
    expect(read[0]).toMatchObject({ queries: 7, items: 30, scanned: 30, returned: 30 });
    expect(read.map(({ units: _units, ...rest }) => rest)).toEqual([1, 2, 3].map(() => ({ queries: 7, items: 30, scanned: 30, returned: 30 })));
    expect(Math.max(...read.map(({ units }) => units))).toBeLessThanOrEqual(read[0]!.units + 3);
  });

  it("compares the posts of 90 days with those of the 90 before, by network and in all, from 180 days at most", async () => {
    const org = await world.org();
    const { ctx, org_id } = org;
    const day = (platform: "instagram" | "tiktok", publish_date: string, total_engagement: number, rate_sum = 0) => ({
      org_id,
      platform,
      publish_date,
      posts_count: 1,
      total_engagement,
      ...(rate_sum > 0 ? { rated_posts: 1, rate_sum } : {}),
    });
    await DailyPlatformMetrics.putMany(ctx, [
      ...Array.from({ length: 200 }, (_, n) => day("instagram", addDays("2026-11-20", -n), n < 90 ? 3 : 2, n < 90 ? 15_000 : 10_000)),
      day("tiktok", "2026-11-20", 7),
    ]);
    const meter = floors(world.db);
    const { body } = await world.clientOn(meter.db).as({ token: org.viewer.token, org: org_id }).get("/social/dashboard");
    const read = meter.take().filter(({ pattern }) => pattern === "DailyPlatformMetrics.list");
    expect(read.map(({ scanned }) => scanned).toSorted((a, b) => a - b)).toEqual([0, 1, 180]);
    expect(body.growth_windows).toEqual({ current: { from: "2026-08-23", to: "2026-11-20" }, previous: { from: "2026-05-25", to: "2026-08-22" } });
    const [instagram, tiktok] = body.platforms;
    expect(instagram.days).toHaveLength(30);
    expect(instagram.growth).toEqual({
      current: { posts_count: 90, rated_posts: 90, total_engagement: 270, avg_engagement_rate: "0.0150" },
      previous: { posts_count: 90, rated_posts: 90, total_engagement: 180, avg_engagement_rate: "0.0100" },
      engagement_growth: { name: "engagement_growth_90d", value: "50.0000", numerator: 90, denominator: 180, rate_defined: true },
      engagement_rate_growth: { name: "engagement_rate_growth_90d", value: "50.0000", numerator: 5_000, denominator: 10_000, rate_defined: true },
    });
    expect(tiktok.growth).toMatchObject({ engagement_growth: { value: null, numerator: 7, denominator: 0 }, engagement_rate_growth: { value: null } });
    expect(body.growth).toMatchObject({
      current: { posts_count: 91, rated_posts: 90, total_engagement: 277 },
      engagement_growth: { value: "53.8889", numerator: 97, denominator: 180 },
    });
  });
});
