import { EvaluateTrends } from "../../../events/social/evaluate-trends.v1.ts";
import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import { RecordPostTopics } from "../../../events/social/record-post-topics.v1.ts";
import { RemoveMentions } from "../../../events/social/remove-mentions.v1.ts";
import { evaluateTrendsWorker } from "../../../functions/social/evaluate-trends.worker.ts";
import { recordMentionsWorker } from "../../../functions/social/record-mentions.worker.ts";
import { recordPostTopicsWorker } from "../../../functions/social/record-post-topics.worker.ts";
import { removeMentionsWorker } from "../../../functions/social/remove-mentions.worker.ts";
import { addDays } from "../../../shared/kernel/days.ts";
import { TopicDay } from "../../../shared/social/trend/topic-day.ts";
import { TopicPost } from "../../../shared/social/trend/topic-post.ts";
import { TrendEvaluation } from "../../../shared/social/trend/trend-evaluation.ts";
import { TrendingTopic } from "../../../shared/social/trend/trending-topic.ts";
import { trendsOf } from "../../workers/social/trends-world.ts";
import { socialWorld } from "../social.ts";
import { crashCase, requireDone } from "./crash-case.ts";

export const recordMentionsCrash = crashCase("counting mentions", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const { mention, count } = trendsOf(world, org);
    const mentions = [mention(), mention({ platform_user_id: "ada" }), mention({ platform_user_id: "ada", ago: 5 }), mention({ topic: "squat", ago: 20 })];
    return { count, order: org.message(RecordMentions, { mentions }) };
  },
  run: (world, { order }) => requireDone(world.deliver(recordMentionsWorker, [order])),
  state: async (_, { count }) => ({ legday: await count(), squat: await count("squat"), later: await count("legday", { ago: -22 }) }),
  ends: { legday: 2, squat: 1, later: 2 },
});

/** A bot with two topics, and a single mention of somebody else. */
export const removeMentionsCrash = crashCase("removing mentions", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const { mention, record, count } = trendsOf(world, org);
    const bot = { platform_user_id: "bot" };
    const single = mention();
    await record([mention(bot), mention({ ...bot, ago: 3 }), mention({ ...bot, topic: "squat" }), single, mention(), mention({ topic: "squat" })]);
    world.sent.splice(0);
    const removal = { mentions: [{ platform: "instagram", id: single.id }], persons: [{ platform: "instagram", ...bot }] };
    return { count, order: org.message(RemoveMentions, removal) };
  },
  run: (world, { order }) => requireDone(world.deliver(removeMentionsWorker, [order])),
  state: async (world, { count }) => ({
    legday: await count(),
    squat: await count("squat"),
    looked_at_again: new Set(world.sent.map(({ envelope }) => JSON.stringify(envelope.data))).size,
  }),
  ends: { legday: 1, squat: 1, looked_at_again: 1 },
});

export const recordPostTopicsCrash = crashCase("counting a post's topics", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    const org = await world.org();
    const post = await org.post({ status: "published", hashtags: ["legday", "squat"], mentions: ["coach"] });
    world.sent.splice(0);
    return { org, post, order: org.message(RecordPostTopics, { post_id: post.id }) };
  },
  run: (world, { order }) => requireDone(world.deliver(recordPostTopicsWorker, [order])),
  state: async (world, { org }) => {
    const at = { org_id: org.org_id, platform: "instagram", topic_type: "hashtag" } as const;
    const posts = await Promise.all(["legday", "squat"].map(async (topic) => (await TopicPost.list(org.ctx, { ...at, topic })).items.length));
    await world.drain(recordMentionsWorker);
    const { count } = trendsOf(world, org);
    return { posts, counts: [await count(), await count("squat")] };
  },
  ends: { posts: [1, 1], counts: [1, 1] },
});

const TODAY = "2026-11-20";
/** A run that died holds its evaluation for five minutes. */
const LEASE_MS = 320_000;

/** Two hours are due: topics are detected, one trends at once, and one that was open expires. */
export const evaluateTrendsCrash = crashCase("an evaluation of trends", {
  place: (gate) => socialWorld({ gate }),
  start: async (world) => {
    world.clock.set(`${TODAY}T09:00:00.000Z`);
    const org = await world.org();
    const trends = trendsOf(world, org);
    const put = (day: string, topics: Readonly<Record<string, number>>) =>
      TopicDay.putMany(
        org.ctx,
        Object.entries(topics).map(([topic, base]) => ({
          org_id: org.org_id,
          platform: "instagram" as const,
          topic_type: "hashtag" as const,
          topic,
          day,
          base,
        })),
      );
    await put(TODAY, { old: 60 });
    await trends.evaluate();
    const { id } = (await trends.episode("old"))!;
    await TrendingTopic.patch(org.ctx, { org_id: org.org_id, id }, { quiet_hours: 22 });
    await put(addDays(TODAY, -1), { legday: 10 });
    await put(TODAY, { old: 0, legday: 200, squat: 60 });
    world.clock.advance(2 * 3_600_000);
    return { org, ...trends, order: org.message(EvaluateTrends, { hour: trends.hourText(), platform: "instagram" }) };
  },
  run: (world, { order }) => {
    world.clock.advance(LEASE_MS);
    return requireDone(world.deliver(evaluateTrendsWorker, [order]));
  },
  state: async (_, { org, episodes }) => {
    const open = (await episodes()).map(({ topic_name, trend_status, rank, version, not_falling, quiet_hours }) => [
      topic_name,
      trend_status,
      rank,
      version,
      not_falling,
      quiet_hours,
    ]);
    const { items } = await TrendEvaluation.list(org.ctx, { org_id: org.org_id, platform: "instagram" });
    return { open, evaluations: items.map(({ status, detected, kept }) => [status, detected, kept]) };
  },
  ends: {
    open: [
      ["squat", "trending", 1, 3, 2, 0],
      ["legday", "trending", 2, 3, 2, 0],
    ],
    evaluations: [
      ["completed", 1, 1],
      ["completed", 2, 2],
      ["completed", 2, 2],
    ],
  },
});
