import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, transact } from "../../kernel/table/table.ts";
import { getSettings } from "../settings/get-settings.ts";
import { social } from "../table.ts";
import { ContentTemplate } from "../template/content-template.ts";
import type { RunningEvaluation } from "./begin-evaluation.ts";
import { type Course, advance, beginning } from "./course.ts";
import { type Measurement, type Ranked, byGrowth, detect, growthRate, measure } from "./detection.ts";
import { engagements } from "./engagement-of-topic.ts";
import { getLexicon } from "./get-lexicon.ts";
import { countsBefore, topicsAt } from "./measure-topics.ts";
import { OpenTrend } from "./open-trend.ts";
import { type Opportunities, opportunitiesFrom } from "./opportunities.ts";
import { relevanceOf } from "./relevance.ts";
import { dayOfHour } from "./topic-day.ts";
import { type Topic, topicKey } from "./topic.ts";
import { TrendEvaluation } from "./trend-evaluation.ts";
import { TrendingTopic, placeOf } from "./trending-topic.ts";

/** The seven windows before, oldest first: the counts at the same hour of the seven days before. */
const WINDOWS = [7, 6, 5, 4, 3, 2, 1];
/** Three writes an episode at most, and the evaluation's own. */
const EPISODES = 30;
const AT_ONCE = 5;

interface Evaluated {
  readonly topics: number;
  readonly detected: number;
  readonly kept: number;
}
/** An open episode, and the item that says so. */
interface Open {
  readonly topic: Topic;
  readonly mark: OpenTrend;
  readonly episode: TrendingTopic;
}

/**
 * One evaluation of a network's topics: opens an episode for each that is detected and has none, and takes every open
 * episode one step on. An episode that has this hour's step already keeps it, so that a run that takes over goes on where
 * the one before stopped. Throws DomainError conflict `concurrent_change` when another run has taken over.
 */
export const evaluateHour = async (ctx: OrgCtx, evaluation: RunningEvaluation): Promise<Evaluated> => {
  const { platform, hour } = evaluation;
  const { trend_min_mentions: min, trend_top: top } = await getSettings(ctx);
  const open = await openEpisodes(ctx, evaluation);
  const wanted = new Set(open.map(({ topic }) => topicKey(topic)));
  const { topics, counted } = await topicsAt(ctx, platform, hour, { min, wanted });
  const passed = counted.filter(({ count }) => count > min);
  const yesterday = await countsBefore(ctx, platform, hour, passed, [1]);
  const ranked = passed.map((topic): Ranked => ({ ...topic, growth_rate: growthRate(topic.count, yesterday.get(topicKey(topic))![0]!) }));
  const kept = detect(ranked, { min, top });
  const opened = kept.filter((topic) => !wanted.has(topicKey(topic))).map((topic) => opening(ctx, evaluation, topic));
  await inSlices(ctx, evaluation, opened, "trends.open", ({ mark, episode }) => [
    ...OpenTrend.writes.put(ctx, mark),
    ...TrendingTopic.writes.put(ctx, episode),
  ]);
  const counts = new Map(counted.map((topic) => [topicKey(topic), topic.count]));
  await advanceEpisodes(ctx, evaluation, [...open, ...opened], { min, counts });
  return { topics, detected: passed.length, kept: kept.length };
};

/** Each slice is one transaction, which another run's taking over makes fail. */
const inSlices = async <T>(ctx: OrgCtx, evaluation: RunningEvaluation, all: readonly T[], pattern: string, writesOf: (one: T) => Write[]): Promise<void> => {
  for (let at = 0; at < all.length; at += EPISODES) {
    const held = TrendEvaluation.writes.require(ctx, evaluation, { is: { run: evaluation.run } });
    await transact(ctx, social, [...held, ...all.slice(at, at + EPISODES).flatMap(writesOf)], { pattern });
  }
};

const openEpisodes = async (ctx: OrgCtx, { org_id, platform }: RunningEvaluation): Promise<Open[]> => {
  const marks = await Array.fromAsync(every((page) => OpenTrend.list(ctx, { org_id, platform }, { ...page, consistent: true })));
  const keys = marks.map(({ trending_topic_id }) => ({ org_id, id: trending_topic_id }));
  const episodes = new Map((await TrendingTopic.getMany(ctx, keys, { consistent: true })).map((episode) => [episode.id, episode]));
  return marks.map((mark) => ({ topic: mark, mark, episode: episodes.get(mark.trending_topic_id)! }));
};

/** A new episode, which no evaluation has looked at. */
const opening = (ctx: OrgCtx, { org_id, platform, hour, evaluated_at }: RunningEvaluation, { topic_type, topic }: Ranked): Open => {
  const day = dayOfHour(hour);
  const episode = TrendingTopic.draft(ctx, {
    ...beginning(day),
    org_id,
    platform,
    topic_type,
    topic_name: topic,
    open_topic: topic,
    rank: LAST_RANK,
    place: placeOf(LAST_RANK),
    trend_start_date: day,
    first_detected_at: evaluated_at,
  });
  return { topic: { topic_type, topic }, mark: OpenTrend.draft(ctx, { org_id, platform, topic_type, topic, trending_topic_id: episode.id }), episode };
};
const LAST_RANK = 999_999;

interface Counts {
  readonly min: number;
  readonly counts: ReadonlyMap<string, number>;
}

const advanceEpisodes = async (ctx: OrgCtx, evaluation: RunningEvaluation, open: readonly Open[], { min, counts }: Counts): Promise<void> => {
  const { platform, hour, evaluated_at } = evaluation;
  const topics = open.map(({ topic }) => topic);
  const before = await countsBefore(ctx, platform, hour, topics, WINDOWS);
  const measured = open.map((one) => {
    const key = topicKey(one.topic);
    return { ...one, measured: measure({ count: counts.get(key) ?? 0, before: before.get(key)! }) };
  });
  // What does not pass the least count any more stands behind, however it grows.
  const ranked = measured
    .toSorted(
      (a, b) => Number(b.measured.count > min) - Number(a.measured.count > min) || byGrowth({ ...a.topic, ...a.measured }, { ...b.topic, ...b.measured }),
    )
    .map((one, at) => ({ ...one, rank: at + 1 }));
  if (ranked.length === 0) return;
  const due = ranked.filter(({ episode }) => episode.evaluated_at === undefined || episode.evaluated_at < evaluated_at);
  const lexicon = new Set((await getLexicon(ctx)).words);
  const engagementOf = engagements(ctx, platform, hour);
  const ideasFor = await opportunities(ctx, evaluation);
  const seen = await inParallel(due, AT_ONCE, async (one) => ({ ...one, engagement_score: await engagementOf(one.topic) }));
  await inSlices(ctx, evaluation, seen, "trends.step", ({ mark, episode, topic, measured: now, rank, engagement_score }) => {
    const course = advance(episode, now, { day: dayOfHour(hour), min });
    const fitness_relevance_score = relevanceOf(topic.topic, lexicon);
    const content_opportunities = ideasFor(topic);
    const seen_now = { ...shown(now), rank, engagement_score, fitness_relevance_score, content_opportunities, evaluated_at };
    return step(ctx, { topic, mark, episode }, course, seen_now);
  });
};

const opportunities = async (ctx: OrgCtx, { org_id, platform }: RunningEvaluation): Promise<Opportunities> =>
  opportunitiesFrom(await Array.fromAsync(every((page) => ContentTemplate.list(ctx, { org_id }, page))), platform);

const DECIMALS = 10_000;
const shown = ({ growth_rate, is_new, z, significant }: Measurement) => ({
  growth_rate: growth_rate ?? null,
  is_new,
  z_score: Math.round(z * DECIMALS) / DECIMALS,
  significant,
});

type Seen = ReturnType<typeof shown> &
  Pick<TrendingTopic, "rank" | "engagement_score" | "fitness_relevance_score" | "content_opportunities"> & { readonly evaluated_at: string };

const step = (ctx: OrgCtx, { mark, episode }: Open, { trend_status, ...course }: Course, seen: Seen): Write[] => {
  const { evaluated_at } = seen;
  if (trend_status === episode.trend_status) return TrendingTopic.writes.patch(ctx, episode, { ...course, ...seen, place: placeOf(seen.rank) });
  if (trend_status !== "expired")
    return TrendingTopic.writes.transition(ctx, episode, trend_status, { patch: { ...course, ...seen, place: placeOf(seen.rank) } });
  const ended = { ...course, ...seen, open_topic: null, expired_at: evaluated_at, place: evaluated_at };
  return [...TrendingTopic.writes.transition(ctx, episode, "expired", { patch: ended }), ...OpenTrend.writes.delete(ctx, mark)];
};
