import type { DataOf } from "../../../events/envelope.ts";
import { type RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { type Hour, hourOf } from "./coverage.ts";
import { FlaggedPerson, flaggedIdOf } from "./flagged-person.ts";
import { MENTION_MOST_AGE_HOURS, Mention } from "./mention.ts";
import { readPersonHours } from "./person-hours.ts";
import { type Person, personKey, speakersOf } from "./speakers-of.ts";
import { type TopicAt, type TopicTally, tallyMention, tallyWrites } from "./topic-tally.ts";
import { TrendPlatform, normaliseTopic } from "./topic.ts";

export type ToldMention = DataOf<typeof RecordMentions>["mentions"][number];

interface Told extends TopicAt {
  readonly id: string;
  readonly hour: Hour;
  readonly platform_user_id?: string;
}
/** Those without a person count one by one. */
interface Counted extends TopicAt {
  readonly id: string;
  readonly hour: Hour;
  readonly speaker_id?: string;
}
type Identified = Counted & { readonly speaker_id: string };
const isIdentified = (one: Counted): one is Identified => one.speaker_id !== undefined;

/** A mention writes four items at most: itself, its person's hours, and its topic's counters on two days. */
const AT_ONCE = 24;

/**
 * Counts mentions of topics, each once by its id, in any order. Left out are those that are older than 8 days, that have
 * no topic, or whose person is flagged. Throws DomainError invalid for a network that nobody knows. README, Mentions.
 */
export const recordMentions = async (ctx: OrgCtx, mentions: readonly ToldMention[]): Promise<void> => {
  const told = mentions.flatMap((mention) => toldOf(ctx, mention));
  const flagged = await flaggedAmong(ctx, told.flatMap(personOf));
  const counted = await named(
    ctx,
    told.filter((one) => personOf(one).every((person) => !flagged.has(flaggedIdOf(person)))),
  );
  // Those of one topic share its counters' writes.
  const sorted = counted.toSorted((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.hour - b.hour));
  for (let at = 0; at < sorted.length; at += AT_ONCE) await contend(() => recordSome(ctx, sorted.slice(at, at + AT_ONCE)));
};

const toldOf = (ctx: OrgCtx, { id, platform, topic_type, topic: text, at, platform_user_id }: ToldMention): Told[] => {
  const topic = normaliseTopic(topic_type, text);
  const hour = hourOf(new Date(at));
  const told = { id, platform: TrendPlatform.parse(platform), topic_type, topic: topic ?? "", hour, ...(platform_user_id ? { platform_user_id } : {}) };
  return topic === undefined || hour < hourOf(ctx.clock.now()) - MENTION_MOST_AGE_HOURS ? [] : [told];
};

const personOf = ({ platform, platform_user_id }: Told): Person[] => (platform_user_id === undefined ? [] : [{ platform, platform_user_id }]);

const flaggedAmong = async (ctx: OrgCtx, persons: readonly Person[]): Promise<Set<string>> => {
  const keys = persons.map((person) => ({ org_id: ctx.org_id, id: flaggedIdOf(person) }));
  return new Set((await FlaggedPerson.getMany(ctx, keys, { consistent: true })).map(({ id }) => id));
};

/** From here on persons are numbers. */
const named = async (ctx: OrgCtx, told: readonly Told[]): Promise<Counted[]> => {
  const speakers = await speakersOf(ctx, told.flatMap(personOf));
  return told.map((one) => {
    const { platform_user_id: _, ...counted } = one;
    const [person] = personOf(one);
    return person === undefined ? counted : { ...counted, speaker_id: speakers.get(personKey(person))! };
  });
};

const recordSome = async (ctx: OrgCtx, some: readonly Counted[]): Promise<void> => {
  const { org_id } = ctx;
  const known = await Mention.getMany(
    ctx,
    some.map(({ platform, id }) => ({ org_id, platform, id })),
    { consistent: true },
  );
  const seen = new Set(known.map(idOf));
  const fresh = some.filter((one) => !seen.has(idOf(one)) && seen.add(idOf(one)));
  if (fresh.length === 0) return;
  const persons = await readPersonHours(ctx, fresh.filter(isIdentified));
  const tally: TopicTally = new Map();
  for (const one of fresh) {
    tallyMention(tally, one, one.hour, isIdentified(one) ? persons.of(one) : [], 1);
    if (isIdentified(one)) persons.add(one, one.hour);
  }
  const marks = stillMissing(fresh.flatMap((one) => Mention.writes.create(ctx, { org_id, ...one })));
  await transact(ctx, social, [...marks, ...persons.writes(), ...(await tallyWrites(ctx, tally))], { pattern: "mentions.record" });
};

const idOf = ({ platform, id }: Pick<Mention, "platform" | "id">): string => `${platform}\n${id}`;
