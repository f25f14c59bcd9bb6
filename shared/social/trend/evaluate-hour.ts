import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { transact } from "../../kernel/table/table.ts";
import { getSettings } from "../settings/get-settings.ts";
import { social } from "../table.ts";
import { type Course, advance, beginning } from "./course.ts";
import { type Hour, timeOfHour } from "./coverage.ts";
import { type Measurement, type Ranked, byGrowth, detect, growthRate, measure } from "./detection.ts";
import { engagements } from "./engagement-of-topic.ts";
import { getLexicon } from "./get-lexicon.ts";
import { countsBefore, topicsAt } from "./measure-topics.ts";
import { relevanceOf } from "./relevance.ts";
import { dayOfHour } from "./topic-day.ts";
import { type Topic, type TrendPlatform, topicKey } from "./topic.ts";
import { TrendingTopic, placeOf } from "./trending-topic.ts";

/** The seven windows before, oldest first: the counts at the same hour of the seven days before. */
const WINDOWS = [7, 6, 5, 4, 3, 2, 1];
const AT_ONCE = 5;

interface Evaluated {
  readonly topics: number;
  readonly detected: number;
  readonly kept: number;
}

/**
 * One evaluation of a network's topics: opens an episode for each that is detected and has none, and takes every open
 * episode one step on. An episode that has this hour's step already keeps it, so that a repeat goes on where the one
 * before it stopped. Throws DomainError conflict when another evaluation is under way.
 */
export const evaluateHour = async (ctx: OrgCtx, platform: TrendPlatform, hour: Hour): Promise<Evaluated> => {
  const { trend_min_mentions: min, trend_top: top } = await getSettings(ctx);
  const open = await openEpisodes(ctx, platform);
  const wanted = new Set(open.map((episode) => topicKey(topicOf(episode))));
  const { topics, counted } = await topicsAt(ctx, platform, hour, { min, wanted });
  const passed = counted.filter(({ count }) => count > min);
  const yesterday = await countsBefore(ctx, platform, hour, passed, [1]);
  const ranked = passed.map((topic): Ranked => ({ ...topic, growth_rate: growthRate(topic.count, yesterday.get(topicKey(topic))![0]!) }));
  const kept = detect(ranked, { min, top });
  const opened = await inParallel(
    kept.filter((topic) => !wanted.has(topicKey(topic))),
    AT_ONCE,
    (topic) => openEpisode(ctx, platform, hour, topic),
  );
  const counts = new Map(counted.map((topic) => [topicKey(topic), topic.count]));
  await advanceEpisodes(ctx, { platform, hour, min, counts }, [...open, ...opened]);
  return { topics, detected: passed.length, kept: kept.length };
};

const topicOf = ({ topic_type, topic_name }: TrendingTopic): Topic => ({ topic_type, topic: topic_name });

/** As they are now: the index may be behind. */
const openEpisodes = async (ctx: OrgCtx, platform: TrendPlatform): Promise<TrendingTopic[]> => {
  const listed = await Array.fromAsync(every((page) => TrendingTopic.query.open(ctx, { org_id: ctx.org_id, platform }, page)));
  const episodes = await TrendingTopic.getMany(ctx, listed, { consistent: true });
  return episodes.filter(({ open_topic }) => open_topic !== undefined);
};

/** The topic's open episode, which an evaluation that was stopped may have left, or a new one that no evaluation has looked at. */
const openEpisode = async (ctx: OrgCtx, platform: TrendPlatform, hour: Hour, { topic_type, topic }: Ranked): Promise<TrendingTopic> => {
  const { org_id } = ctx;
  const found = await TrendingTopic.by.topic(ctx, { org_id, platform, topic_type, open_topic: topic });
  if (found) return found;
  const day = dayOfHour(hour);
  return TrendingTopic.create(ctx, {
    ...beginning(day),
    org_id,
    platform,
    topic_type,
    topic_name: topic,
    open_topic: topic,
    rank: LAST_RANK,
    place: placeOf(LAST_RANK),
    trend_start_date: day,
    first_detected_at: timeOfHour(hour).toISOString(),
  });
};
const LAST_RANK = 999_999;

interface Evaluation {
  readonly platform: TrendPlatform;
  readonly hour: Hour;
  readonly min: number;
  readonly counts: ReadonlyMap<string, number>;
}

const advanceEpisodes = async (ctx: OrgCtx, evaluation: Evaluation, episodes: readonly TrendingTopic[]): Promise<void> => {
  const { platform, hour, counts } = evaluation;
  const before = await countsBefore(ctx, platform, hour, episodes.map(topicOf), WINDOWS);
  const measured = episodes.map((episode) => {
    const topic = topicOf(episode);
    const key = topicKey(topic);
    return { episode, topic, measured: measure({ count: counts.get(key) ?? 0, before: before.get(key)! }) };
  });
  const ranked = measured.toSorted((a, b) => byGrowth({ ...a.topic, ...a.measured }, { ...b.topic, ...b.measured }));
  const lexicon = new Set((await getLexicon(ctx)).words);
  const engagementOf = engagements(ctx, platform, hour);
  const time = timeOfHour(hour).toISOString();
  await inParallel(
    ranked.map((one, at) => ({ ...one, rank: at + 1 })).filter(({ episode }) => episode.evaluated_at === undefined || episode.evaluated_at < time),
    AT_ONCE,
    async ({ episode, topic, measured: now, rank }) => {
      const course = advance(episode, now, { day: dayOfHour(hour), min: evaluation.min });
      const engagement_score = await engagementOf(topic);
      const fitness_relevance_score = relevanceOf(topic.topic, lexicon);
      await step(ctx, episode, course, { ...shown(now), rank, engagement_score, fitness_relevance_score, evaluated_at: time });
    },
  );
};

const DECIMALS = 10_000;
const shown = ({ growth_rate, is_new, z, significant }: Measurement) => ({
  growth_rate: growth_rate ?? null,
  is_new,
  z_score: Math.round(z * DECIMALS) / DECIMALS,
  significant,
});

type Seen = ReturnType<typeof shown> & Pick<TrendingTopic, "rank" | "engagement_score" | "fitness_relevance_score"> & { readonly evaluated_at: string };

const step = async (ctx: OrgCtx, episode: TrendingTopic, { trend_status, ...course }: Course, seen: Seen): Promise<void> => {
  const expired = trend_status === "expired";
  const ending = expired ? { open_topic: null, expired_at: seen.evaluated_at, place: seen.evaluated_at } : { place: placeOf(seen.rank) };
  const patch = { ...course, ...seen, ...ending };
  const writes =
    trend_status === episode.trend_status
      ? TrendingTopic.writes.patch(ctx, episode, patch)
      : TrendingTopic.writes.transition(ctx, episode, trend_status, { patch });
  await transact(ctx, social, writes, { pattern: "trends.step" });
};
