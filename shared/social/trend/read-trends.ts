import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { TrendStatus } from "./course.ts";
import { WINDOW_HOURS, hourOf, timeOfHour } from "./coverage.ts";
import { TopicDay, countAt, dayBefore, dayOfHour } from "./topic-day.ts";
import { TrendPlatform } from "./topic.ts";
import { TrendEvaluation } from "./trend-evaluation.ts";
import { TrendingTopic } from "./trending-topic.ts";

export const TrendFilter = z.strictObject({ platform: TrendPlatform, status: TrendStatus.optional() });
export type TrendFilter = z.output<typeof TrendFilter>;

const HISTORY_DAYS = 7;

/** An episode, and its topic's count at each hour of the last seven days. */
export const TrendView = TrendingTopic.api.response.extend({
  history: z.array(z.object({ at: z.iso.datetime(), mention_count: z.int() })),
});
export type TrendView = z.output<typeof TrendView>;

/** A network's open episodes by growth, or those of one status; expired ones the latest first. One query. */
export const listTrends = (ctx: OrgCtx, { platform, status }: TrendFilter, page: PageRequest): Promise<PageOf<TrendingTopic>> => {
  const { org_id } = ctx;
  if (status === undefined) return TrendingTopic.query.open(ctx, { org_id, platform }, page);
  return TrendingTopic.query.byStatus(ctx, { org_id, platform, trend_status: status }, { ...page, desc: status === "expired" });
};

/** An episode with its topic's counts up to its last evaluation. Throws DomainError not_found. */
export const getTrend = async (ctx: OrgCtx, id: string): Promise<TrendView> => {
  const { org_id } = ctx;
  const episode = await TrendingTopic.get(ctx, { org_id, id });
  const { platform, topic_type, topic_name: topic } = episode;
  const last = hourOf(new Date(episode.evaluated_at ?? episode.first_detected_at));
  const days = Array.from({ length: HISTORY_DAYS + 1 }, (_, n) => ({ org_id, platform, topic_type, topic, day: dayBefore(last, n) }));
  const items = new Map((await TopicDay.getMany(ctx, days)).map((item) => [item.day, item]));
  const history = Array.from({ length: HISTORY_DAYS * WINDOW_HOURS }, (_, n) => {
    const hour = last - n;
    const item = items.get(dayOfHour(hour));
    return { at: timeOfHour(hour).toISOString(), mention_count: item ? countAt(item, hour) : 0 };
  });
  return { ...episode, history: history.toReversed() };
};

/** When a network's trends were evaluated and what was there, the latest first. */
export const listEvaluations = (ctx: OrgCtx, platform: TrendPlatform, page: PageRequest): Promise<PageOf<TrendEvaluation>> =>
  TrendEvaluation.list(ctx, { org_id: ctx.org_id, platform }, { ...page, desc: true });
