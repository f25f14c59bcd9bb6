import { beforeAll, describe, expect, it } from "vitest";
import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { DailyPlatformMetrics } from "../../../shared/social/analytics/daily-platform-metrics.ts";
import { PostAnalytics } from "../../../shared/social/analytics/post-analytics.ts";
import { refreshPost } from "../../../shared/social/analytics/refresh-post.ts";
import { recordInsight } from "../../../shared/social/analytics/record-insight.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { createConversion } from "../../../shared/social/conversion/create-conversion.ts";
import { refundConversion } from "../../../shared/social/conversion/refund-conversion.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { counted, placesOn, refreshed } from "../../support/analytics.ts";
import { somebody, touches } from "../../support/audience.ts";
import { floors } from "../../support/floors.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
});

const rowsOf = async ({ ctx, org_id }: SocialOrg, { id: post_id }: Post) => (await PostAnalytics.list(ctx, { org_id, post_id }, { consistent: true })).items;
const dayOf = ({ ctx, org_id }: SocialOrg, publish_date = "2026-11-20", platform: Post["platform"] = "instagram") =>
  DailyPlatformMetrics.find(ctx, { org_id, platform, publish_date }, { consistent: true });
const published = (org: SocialOrg, wish: Partial<Post> = {}) => org.post({ status: "published", followers_at_publication: 10_000, ...wish });

/** In an org of its own on a clock of its own. */
const alone = (start = "2026-11-20T09:00:00.000Z") => socialWorld({ start });

describe("a post's row", () => {
  it("holds the day's totals, the rate and what it is made of, and enters the day and the leaderboards", async () => {
    const org = await world.org();
    const post = await published(org, { content_category: "workout" });
    await counted(org, post, "2026-11-20", { likes: 100, comments: 15, shares: 9, saves: 3, views: 2_000 });
    await counted(org, post, "2026-11-20", { shard: 1, likes: 60 });
    expect(await refreshed(world, org, post)).toBe(0);
    const rows = await rowsOf(org, post);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      analysis_date: "2026-11-20",
      hours_since_published: 1,
      likes_count: 160,
      comments_count: 15,
      shares_count: 9,
      saves_count: 3,
      views_count: 2_000,
      engagement_rate: "0.0184",
      rate_defined: true,
      followers_at_snapshot: 10_000,
    });
    expect(Object.keys(rows[0]!)).not.toContain("reach");
    expect(await dayOf(org)).toMatchObject({ posts_count: 1, rated_posts: 1, rate_sum: 18_400, total_engagement: 184 });
    for (const scope of ["all", "category:workout"])
      for (const period of [7, 14, 30, 60, 90, 180, 365] as const)
        expect(await placesOn(org, period, scope)).toMatchObject([{ post_id: post.id, engagement_rate: "0.0184", total_engagement: 184 }]);
    expect(await placesOn(org, 30, "platform:instagram")).toHaveLength(1);
    expect(await placesOn(org, 7, "platform:instagram")).toHaveLength(0);
  });

  it("is the same however often and however much at once it is ordered; a poisoned order fails alone", async () => {
    const org = await world.org();
    const post = await published(org);
    await counted(org, post, "2026-11-20", { likes: 7 });
    expect(await refreshed(world, org, post, 6)).toBe(0);
    const before = [await rowsOf(org, post), await dayOf(org), await placesOn(org, 30, "all")];
    expect(before).toMatchObject([[{ likes_count: 7 }], { posts_count: 1, total_engagement: 7 }, [{ total_engagement: 7 }]]);
    expect(await world.deliver(refreshPostWorker, ["poison", org.message(RefreshPost, { post_id: post.id })])).toBe(1);
    expect([await rowsOf(org, post), await dayOf(org), await placesOn(org, 30, "all")]).toEqual(before);
  });

  it("counts once what other posts and later counts add, from many runs at once", async () => {
    const org = await world.org();
    const posts = await Promise.all([1, 2, 3].map(() => published(org)));
    for (const [at, post] of posts.entries()) await counted(org, post, "2026-11-20", { likes: 10 * (at + 1) });
    const orders = posts.flatMap((post) => [1, 2, 3].map(() => org.message(RefreshPost, { post_id: post.id })));
    expect(await world.deliver(refreshPostWorker, orders)).toBe(0);
    expect(await dayOf(org)).toMatchObject({ posts_count: 3, rated_posts: 3, rate_sum: 6_000, total_engagement: 60 });
    await counted(org, posts[0]!, "2026-11-20", { likes: 100 });
    expect(await refreshed(world, org, posts[0]!)).toBe(0);
    expect(await dayOf(org)).toMatchObject({ posts_count: 3, total_engagement: 150 });
    expect((await placesOn(org, 7, "all")).map(({ post_id }) => post_id)).toEqual([posts[0]!.id, posts[2]!.id, posts[1]!.id]);
  });

  it("is corrected for earlier days when events come late, and comes to the same in any order of days", async () => {
    const [one, other] = [await alone(), await alone()];
    const days = [
      ["2026-11-20", { likes: 5 }],
      ["2026-11-21", { likes: 2, comments: 1 }],
      ["2026-11-23", { shares: 4 }],
    ] as const;
    const post = await published(one);
    for (const [day, counters] of days) {
      one.clock.set(`${day}T12:00:00.000Z`);
      await counted(one, post, day, counters);
      expect(await refreshed(one, one, post)).toBe(0);
    }
    const late = await published(other);
    other.clock.set("2026-11-23T12:00:00.000Z");
    for (const [day, counters] of days.toReversed()) {
      await counted(other, late, day, counters);
      expect(await refreshed(other, other, late)).toBe(0);
    }
    const told = (rows: readonly PostAnalytics[]) =>
      rows.map(({ analysis_date, likes_count, comments_count, shares_count, engagement_rate }) => [
        analysis_date,
        likes_count,
        comments_count,
        shares_count,
        engagement_rate,
      ]);
    expect(told(await rowsOf(other, late))).toEqual(told(await rowsOf(one, post)));
    expect(told(await rowsOf(one, post))).toEqual([
      ["2026-11-20", 5, 0, 0, "0.0005"],
      ["2026-11-21", 7, 1, 0, "0.0008"],
      ["2026-11-23", 7, 1, 4, "0.0012"],
    ]);
    expect(await dayOf(other)).toMatchObject({ posts_count: 1, total_engagement: 12, rate_sum: 1_200 });
    expect((await rowsOf(other, late)).map(({ hours_since_published }) => hours_since_published)).toEqual([16, 40, 76]);
  });

  it("believes the network where it says more, keeps what it said, and is silent where it said nothing", async () => {
    const org = await world.org();
    const account = await SocialAccount.create(org.ctx, {
      org_id: org.org_id,
      platform: "instagram",
      external_id: "178",
      username: "gym",
      follower_count: 4_000,
    });
    const post = await published(org, { account_id: account.id, followers_at_publication: 3_000, hashtags: ["fitness", "holiday"] });
    await counted(org, post, "2026-11-20", { likes: 90, comments: 60, views: 10 });
    await recordInsight(org.ctx, post.id, { likes: 100, comments: 50, saves: 120, reach: 20_000, impressions: 30_000, website_clicks: 45 });
    expect(await world.drain(refreshPostWorker)).toBeGreaterThan(0);
    const [row] = await rowsOf(org, post);
    expect(row).toMatchObject({
      likes_count: 100,
      comments_count: 60,
      saves_count: 120,
      reach: 20_000,
      click_through_rate: "0.0015",
      quality_score: 41,
      virality_score: 0,
      relevance_score: 50,
      followers_at_snapshot: 4_000,
      engagement_rate: "0.0400",
    });
    expect(row!.profile_visits).toBeUndefined();
    await recordInsight(org.ctx, post.id, { followers: 8_000 });
    await world.drain(refreshPostWorker);
    expect((await rowsOf(org, post))[0]).toMatchObject({ reach: 20_000, followers_at_snapshot: 8_000, engagement_rate: "0.0200" });
  });

  it("counts each conversion of its post once, beside its engagement: one row with 0.0184, 184 and 2", async () => {
    const org = await world.org();
    const post = await published(org);
    await counted(org, post, "2026-11-20", { likes: 160, comments: 15, shares: 9 });
    await refreshed(world, org, post);
    expect((await placesOn(org, 30, "all"))[0]).toMatchObject({ engagement_rate: "0.0184", total_engagement: 184, conversion_count: 0 });
    const made = [];
    for (const name of ["ann", "ben"]) {
      await touches(org, somebody(name), post.id, "website_click", "2026-11-20T08:30:00.000Z");
      const conversion = {
        source: "shop",
        external_id: name,
        ...somebody(name),
        conversion_type: "purchase",
        conversion_at: "2026-11-20T08:45:00.000Z",
      } as const;
      made.push(await createConversion(org.ctx, { ...conversion, conversion_value: "10.00" }));
    }
    expect(await world.drain(refreshPostWorker)).toBeGreaterThan(0);
    for (const period of [7, 30, 365] as const) {
      const places = await placesOn(org, period, "all");
      expect(places).toHaveLength(1);
      expect(places[0]).toMatchObject({ engagement_rate: "0.0184", total_engagement: 184, conversion_count: 2 });
    }
    await refundConversion(org.ctx, made[0]!.id, {});
    await world.drain(refreshPostWorker);
    expect((await rowsOf(org, post)).map(({ conversion_events }) => conversion_events)).toEqual([2]);
    expect(await dayOf(org)).toMatchObject({ posts_count: 1, total_engagement: 184 });
  });

  it("has no rate without followers, which is no zero in the average", async () => {
    const org = await world.org();
    const [known, unknown] = [await published(org), await org.post({ status: "published" })];
    await counted(org, known, "2026-11-20", { likes: 100 });
    await counted(org, unknown, "2026-11-20", { likes: 50 });
    for (const post of [known, unknown]) expect(await refreshed(world, org, post)).toBe(0);
    expect((await rowsOf(org, unknown))[0]).toMatchObject({ engagement_rate: "0.0000", rate_defined: false });
    expect(await dayOf(org)).toMatchObject({ posts_count: 2, rated_posts: 1, rate_sum: 10_000, total_engagement: 150 });
  });
});

describe("what a refresh writes", () => {
  it("is bounded: 15 places and 38 units for a new post, 30 and 68 for one that moves, 2 for one that stays, none without news", async () => {
    const org = await world.org();
    const post = await published(org, { content_category: "transformation", caption: "🏋".repeat(200) });
    const meter = floors(org.ctx.db);
    const written = async (): Promise<number[]> => {
      meter.take();
      await refreshPost({ ...org.ctx, db: meter.db }, { post_id: post.id });
      const uses = meter.take().filter(({ op }) => op === "TransactWrite");
      return uses.map(({ write }) => write);
    };
    expect(await written()).toEqual([38]);
    expect(await written()).toEqual([]);
    await counted(org, post, "2026-11-20", { likes: 5, views: 10 });
    expect(await written()).toEqual([68]);
    await counted(org, post, "2026-11-20", { likes: 5, views: 900 });
    expect(await written()).toEqual([2]);
  });
});

describe("a post", () => {
  it("that is deleted leaves the sums and the leaderboards, once, and keeps its rows", async () => {
    const org = await world.org();
    const [post, other] = [await published(org), await published(org)];
    for (const one of [post, other]) {
      await counted(org, one, "2026-11-20", { likes: 10 });
      await refreshed(world, org, one);
    }
    await deletePost(org.ctx, post.id, post.version);
    expect(await world.drain(refreshPostWorker)).toBeGreaterThan(0);
    expect(await refreshed(world, org, post, 3)).toBe(0);
    expect(await dayOf(org)).toMatchObject({ posts_count: 1, rated_posts: 1, rate_sum: 1_000, total_engagement: 10 });
    for (const period of [7, 365] as const) expect((await placesOn(org, period, "all")).map(({ post_id }) => post_id)).toEqual([other.id]);
    expect(await rowsOf(org, post)).toHaveLength(1);
  });

  it("that is no longer there, or not published, has no row", async () => {
    const org = await world.org();
    const draft = await org.post();
    expect(await refreshed(world, org, draft)).toBe(0);
    expect(await refreshed(world, org, { id: world.ids.uuid() })).toBe(0);
    expect(await rowsOf(org, draft)).toEqual([]);
  });

  it("leaves leaderboards by its age when it is refreshed", async () => {
    const one = await alone();
    const post = await published(one);
    await refreshed(one, one, post);
    one.clock.set("2026-11-28T00:00:00.000Z");
    await refreshed(one, one, post);
    expect([await placesOn(one, 7, "all"), await placesOn(one, 14, "all")]).toMatchObject([[], [{ post_id: post.id }]]);
  });
});
