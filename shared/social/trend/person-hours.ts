import type { OrgCtx } from "../../kernel/context.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import type { Hour } from "./coverage.ts";
import { MENTION_KEEP_HOURS } from "./mention.ts";
import { TopicPerson } from "./topic-person.ts";
import { type TopicAt } from "./topic-tally.ts";
import { topicKey } from "./topic.ts";

interface PersonAt extends TopicAt {
  readonly speaker_id: string;
}
interface Entry {
  readonly at: PersonAt;
  readonly stored: TopicPerson | undefined;
  readonly hours: Map<Hour, number>;
}

/** The hours in which persons mentioned topics, read once, changed in memory, and written with what follows from them. */
export interface PersonHours {
  /** The hours of a person's mentions of a topic as they are now. */
  of(at: PersonAt): Hour[];
  add(at: PersonAt, hour: Hour): void;
  /** False when no mention of that hour is left to take out. */
  take(at: PersonAt, hour: Hour): boolean;
  /** One for each person and topic that has changed. */
  writes(): Write[];
}

const keyOf = (at: PersonAt): string => `${at.platform}\n${topicKey(at)}\n${at.speaker_id}`;

export const readPersonHours = async (ctx: OrgCtx, persons: readonly PersonAt[]): Promise<PersonHours> => {
  const { org_id } = ctx;
  const keys = persons.map(({ platform, speaker_id, topic_type, topic }) => ({ org_id, platform, speaker_id, topic_type, topic }));
  const stored = new Map((await TopicPerson.getMany(ctx, keys, { consistent: true })).map((one) => [keyOf(one), one]));
  const entries = new Map<string, Entry>(
    keys.map((at) => {
      const found = stored.get(keyOf(at));
      return [keyOf(at), { at, stored: found, hours: new Map(Object.entries(found?.hours ?? {}).map(([hour, n]) => [Number(hour), n])) }];
    }),
  );
  const changed = new Set<Entry>();
  const entryOf = (at: PersonAt): Entry => entries.get(keyOf(at))!;
  return {
    of: (at) => [...entryOf(at).hours.keys()],
    add: (at, hour) => {
      const entry = entryOf(at);
      entry.hours.set(hour, (entry.hours.get(hour) ?? 0) + 1);
      changed.add(entry);
    },
    take: (at, hour) => {
      const entry = entryOf(at);
      const there = entry.hours.get(hour);
      if (there === undefined) return false;
      if (there > 1) entry.hours.set(hour, there - 1);
      else entry.hours.delete(hour);
      changed.add(entry);
      return true;
    },
    writes: () => [...changed].flatMap((entry) => writesOf(ctx, entry)),
  };
};

const writesOf = (ctx: OrgCtx, { at, stored, hours }: Entry): Write[] => {
  const last_hour = Math.max(stored?.last_hour ?? 0, ...hours.keys());
  // What is older decides on nothing any more.
  const kept = Object.fromEntries([...hours].filter(([hour]) => hour > last_hour - MENTION_KEEP_HOURS));
  // An item stays when its last hour is taken out, so that whoever writes it at the same time finds it changed, not gone.
  if (stored) return TopicPerson.writes.patch(ctx, stored, { hours: kept, last_hour });
  return hours.size === 0 ? [] : stillMissing(TopicPerson.writes.create(ctx, { org_id: ctx.org_id, ...at, hours: kept, last_hour }));
};
