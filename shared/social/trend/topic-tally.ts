import type { OrgCtx } from "../../kernel/context.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { type Hour, coveredBy } from "./coverage.ts";
import { type DayCounters, TopicDay, addHours, addMentions } from "./topic-day.ts";
import { type Topic, type TrendPlatform, topicKey } from "./topic.ts";

export interface TopicAt extends Topic {
  readonly platform: TrendPlatform;
}

/** Changes of topics' counters, gathered for one transaction. */
export type TopicTally = Map<string, { readonly at: TopicAt; readonly days: Map<string, DayCounters> }>;

/** Adds one mention, or takes it out again. `others` are the hours of the same person's other mentions; none for an anonymous one. */
export const tallyMention = (tally: TopicTally, at: TopicAt, hour: Hour, others: readonly Hour[], by: 1 | -1): void => {
  const key = `${at.platform}\n${topicKey(at)}`;
  const entry = tally.get(key) ?? { at: { platform: at.platform, topic_type: at.topic_type, topic: at.topic }, days: new Map<string, DayCounters>() };
  tally.set(key, entry);
  addMentions(entry.days, hour, by);
  const covered = coveredBy(hour, others);
  if (covered) addHours(entry.days, covered, by);
};

/** The writes that a tally comes to: one for each topic and day. Two at most for a mention. */
export const tallyWrites = async (ctx: OrgCtx, tally: TopicTally): Promise<Write[]> => {
  const changes = [...tally.values()].flatMap(({ at, days }) =>
    [...days].flatMap(([day, counters]) => {
      const moved = Object.entries(counters).filter(([, by]) => by !== 0);
      return moved.length === 0 ? [] : [{ key: { org_id: ctx.org_id, ...at, day }, counters: Object.fromEntries(moved) as DayCounters }];
    }),
  );
  const stored = await TopicDay.getMany(
    ctx,
    changes.map(({ key }) => key),
    { consistent: true },
  );
  const keyOf = ({ platform, day, ...topic }: TopicAt & { readonly day: string }): string => `${platform}\n${day}\n${topicKey(topic)}`;
  const known = new Set(stored.map(keyOf));
  return changes.flatMap(({ key, counters }) =>
    known.has(keyOf(key)) ? TopicDay.writes.increment(ctx, key, counters) : stillMissing(TopicDay.writes.create(ctx, { ...key, ...counters })),
  );
};
