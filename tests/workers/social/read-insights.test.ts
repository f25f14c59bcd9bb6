import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ReadInsights } from "../../../events/social/read-insights.v1.ts";
import { readInsightsWorker } from "../../../functions/social/read-insights.worker.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { addDays } from "../../../shared/kernel/days.ts";
import { openToken } from "../../../shared/social/account/account-token.ts";
import { disconnectAccount } from "../../../shared/social/account/disconnect-account.ts";
import { patchAccount } from "../../../shared/social/account/patch-account.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { currentToken } from "../../../shared/social/oauth/renew-token.ts";
import { setApp } from "../../../shared/social/oauth/set-app.ts";
import { deletePost } from "../../../shared/social/post/delete-post.ts";
import { getPost } from "../../../shared/social/post/read-posts.ts";
import { loseAccount } from "../../../shared/social/reading/note-account.ts";
import { PostReading } from "../../../shared/social/reading/post-reading.ts";
import { tiktokClient } from "../../../shared/social/tiktok/tiktok.client.ts";
import { youtubeClient } from "../../../shared/social/youtube/youtube.client.ts";
import { counted, placesOn } from "../../support/analytics.ts";
import type { SocialOrg } from "../../support/social.ts";
import { type ReadingWorld, readingWorld } from "./reading-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let world: ReadingWorld;
beforeAll(async () => {
  world = await readingWorld();
});
afterEach(async () => {
  await world.clearFaults();
  await world.purge(readInsightsWorker);
  await world.purge(refreshPostWorker);
  world.counts.splice(0);
});
afterAll(() => world.stop());

describe("reading from the networks", () => {
  it("stores what each of them tells, with the followers of the day, and nothing that it does not tell", async () => {
    const org = await world.org();
    const [instagram, tiktok, youtube] = [await world.account(org, "instagram"), await world.account(org, "tiktok"), await world.account(org, "youtube")];
    await world.steer("instagram", "PUT", "accounts", { user_id: instagram.external_id, followers: 10_000 });
    await world.steer("tiktok", "PUT", "accounts", { open_id: tiktok.external_id, followers: 777 });
    await world.steer("youtube", "PUT", "channels", { id: youtube.external_id, subscribers: 12_345 });
    const counters = { views: 4_000, reach: 3_000, likes: 160, comments: 15, shares: 9, saves: 12, profile_visits: 7 };
    const [picture, reel, story] = [
      await world.published(org, instagram, counters),
      await world.published(org, instagram, counters, { product: "REELS", placement: "reel", media_type: "video" }),
      await world.published(org, instagram, counters, { product: "STORY", placement: "story" }),
    ];
    const clip = await world.published(org, tiktok, counters);
    const short = await world.published(org, youtube, { ...counters, likes: null });
    await world.hour();
    const said = async (post: { id: string }) => (await world.saidOf(org, post))[0];
    const feed = { views: 4_000, impressions: 4_000, reach: 3_000, likes: 160, comments: 15, shares: 9, saves: 12, profile_visits: 7, followers: 10_000 };
    const { profile_visits: _visits, ...ofReel } = feed;
    const { likes: _likes, comments: _comments, saves: _saves, ...ofStory } = feed;
    const numbers = (insight: object | undefined) =>
      Object.fromEntries(Object.entries(insight ?? {}).filter(([, value]) => typeof value === "number" && value !== 1));
    expect(numbers(await said(picture))).toEqual(feed);
    expect(numbers(await said(reel))).toEqual(ofReel);
    expect(numbers(await said(story))).toEqual(ofStory);
    expect(numbers(await said(clip))).toEqual({ views: 4_000, likes: 160, comments: 15, shares: 9, followers: 777 });
    expect(numbers(await said(short))).toEqual({ views: 4_000, comments: 15, followers: 12_300 });
    expect((await world.accountOf(org, youtube)).follower_count).toBe(12_300);
  });

  it("brings rows, rates and leaderboards up to it", async () => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const post = await world.published(org, account, { views: 4_000, reach: 3_000, likes: 160, comments: 15, shares: 9, saves: null, profile_visits: null });
    await world.read([world.order(org, account)]);
    await world.drain(refreshPostWorker);
    const rows = (await org.viewer.api.get(`/social/posts/${post.id}/analytics`)).body.items;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      likes_count: 160,
      saves_count: 0,
      reach: 3_000,
      impressions: 4_000,
      followers_at_snapshot: 10_000,
      engagement_rate: "0.0184",
    });
    expect(rows[0].profile_visits ?? null).toBeNull();
    expect(await placesOn(org, 7, "all")).toMatchObject([{ post_id: post.id, engagement_rate: "0.0184", total_engagement: 184 }]);
  });

  it("asks as often as the post's age wants it, and no longer than 90 days", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    const begun = world.clock.now().toISOString();
    const post = await world.published(org, account);
    const looks: number[] = [];
    let last: string | undefined;
    for (const hours of [0, 1, 2, 24, 26, 30, 36, 168, 170, 191, 192, 200, 216]) {
      // Runs come at one minute of the hour, give or take a few.
      world.clock.set(new Date(Date.parse(begun) + hours * HOUR_MS + (hours % 5) * 60_000).toISOString());
      await world.read([world.order(org, account)]);
      const { read_at } = await world.readingOf(org, post);
      if (read_at !== last) looks.push(hours);
      last = read_at;
    }
    expect(looks).toEqual([0, 1, 2, 24, 30, 36, 168, 192, 216]);
    world.clock.set(new Date(Date.parse(begun) + 90 * DAY_MS).toISOString());
    await world.read([world.order(org, account)]);
    expect(await world.readingOf(org, post)).not.toHaveProperty("due_at");
  });

  it("reads once an hour, ordered many times and at the same time", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 10 });
    const order = world.order(org, account);
    expect(await world.read([order, order, world.order(org, account)])).toBe(0);
    const first = await world.readingOf(org, post);
    await world.tell(post, { views: 20 });
    expect(await world.read([order])).toBe(0);
    expect(await world.saidOf(org, post)).toMatchObject([{ views: 10, version: 1 }]);
    expect(await world.readingOf(org, post)).toEqual(first);
    world.clock.advance(HOUR_MS);
    expect(await world.read([order])).toBe(0);
    expect(await world.saidOf(org, post)).toMatchObject([{ views: 20, version: 2 }]);
  });

  it("has no event for what says the same again", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    await world.published(org, account, { views: 10, likes: 1, comments: 0 });
    const told = async () => (await org.events()).filter(({ type }) => type === "social.insight-recorded.v1").length;
    await world.read([world.order(org, account)]);
    expect(await told()).toBe(1);
    world.clock.advance(HOUR_MS);
    await world.read([world.order(org, account)]);
    expect(await told()).toBe(1);
  });

  it("asks for as many at once as the network takes", async () => {
    const org = await world.org();
    const [tiktok, youtube] = [await world.account(org, "tiktok"), await world.account(org, "youtube")];
    const posts = [await world.published(org, youtube, { views: 1 }), await world.published(org, youtube, { views: 2 })];
    for (let n = 0; n < 21; n++) posts.push(await world.published(org, tiktok, { views: n }));
    world.clock.advance(60_000);
    const unitsOf = async () => (await world.steer<{ units: number }>("youtube", "GET", "quota")).units;
    const before = await unitsOf();
    expect(await world.read([world.order(org, tiktok), world.order(org, youtube)])).toBe(0);
    expect((await Promise.all(posts.map((post) => world.readingOf(org, post)))).every(({ outcome }) => outcome === "read")).toBe(true);
    // One call for the videos, one for the channel.
    expect((await unitsOf()) - before).toBe(2);
    expect(await world.steer<Record<string, number>>("tiktok", "GET", "calls")).toMatchObject({ "/v2/video/query/": 2 });
  }, 120_000);

  it("goes on in another message when time runs short", async () => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const post = await world.published(org, account, { views: 10 });
    expect(await world.read([world.order(org, account)], { remaining_ms: 39_000 })).toBe(0);
    expect(await world.saidOf(org, post)).toEqual([]);
    world.restart();
    expect(await world.drain(readInsightsWorker)).toBe(1);
    expect(await world.saidOf(org, post)).toMatchObject([{ views: 10 }]);
  });
});

describe("the orders of an hour", () => {
  it("are one for each connected account of every org", async () => {
    const org = await world.org();
    const [one, other] = [await world.account(org, "instagram"), await world.account(org, "youtube")];
    await org.owner.api.post(`/social/accounts/${other.id}/disconnect`);
    const order = org.message(ReadInsights, {});
    expect(await world.read([order, order])).toBe(0);
    const sent = world.sent.filter(({ envelope }) => envelope.org_id === org.org_id);
    expect(new Set(sent.map(({ envelope }) => (envelope.data as { account_id: string }).account_id)).has(one.id)).toBe(true);
    expect(new Set(sent.map(({ envelope }) => envelope.id)).size).toBe(sent.length / 2);
  });

  it("are left alone for an account that is not connected", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 10 });
    await SocialAccount.patch(org.ctx, { org_id: org.org_id, id: account.id }, { status: "needs_reconnect" });
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(await world.readingOf(org, post)).toMatchObject({ outcome: "waiting" });
  });
});

describe("a post that the network does not tell of", () => {
  it("is passed by, its neighbours are read, and it is asked for again", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    const [hidden, bad, silent, good] = [
      await world.published(org, account, { views: 1 }),
      await world.published(org, account, {}, { id: "no-id-of-tiktok" }),
      await world.published(org, account, { views: null, likes: null, comments: null, shares: null }),
      await world.published(org, account, { views: 4 }),
    ];
    await world.steer("tiktok", "PUT", "videos", { id: hidden.platform_post_id, is_public: false });
    expect(await world.read([world.order(org, account)])).toBe(0);
    const outcomes = await Promise.all([hidden, bad, silent, good].map(async (post) => (await world.readingOf(org, post)).outcome));
    expect(outcomes).toEqual(["not_shown", "refused", "silent", "read"]);
    expect(await world.readingOf(org, bad)).toMatchObject({ detail: "The post's id is none of TikTok's." });
    expect(await world.saidOf(org, silent)).toEqual([]);
    await world.steer("tiktok", "PUT", "videos", { id: hidden.platform_post_id, is_public: true });
    world.clock.advance(HOUR_MS);
    await world.read([world.order(org, account)]);
    expect(await world.saidOf(org, hidden)).toMatchObject([{ views: 1 }]);
  });

  it("spoils no call for the others", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    const posts = [await world.published(org, account, { views: 1 }), await world.published(org, account, { views: 2 })];
    await world.steer("tiktok", "PUT", "refused", { id: posts[1]!.platform_post_id });
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(await Promise.all(posts.map(async (post) => (await world.readingOf(org, post)).outcome))).toEqual(["read", "refused"]);
  });

  it("is gone at Instagram, a story too few have seen, or elsewhere than it was noted", async () => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const [gone, story, moved] = [
      await world.published(org, account, {}, { id: "17899999999999999" }),
      await world.published(org, account, { views: 4 }, { product: "STORY", placement: "story" }),
      await world.published(org, account, { views: 9 }, { product: "REELS" }),
    ];
    expect(await world.read([world.order(org, account)])).toBe(0);
    const outcomes = await Promise.all([gone, story, moved].map(async (post) => (await world.readingOf(org, post)).outcome));
    expect(outcomes).toEqual(["not_shown", "silent", "read"]);
  });

  it("was deleted here and is asked for no more", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 4 });
    await deletePost(org.ctx, post.id, (await getPost(org.ctx, post.id)).version);
    expect(await world.read([world.order(org, account)])).toBe(0);
    const reading = await world.readingOf(org, post);
    expect(reading).toMatchObject({ outcome: "ended" });
    expect(reading).not.toHaveProperty("due_at");
    expect(await world.saidOf(org, post)).toEqual([]);
  });

  it("has no readings without an account of its network, or when it appeared too long ago", async () => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const elsewhere = await org.post({ platform: "tiktok", media_type: "video", account_id: account.id });
    const without = await org.post({ platform: "tiktok", media_type: "video" });
    const old = await org.post({ account_id: account.id });
    await org.editor.api.post(`/social/posts/${elsewhere.id}/mark-published`, { platform_post_id: "710659431229240001" });
    await org.editor.api.post(`/social/posts/${without.id}/mark-published`, { platform_post_id: "710659431229240002" });
    await org.editor.api.post(`/social/posts/${old.id}/mark-published`, { platform_post_id: "178", published_at: "2026-08-01T00:00:00Z" });
    for (const { id } of [elsewhere, without, old]) expect(await PostReading.find(org.ctx, { org_id: org.org_id, post_id: id })).toBeUndefined();
    expect((await org.viewer.api.get(`/social/posts/${old.id}/reading`)).status).toBe(404);
  });
});

describe("a network", () => {
  it.each(["instagram", "tiktok", "youtube"] as const)(
    "(%s) that refuses the token makes the account ask for a new one, and the rest waits for it",
    async (platform) => {
      const org = await world.org();
      const account = await world.account(org, platform);
      const posts = [await world.published(org, account, { views: 5 }), await world.published(org, account, { views: 6 })];
      await world.read([world.order(org, account)]);
      world.clock.advance(HOUR_MS);
      await world.fault(platform, "401");
      expect(await world.read([world.order(org, account)])).toBe(0);
      const lost = await world.accountOf(org, account);
      expect(lost).toMatchObject({ status: "needs_reconnect", last_error: expect.stringMatching(/does not accept the account's token/) });
      expect(await world.readingOf(org, posts[0]!)).toMatchObject({ outcome: "read" });
      await world.tell(posts[1]!, { views: 60 });
      await patchAccount(org.ctx, account.id, { access_token: `act.${account.external_id}` }, lost.version);
      expect(await world.read([world.order(org, account)])).toBe(0);
      expect(await world.saidOf(org, posts[1]!)).toMatchObject([{ views: 60 }]);
    },
  );

  it("that does not let the token read figures refuses each post, and leaves the account what it is", async () => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const posts = [await world.published(org, account, { views: 5 }), await world.published(org, account, { views: 6 })];
    await world.steer("instagram", "PUT", "accounts", { user_id: account.external_id, tells_insights: false });
    expect(await world.read([world.order(org, account)])).toBe(0);
    for (const post of posts) expect(await world.readingOf(org, post)).toMatchObject({ outcome: "refused", detail: expect.stringContaining("permission") });
    const known = await world.accountOf(org, account);
    expect(known).toMatchObject({ status: "connected", follower_count: 10_000 });
    expect(known).not.toHaveProperty("last_error");
    await world.steer("instagram", "PUT", "accounts", { user_id: account.external_id, tells_insights: true });
    world.clock.advance(HOUR_MS);
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(await world.saidOf(org, posts[1]!)).toMatchObject([{ views: 6 }]);
  });

  it("that refuses an old token says nothing of one that was given meanwhile", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok", { access_token: "act.expired" });
    await world.published(org, account, { views: 5 });
    const known = await world.accountOf(org, account);
    const { version } = await patchAccount(org.ctx, account.id, { access_token: `act.${account.external_id}` }, known.version);
    await loseAccount(org.ctx, known, "The old token is refused.");
    expect(await world.accountOf(org, account)).toMatchObject({ status: "connected", version });
  });

  it("whose limit is used up is left alone until the next hour, and what was read stays read", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 5 });
    const { units } = await world.steer<{ units: number }>("youtube", "GET", "quota");
    await world.steer("youtube", "PUT", "quota", { units_a_day: units + 1 });
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(await world.accountOf(org, account)).toMatchObject({ follower_count: 2_000, status: "connected" });
    expect(await world.readingOf(org, post)).toMatchObject({ outcome: "waiting" });
    await world.steer("youtube", "PUT", "quota", {});
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(await world.saidOf(org, post)).toMatchObject([{ views: 5, followers: 2_000 }]);
  });

  it("in trouble fails the message, and no neighbour of it; its repetition reads what is left", async () => {
    const [org, other] = [await world.org(), await world.org()];
    const [account, neighbour] = [await world.account(org, "instagram"), await world.account(other, "tiktok")];
    const posts = [await world.published(org, account, { views: 5 }), await world.published(org, account, { views: 6 })];
    const there = await world.published(other, neighbour, { views: 7 });
    await world.fault("instagram", "503", { path: `/v26.0/${posts[0]!.platform_post_id}` });
    const orders = [world.order(org, account), "poison", org.message(ReadInsights, { account_id: world.ids.uuid() }), world.order(other, neighbour)];
    expect(await world.read(orders)).toBe(3);
    expect(await world.readingOf(org, posts[0]!)).toMatchObject({ outcome: "waiting" });
    expect(await world.saidOf(org, posts[1]!)).toMatchObject([{ views: 6 }]);
    expect(await world.saidOf(other, there)).toMatchObject([{ views: 7 }]);
    expect(await world.read([orders[0]!])).toBe(0);
    expect(await world.saidOf(org, posts[0]!)).toMatchObject([{ views: 5 }]);
  });

  it("that is not understood spoils nothing", async () => {
    const org = await world.org();
    const account = await world.account(org, "instagram");
    const post = await world.published(org, account, { views: 5 });
    await world.fault("instagram", "malformed", { path: `/v26.0/${post.platform_post_id}` });
    expect(await world.read([world.order(org, account)])).toBe(1);
    expect(await world.readingOf(org, post)).toMatchObject({ outcome: "waiting" });
  });

  it("that does not tell followers leaves them as they were, without a word of today", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    await world.steer("tiktok", "PUT", "accounts", { open_id: account.external_id, scopes: ["user.info.basic", "video.list"] });
    const post = await world.published(org, account, { views: 5 });
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect((await world.saidOf(org, post))[0]).not.toHaveProperty("followers");
    expect(await world.accountOf(org, account)).not.toHaveProperty("follower_count");
  });

  it("is asked for followers once a day, also when no post is due", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    const followers = async (count: number) => {
      await world.steer("tiktok", "PUT", "accounts", { open_id: account.external_id, followers: count });
      await world.read([world.order(org, account)]);
      return (await world.accountOf(org, account)).follower_count;
    };
    expect(await followers(100)).toBe(100);
    world.clock.advance(HOUR_MS);
    expect(await followers(110)).toBe(100);
    world.clock.advance(DAY_MS);
    expect(await followers(120)).toBe(120);
  });
});

describe("accuracy", () => {
  it("is that of the moment of the reading, and missed by posts that are two days old", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    const post = await world.published(org, account, { views: 0, likes: 1_000, comments: 10, shares: 5 });
    const day = world.clock.now().toISOString().slice(0, 10);
    await counted(org, post, day, { likes: 998, comments: 10, views: 3 });
    await world.read([world.order(org, account)]);
    expect(world.counts).toEqual([0]);
    await counted(org, post, day, { likes: 1_500, comments: 10, views: 3 });
    const path = `/social/posts/${post.id}/insights`;
    const { status, body } = await org.viewer.api.get(path);
    expect([status, body.items.length]).toEqual([200, 1]);
    expect(body.items[0].accuracy).toEqual({ likes: "0.9980", comments: "1.0000", shares: "0.0000", saves: null, views: null });
    world.clock.advance(2 * DAY_MS + HOUR_MS);
    await world.read([world.order(org, account)]);
    expect(world.counts).toEqual([0, 1]);
    expect(world.log.lines.filter(({ level, message }) => level === "error" && message.startsWith("counts missed"))).toHaveLength(1);
    const days = (await org.viewer.api.get(path)).body.items;
    expect(days.map((one: { accuracy: { likes: string } }) => one.accuracy.likes)).toEqual(["0.5000", "0.9980"]);
  });
});

describe("the alarm of the counters", () => {
  it("rings for posts of which nothing is counted any more, and not for what was never counted", async () => {
    const org = await world.org();
    const account = await world.account(org, "tiktok");
    const old = await world.published(org, account, { views: 90, likes: 10, comments: 4, shares: 0 });
    await counted(org, old, world.clock.now().toISOString().slice(0, 10), { likes: 10, comments: 4 });
    expect(await world.read([world.order(org, account)])).toBe(0);
    world.clock.advance(DAY_MS);
    // From here on nothing is delivered.
    const later = await world.published(org, account, { views: 80, likes: 12, comments: 0, shares: 3 });
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(world.counts.splice(0)).toEqual([0, 0]);
    world.clock.advance(2 * DAY_MS + HOUR_MS);
    const lines = world.log.lines.length;
    // Only the later one is left to compare: what reaches us is known from the older one.
    await deletePost(org.ctx, old.id, (await getPost(org.ctx, old.id)).version);
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(world.counts).toEqual([1]);
    expect(world.log.lines.slice(lines).find(({ message }) => message.startsWith("counts missed"))).toMatchObject({
      fields: { posts: [{ post_id: later.id, kinds: ["likes"] }] },
    });
  });

  it("judges what the network has just told, not what it told before on that day", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 100, likes: 10 });
    const day = world.clock.now().toISOString().slice(0, 10);
    await counted(org, post, day, { views: 100, likes: 10 });
    world.clock.set(`${addDays(day, 3)}T01:00:00.000Z`);
    expect(await world.read([world.order(org, account)])).toBe(0);
    await counted(org, post, addDays(day, 3), { likes: 5 });
    // Its owner hides the likes, so that the number of the morning stays the word of the day.
    await world.tell(post, { views: 100, likes: null });
    world.clock.advance(7 * HOUR_MS);
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect((await world.saidOf(org, post)).at(-1)).toMatchObject({ likes: 10, counted: { likes: 15 } });
    expect(world.counts).toEqual([0, 0]);
  });
});

describe("a token that is about to expire", () => {
  const APP = { client_id: "client-key", client_secret: "client-secret" };
  /** An account that has a refresh token, of an org that has told its app. */
  const renewable = async (platform: "tiktok" | "youtube", app: { client_id: string; client_secret: string } | null = APP) => {
    const org = await world.org();
    if (app) await setApp(org.ctx, platform, app);
    const account = await world.account(org, platform, { refresh_token: "1//refresh" });
    // TikTok's names the account, which has its name by now.
    if (platform === "tiktok") await patchAccount(org.ctx, account.id, { refresh_token: `rft.${account.external_id}` }, account.version);
    const post = await world.published(org, account, { views: 5 });
    return { org, account, post };
  };

  it.each(["tiktok", "youtube"] as const)("(%s) is renewed before it is used, hour after hour", async (platform) => {
    const { org, account, post } = await renewable(platform);
    for (const views of [5, 6, 7]) {
      await world.tell(post, { views });
      expect(await world.read([world.order(org, account)])).toBe(0);
      expect((await world.saidOf(org, post)).at(-1)).toMatchObject({ views });
      world.clock.advance(HOUR_MS + 60_000);
    }
    const renewed = await world.accountOf(org, account);
    expect(renewed).toMatchObject({ status: "connected" });
    expect(renewed).not.toHaveProperty("renewing_until");
    expect(await openToken(org.ctx, renewed)).toMatch(platform === "tiktok" ? /^act\.gym-\d+\.2$/ : /^ya29\.renewed-\d+$/);
  });

  it("is renewed by one of several who need it at once", async () => {
    const { org, account, post } = await renewable("tiktok");
    const order = world.order(org, account);
    // Whoever comes second finds the lease and is delivered again.
    expect(await world.read([order, order, order])).toBeLessThan(3);
    expect(await world.read([order])).toBe(0);
    expect(await world.accountOf(org, account)).toMatchObject({ status: "connected" });
    expect(await world.saidOf(org, post)).toMatchObject([{ views: 5 }]);
  });

  it("is lost with TikTok's answer, which the owner is told, and not with Google's", async () => {
    const tiktok = await renewable("tiktok");
    await world.fault("tiktok", "lost_answer", { path: "/v2/oauth" });
    const order = world.order(tiktok.org, tiktok.account);
    expect(await world.read([order])).toBe(1);
    expect(await world.read([order])).toBe(1);
    world.clock.advance(60_000);
    expect(await world.read([order])).toBe(0);
    expect(await world.accountOf(tiktok.org, tiktok.account)).toMatchObject({
      status: "needs_reconnect",
      last_error: "TikTok does not renew the account's token. Connect it again.",
    });
    const youtube = await renewable("youtube");
    await world.fault("youtube", "lost_answer", { path: "/token" });
    expect(await world.read([world.order(youtube.org, youtube.account)])).toBe(0);
    expect(await world.accountOf(youtube.org, youtube.account)).toMatchObject({ status: "connected" });
  });

  it.each(["tiktok", "youtube"] as const)(
    "(%s) outlives an app's wrong secret, which the owner is told, and is renewed with the right one",
    async (platform) => {
      const { org, account, post } = await renewable(platform, { ...APP, client_secret: "wrong-secret" });
      expect(await world.read([world.order(org, account)])).toBe(0);
      expect(await world.accountOf(org, account)).toMatchObject({ status: "connected", last_error: expect.stringContaining("invalid_client") });
      expect(await world.saidOf(org, post)).toEqual([]);
      await setApp(org.ctx, platform, APP);
      expect(await world.read([world.order(org, account)])).toBe(0);
      expect(await world.saidOf(org, post)).toMatchObject([{ views: 5 }]);
      const renewed = await world.accountOf(org, account);
      expect(renewed).toMatchObject({ status: "connected" });
      expect(renewed).not.toHaveProperty("last_error");
    },
  );

  /** TikTok's own client and sandbox, with something that happens here while the answer is on its way. */
  const renewedWhile = async (org: SocialOrg, account: { readonly id: string }, meanwhile: () => Promise<unknown>) => {
    const answered: typeof fetch = async (...given) => {
      const response = await fetch(...given);
      await meanwhile();
      return response;
    };
    const common = { clock: world.clock, fetch: answered };
    const { url } = world.sandboxes.youtube;
    const youtube = youtubeClient({ ...common, api_url: url, auth_url: url });
    const tiktok = tiktokClient({ ...common, api_url: world.sandboxes.tiktok.url });
    const stored = await world.accountOf(org, account);
    return currentToken({ ...org.ctx, tiktok, youtube }, stored);
  };

  it("is kept when the owner renames the account while it is renewed", async () => {
    const { org, account, post } = await renewable("tiktok");
    const rename = async () => patchAccount(org.ctx, account.id, { username: "renamed" }, (await world.accountOf(org, account)).version);
    const current = await renewedWhile(org, account, rename);
    expect(current).toMatchObject({ kind: "ok", value: { token: `act.${account.external_id}.1`, account: { username: "renamed" } } });
    expect(await openToken(org.ctx, await world.accountOf(org, account))).toBe(`act.${account.external_id}.1`);
    // TikTok's old refresh token is void: only the new one renews from here.
    world.clock.advance(3 * HOUR_MS);
    expect(await world.read([world.order(org, account)])).toBe(0);
    expect(await world.saidOf(org, post)).toMatchObject([{ views: 5 }]);
    expect(await openToken(org.ctx, await world.accountOf(org, account))).toBe(`act.${account.external_id}.2`);
  });

  it.each([
    ["gives another pair", { status: "connected", token: "act.another" }],
    ["disconnects the account", { status: "disconnected", token: undefined }],
  ])("is given up when the owner %s meanwhile", async (what, expected) => {
    const { org, account } = await renewable("tiktok");
    const current = await renewedWhile(org, account, async () => {
      const pair = { access_token: "act.another", refresh_token: "rft.another" };
      if (what === "gives another pair") return patchAccount(org.ctx, account.id, pair, (await world.accountOf(org, account)).version);
      return disconnectAccount(org.ctx, account.id);
    });
    expect(current).toMatchObject({ kind: "retry_later" });
    const stored = await world.accountOf(org, account);
    expect({ status: stored.status, token: await openToken(org.ctx, stored) }).toEqual(expected);
  });

  it("is not renewed without an app", async () => {
    const without = await renewable("youtube", null);
    expect(await world.read([world.order(without.org, without.account)])).toBe(0);
    expect(await world.saidOf(without.org, without.post)).toMatchObject([{ views: 5 }]);
  });
});
