import type { OrgCtx } from "../../kernel/context.ts";
import { everyPage } from "../../kernel/table/every.ts";
import type { Hour } from "./coverage.ts";
import { TopicDay, countAt, dayBefore } from "./topic-day.ts";
import { type Topic, type TrendPlatform, topicKey } from "./topic.ts";

/** Items of one page of a day's topics: some 300 KB. */
const PAGE = 1000;
/** Keys that are asked for together. */
const KEYS = 1000;

export interface CountedTopic extends Topic {
  readonly count: number;
}

/**
 * The counts of a network's topics at an hour, one query of its day: all that pass `min`, and those of `wanted` whatever
 * they are. `topics` is the number of all that counted.
 */
export const topicsAt = async (
  ctx: OrgCtx,
  platform: TrendPlatform,
  hour: Hour,
  { min, wanted }: { readonly min: number; readonly wanted: ReadonlySet<string> },
): Promise<{ readonly topics: number; readonly counted: CountedTopic[] }> => {
  const counted: CountedTopic[] = [];
  let topics = 0;
  const at = { org_id: ctx.org_id, platform, day: dayBefore(hour, 0) };
  for await (const items of everyPage((page) => TopicDay.list(ctx, at, { ...page, limit: PAGE, consistent: true })))
    for (const item of items) {
      const count = countAt(item, hour);
      if (count > 0) topics += 1;
      if (count > min || wanted.has(topicKey(item))) counted.push({ topic_type: item.topic_type, topic: item.topic, count });
    }
  return { topics, counted };
};

/** The counts of topics at the same hour so many days ago, by topic and in the order of the days; 0 where nothing was. */
export const countsBefore = async (
  ctx: OrgCtx,
  platform: TrendPlatform,
  hour: Hour,
  topics: readonly Topic[],
  days: readonly number[],
): Promise<Map<string, number[]>> => {
  const counts = new Map(topics.map((topic) => [topicKey(topic), days.map(() => 0)]));
  const place = new Map(days.map((n, at) => [dayBefore(hour, n), at]));
  const keys = topics.flatMap(({ topic_type, topic }) => days.map((n) => ({ org_id: ctx.org_id, platform, topic_type, topic, day: dayBefore(hour, n) })));
  for (let at = 0; at < keys.length; at += KEYS)
    for (const item of await TopicDay.getMany(ctx, keys.slice(at, at + KEYS), { consistent: true }))
      counts.get(topicKey(item))![place.get(item.day)!] = countAt(item, hour);
  return counts;
};
