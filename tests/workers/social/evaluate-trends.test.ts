import { beforeAll, describe, expect, it } from "vitest";
import { EvaluateTrends } from "../../../events/social/evaluate-trends.v1.ts";
import { evaluateTrendsHourlyJob } from "../../../functions/social/evaluate-trends-hourly.schedule.ts";
import { evaluateTrendsWorker } from "../../../functions/social/evaluate-trends.worker.ts";
import { addDays } from "../../../shared/kernel/days.ts";
import { PostDay } from "../../../shared/social/engagement/post-day.ts";
import { hourOf } from "../../../shared/social/trend/coverage.ts";
import { getLexicon } from "../../../shared/social/trend/get-lexicon.ts";
import { putLexicon } from "../../../shared/social/trend/put-lexicon.ts";
import { ContentTemplate } from "../../../shared/social/template/content-template.ts";
import { TopicDay } from "../../../shared/social/trend/topic-day.ts";
import { TopicPost } from "../../../shared/social/trend/topic-post.ts";
import { TrendEvaluation } from "../../../shared/social/trend/trend-evaluation.ts";
import { TrendingTopic } from "../../../shared/social/trend/trending-topic.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { trendsOf } from "./trends-world.ts";

const HOUR_MS = 3_600_000;
const TODAY = "2026-11-20";
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
});
const fresh = async (changes: Readonly<Record<string, unknown>> = {}) => {
  world.clock.set(`${TODAY}T09:00:00.000Z`);
  const org: SocialOrg = await world.org(changes);
  const { org_id, ctx } = org;
  /** A topic whose count is the same at every hour of a day, by days: the last is today. */
  const counts = (topic: string, ...days: readonly number[]) =>
    TopicDay.putMany(
      ctx,
      days.map((base, at) => ({
        org_id,
        platform: "instagram" as const,
        topic_type: "hashtag" as const,
        topic,
        day: addDays(TODAY, at - days.length + 1),
        base,
      })),
    );
  return { org, ctx, org_id, counts, ...trendsOf(world, org) };
};

describe("evaluate-trends", () => {
  it("finds what the worked numbers say, and keeps what does not pass 50 out", async () => {
    const { counts, evaluate, episodes } = await fresh();
    await counts("steady", 50, 49, 55, 52, 48, 51, 50, 60);
    await counts("burst", 40, 42, 38, 41, 39, 40, 60, 90);
    await counts("plain", 40, 38, 41, 42, 39, 40, 40, 51);
    await counts("new", 300);
    await counts("rocket", 10, 12, 9, 11, 10, 8, 10, 200);
    await counts("quiet", 50);
    await evaluate();
    const found = await episodes();
    expect(
      found.map(({ topic_name, trend_status, mention_count, growth_rate, is_new, z_score, significant, rank }) => [
        rank,
        topic_name,
        trend_status,
        mention_count,
        growth_rate,
        is_new,
        z_score,
        significant,
      ]),
    ).toEqual([
      [1, "new", "emerging", 300, undefined, true, 300, true],
      [2, "rocket", "trending", 200, 1900, false, 60.0833, true],
      [3, "burst", "emerging", 90, 50, false, 6.1474, true],
      [4, "plain", "emerging", 51, 27.5, false, 1.7393, false],
      [5, "steady", "emerging", 60, 20, false, 1.3039, false],
    ]);
    expect(found[0]).toMatchObject({
      trend_start_date: TODAY,
      trend_peak_date: TODAY,
      first_detected_at: `${TODAY}T09:00:00.000Z`,
      evaluated_at: `${TODAY}T09:00:00.000Z`,
    });
  });

  it("finds a burst of hour 0 by hour 1, from mentions to episode", async () => {
    const { burst, record, pass, episode } = await fresh({ trend_min_mentions: 10 });
    await record(burst(11, { ago: 0 }));
    await pass(1);
    expect(await episode()).toMatchObject({ trend_status: "emerging", mention_count: 11, is_new: true, significant: true });
    await pass(1);
    expect(await episode()).toMatchObject({ trend_status: "trending", mention_count: 11 });
  });

  it("keeps the fastest of a network, goes on with what it knows, and ranks all by growth", async () => {
    const { counts, evaluate, episodes } = await fresh({ trend_top: 2 });
    await counts("a", 50, 60);
    await counts("b", 50, 70);
    await counts("c", 50, 80);
    await evaluate();
    expect((await episodes()).map(({ topic_name }) => topic_name)).toEqual(["c", "b"]);
    await counts("a", 50, 100);
    await counts("d", 50, 90);
    await counts("b", 0, 3);
    world.clock.advance(HOUR_MS);
    await evaluate();
    expect((await episodes()).map(({ topic_name, rank }) => [topic_name, rank])).toEqual([
      ["a", 1],
      ["d", 2],
      ["c", 3],
      ["b", 4],
    ]);
  });

  it("ends an episode after 24 quiet hours, and opens a new one when the topic comes again", async () => {
    const { org_id, ctx, counts, evaluate, pass, episode } = await fresh();
    await counts("legday", 60);
    await evaluate();
    const first = (await episode())!;
    await counts("legday", 10);
    await TopicDay.putMany(ctx, [{ org_id, platform: "instagram", topic_type: "hashtag", topic: "legday", day: addDays(TODAY, 1), base: 10 }]);
    await pass(23);
    expect(await episode()).toMatchObject({ id: first.id, trend_status: "declining" });
    await pass(1);
    expect(await episode()).toBeUndefined();
    expect(await TrendingTopic.get(ctx, { org_id, id: first.id })).toMatchObject({
      trend_status: "expired",
      expired_at: `2026-11-21T09:00:00.000Z`,
      trend_peak_date: TODAY,
      peak_mention_count: 60,
    });
    expect((await TrendingTopic.history(ctx, { org_id, id: first.id })).items.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "emerging declining",
      "declining expired",
    ]);
    await TopicDay.putMany(ctx, [{ org_id, platform: "instagram", topic_type: "hashtag", topic: "legday", day: addDays(TODAY, 1), base: 99 }]);
    await pass(1);
    expect(await episode()).toMatchObject({ trend_status: "trending", growth_rate: 890, trend_start_date: addDays(TODAY, 1) });
    expect((await episode())!.id).not.toBe(first.id);
  });

  it("evaluates an hour once, and makes up for missed ones in their order, however the orders come", async () => {
    const [late, punctual] = [await fresh(), await fresh()];
    const versions: number[] = [];
    for (const { counts } of [late, punctual]) await counts("legday", 55, 70);
    await late.evaluate();
    await punctual.evaluate();
    await punctual.pass(4);
    expect(
      await world.deliver(evaluateTrendsWorker, [
        late.order("instagram", 0),
        late.order("instagram", 2),
        late.order("instagram", 3),
        late.order("instagram", 0),
      ]),
    ).toBe(0);
    for (const { episode } of [late, punctual]) versions.push((await episode())!.version);
    expect(versions[0]).toBe(versions[1]);
    const { id: _, org_id: __, created_at: ___, updated_at: ____, ...then } = (await late.episode())!;
    expect(await punctual.episode()).toMatchObject(then);
    const hours = (await TrendEvaluation.list(late.ctx, { org_id: late.org_id, platform: "instagram" })).items.map(({ hour }) => hour);
    expect(hours).toEqual([4, 3, 2, 1, 0].map((ago) => hourOf(world.clock.now()) - ago));
  });

  it("makes up for two days at most", async () => {
    const { org_id, ctx, evaluate } = await fresh();
    await evaluate();
    world.clock.advance(55 * HOUR_MS);
    await evaluate();
    expect((await TrendEvaluation.list(ctx, { org_id, platform: "instagram" }, { limit: 100 })).items.length).toBe(49);
  });

  it("orders the rest when its time runs out", async () => {
    const { org_id, ctx, order } = await fresh();
    expect(await world.deliver(evaluateTrendsWorker, [order()], { remaining_ms: 59_000 })).toBe(0);
    expect((await TrendEvaluation.list(ctx, { org_id, platform: "instagram" })).items).toEqual([]);
    expect(await world.drain(evaluateTrendsWorker)).toBe(1);
    expect((await TrendEvaluation.list(ctx, { org_id, platform: "instagram" })).items.length).toBe(1);
  });

  it("forgets what moderation removed", async () => {
    const { burst, record, remove, evaluate, episode } = await fresh({ trend_min_mentions: 3 });
    const bots = burst(4);
    await record(bots);
    await remove({ persons: bots.map(({ platform_user_id }) => ({ platform: "instagram", platform_user_id: platform_user_id! })) });
    await evaluate();
    expect(await episode()).toBeUndefined();
  });

  it("adds what relevance, engagement and templates say", async () => {
    const { org, ctx, org_id, counts, evaluate, episodes } = await fresh();
    const { version } = await getLexicon(ctx);
    await putLexicon(ctx, { words: ["Squat"] }, version);
    await ContentTemplate.create(ctx, { org_id, name: "Squats in five sets", hashtag_sets: [["Squat"]] });
    await counts("squat", 60);
    await counts("squat_rack", 61);
    const [recent, old] = [await org.post({ status: "published" }), await org.post({ status: "published" })];
    const at = { org_id, platform: "instagram", topic_type: "hashtag", topic: "squat" } as const;
    await TopicPost.putMany(ctx, [
      { ...at, published_at: `${TODAY}T08:00:00.000Z`, post_id: recent.id },
      { ...at, published_at: "2026-11-19T08:59:59.999Z", post_id: old.id },
    ]);
    await PostDay.putMany(ctx, [
      { org_id, post_id: recent.id, day: TODAY, likes: 10, comments: 3, shares: 2, saves: 1, views: 1000 },
      { org_id, post_id: recent.id, day: TODAY, shard: 1, likes: 5 },
      { org_id, post_id: recent.id, day: "2026-11-17", likes: 7 },
      { org_id, post_id: old.id, day: TODAY, likes: 100 },
    ]);
    await evaluate();
    expect(
      (await episodes()).map(({ topic_name, fitness_relevance_score, engagement_score, content_opportunities }) => [
        topic_name,
        fitness_relevance_score,
        engagement_score,
        content_opportunities,
      ]),
    ).toEqual([
      ["squat_rack", 50, 0, []],
      ["squat", 100, 21, ["Squats in five sets"]],
    ]);
  });

  it("fails a poisoned message alone", async () => {
    const { org, org_id, ctx, order, hourText } = await fresh();
    const unknown = org.message(EvaluateTrends, { hour: hourText(), platform: "myspace" });
    expect(await world.deliver(evaluateTrendsWorker, ["{", unknown, order()])).toBe(2);
    expect((await TrendEvaluation.list(ctx, { org_id, platform: "instagram" })).items.length).toBe(1);
  });
});

describe("evaluate-trends-hourly", () => {
  it("orders each org's networks once an hour, by the hour that it was scheduled for", async () => {
    const lone = await socialWorld();
    await lone.tick(evaluateTrendsHourlyJob, `${TODAY}T09:05:00.000Z`);
    await lone.tick(evaluateTrendsHourlyJob, `${TODAY}T09:05:00.000Z`);
    expect(lone.sent.map(({ envelope }) => envelope.data)).toEqual([{ hour: `${TODAY}T09` }]);
    const body = lone.sent[0]!.body;
    expect(await lone.drain(evaluateTrendsWorker)).toBe(5);
    const hours = await Promise.all(
      (["instagram", "tiktok", "youtube", "all"] as const).map(async (platform) =>
        (await TrendEvaluation.list(lone.ctx, { org_id: lone.org_id, platform })).items.map(({ evaluated_at }) => evaluated_at),
      ),
    );
    expect(hours).toEqual([[`${TODAY}T09:00:00.000Z`], [`${TODAY}T09:00:00.000Z`], [`${TODAY}T09:00:00.000Z`], [`${TODAY}T09:00:00.000Z`]]);
    expect(await lone.deliver(evaluateTrendsWorker, [body])).toBe(0);
    const ids = lone.sent.map(({ envelope }) => envelope.id);
    expect(await lone.deliver(evaluateTrendsWorker, [body])).toBe(0);
    expect(lone.sent.map(({ envelope }) => envelope.id)).toEqual([...ids, ...ids]);
  });
});
