import * as z from "zod";
import { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import { timestamp } from "../../kernel/fields.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { hourOf } from "./coverage.ts";
import { MENTION_MOST_AGE_HOURS } from "./mention.ts";
import { TopicType, TrendPlatform, normaliseTopic } from "./topic.ts";

/** As many as a worker counts within one message. */
const MOST = 100;
/** By how much a sender's clock may be ahead. */
const AHEAD_MS = 5 * 60_000;

export const NewMention = z.strictObject({
  /** The sender's own, the same whenever this mention is sent. */
  id: z.string().min(1).max(150),
  platform: TrendPlatform,
  topic_type: TopicType,
  /** With or without its sign. */
  topic: z.string().min(1).max(100),
  at: timestamp,
  /** Who said it; without a person every mention counts. */
  platform_user_id: z.string().min(1).max(100).optional(),
  post_id: z.uuid().optional(),
});
export type NewMention = z.output<typeof NewMention>;
export const NewMentions = z.strictObject({ mentions: z.array(NewMention).min(1).max(MOST) });

/** How many will be counted, and how many are too old to be. */
export const MentionsOrdered = z.object({ accepted: z.int(), too_old: z.int() });

/**
 * Hands mentions over to be counted. Throws DomainError `mentions_refused` with every one that lies in the future or has
 * no topic; then none is taken. README, Mentions.
 */
export const orderMentions = async (
  ctx: OrgCtx & { readonly commands: Commands },
  { mentions }: z.output<typeof NewMentions>,
): Promise<z.output<typeof MentionsOrdered>> => {
  const errors = mentions.flatMap((mention, index) =>
    faultsOfMention(ctx, mention).map((fault) => ({ ...fault, pointer: `/mentions/${index}${fault.pointer}` })),
  );
  if (errors.length > 0) throw unprocessable("mentions_refused", "Some mentions cannot be counted; none was taken.", errors);
  const counted = mentions.filter((mention) => !isTooOld(ctx, mention));
  if (counted.length > 0) await ctx.commands.sendEach(ctx, RecordMentions, [{ org_id: ctx.org_id, id: ctx.ids.uuid(), data: { mentions: counted } }]);
  return { accepted: counted.length, too_old: mentions.length - counted.length };
};

/** What is wrong with a mention of the right shape, by its fields. Whoever takes mentions in asks here. README, Mentions. */
export const faultsOfMention = ({ clock }: OrgCtx, { topic_type, topic, at }: NewMention): Violation[] => [
  ...(Date.parse(at) > clock.now().getTime() + AHEAD_MS ? [{ pointer: "/at", code: "in_future", detail: "This time has not come yet." }] : []),
  ...(normaliseTopic(topic_type, topic) === undefined
    ? [{ pointer: "/topic", code: "no_topic", detail: "Nothing is left of this topic without its sign, or more than 100 characters." }]
    : []),
];

/** Whether no window that is still looked at has a mention in it. */
export const isTooOld = ({ clock }: OrgCtx, { at }: NewMention): boolean => hourOf(new Date(at)) < hourOf(clock.now()) - MENTION_MOST_AGE_HOURS;

/** Puts mentions, 100 at most, on the queue in a message whose id is made of a name. Returns that id. */
export const sendMentions = async (ctx: OrgCtx & { readonly commands: Commands }, mentions: readonly NewMention[], name: string): Promise<string> => {
  const id = uuidOf(`${RecordMentions.type}/${name}`);
  await ctx.commands.sendEach(ctx, RecordMentions, [{ org_id: ctx.org_id, id, data: { mentions: [...mentions] } }]);
  return id;
};
