import type { DataOf } from "../../../events/envelope.ts";
import { RemoveMentions } from "../../../events/social/remove-mentions.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { hourOf } from "./coverage.ts";
import { FlaggedPerson, flaggedIdOf } from "./flagged-person.ts";
import { Mention } from "./mention.ts";
import { readPersonHours } from "./person-hours.ts";
import { Speaker } from "./speaker.ts";
import { TopicPerson } from "./topic-person.ts";
import { type TopicAt, type TopicTally, tallyMention, tallyWrites } from "./topic-tally.ts";
import { TrendPlatform } from "./topic.ts";

type Removal = DataOf<typeof RemoveMentions>;
type RemovalCtx = OrgJobCtx & { readonly commands: Commands };

/** A person's next topic is not begun with less time than this. */
const STEP_MS = 10_000;
/** Longer than a function runs and a message waits to be written: who records now knows of the flag. */
const SECOND_LOOK_S = 600;
/** As many writes for each as recording needs. */
const AT_ONCE = 24;

/**
 * Takes mentions out of all counts, also of the past: single ones by their ids, and all of persons, who are flagged so
 * that no later one is counted. A mention that comes after its removal is not counted either. A second removal changes
 * nothing. Persons are looked at again after ten minutes, for what was being recorded while they were flagged. When time
 * runs out the rest is ordered again. README, Moderation.
 */
export const removeMentions = async (ctx: RemovalCtx, { mentions, persons, again }: Removal): Promise<void> => {
  const named = mentions.map(({ platform, id }) => ({ platform: TrendPlatform.parse(platform), id }));
  for (let at = 0; at < named.length; at += AT_ONCE) await contend(() => removeSome(ctx, named.slice(at, at + AT_ONCE)));
  for (const [at, { platform, platform_user_id }] of persons.entries()) {
    const person = { org_id: ctx.org_id, platform: TrendPlatform.parse(platform), platform_user_id };
    await flag(ctx, person);
    const finished = await removePerson(ctx, person);
    if (!finished) return ctx.commands.send(ctx, RemoveMentions, ctx.org_id, [{ mentions: [], persons: persons.slice(at), again }]);
  }
  if (persons.length > 0 && again === undefined)
    await ctx.commands.sendEach(ctx, RemoveMentions, [{ org_id: ctx.org_id, data: { mentions: [], persons, again: true }, delay_s: SECOND_LOOK_S }]);
};

const removeSome = async (ctx: OrgCtx, named: readonly { readonly platform: TrendPlatform; readonly id: string }[]): Promise<void> => {
  const { org_id } = ctx;
  const found = await Mention.getMany(
    ctx,
    named.map((one) => ({ org_id, ...one })),
    { consistent: true },
  );
  const known = new Set(found.map(({ platform, id }) => `${platform}\n${id}`));
  const unknown = new Map(named.map((one) => [`${one.platform}\n${one.id}`, one] as const).filter(([key]) => !known.has(key)));
  const counted = found.filter(({ removed }) => !removed);
  const persons = await readPersonHours(ctx, counted.filter(isIdentified));
  const tally: TopicTally = new Map();
  for (const mention of counted) {
    if (!isIdentified(mention)) tallyMention(tally, mention as TopicAt, mention.hour, [], -1);
    // A flagged person's mentions are gone already.
    else if (persons.take(mention, mention.hour)) tallyMention(tally, mention, mention.hour, persons.of(mention), -1);
  }
  const hour = hourOf(ctx.clock.now());
  const writes = [
    ...counted.flatMap((mention) => Mention.writes.patch(ctx, mention, { removed: true })),
    ...stillMissing([...unknown.values()].flatMap((one) => Mention.writes.create(ctx, { org_id, ...one, hour, removed: true }))),
    ...persons.writes(),
    ...(await tallyWrites(ctx, tally)),
  ];
  await transact(ctx, social, writes, { pattern: "mentions.remove" });
};

const isIdentified = (mention: Mention): mention is Mention & TopicAt & { readonly speaker_id: string } => mention.speaker_id !== undefined;

type PersonKey = Pick<Speaker, "org_id" | "platform" | "platform_user_id">;

const flag = async (ctx: OrgCtx, person: PersonKey): Promise<void> => {
  try {
    await FlaggedPerson.create(ctx, { ...person, id: flaggedIdOf(person) });
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
  }
};

/** False when time ran out before the last topic. */
const removePerson = async (ctx: RemovalCtx, person: PersonKey): Promise<boolean> => {
  const { org_id, platform } = person;
  const speaker = await Speaker.find(ctx, person, { consistent: true });
  if (speaker === undefined) return true;
  for await (const topic of every((page) => TopicPerson.list(ctx, { org_id, platform, speaker_id: speaker.id }, { ...page, consistent: true }))) {
    if (ctx.remaining_ms() < STEP_MS) return false;
    await contend(() => removeTopic(ctx, topic));
  }
  return true;
};

const removeTopic = async (ctx: OrgCtx, at: TopicPerson): Promise<void> => {
  const persons = await readPersonHours(ctx, [at]);
  const tally: TopicTally = new Map();
  for (let [hour] = persons.of(at); hour !== undefined; [hour] = persons.of(at)) {
    persons.take(at, hour);
    tallyMention(tally, at, hour, persons.of(at), -1);
  }
  // A person's hours lie within the 12 days that they are kept, so their topic has 13 days at most.
  await transact(ctx, social, [...persons.writes(), ...(await tallyWrites(ctx, tally))], { pattern: "mentions.remove-person" });
};
