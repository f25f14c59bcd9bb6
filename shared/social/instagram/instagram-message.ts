import * as z from "zod";
import type { DataOf } from "../../../events/envelope.ts";
import type { RecordMentions } from "../../../events/social/record-mentions.v1.ts";
import type { QueuedEvent } from "../engagement/arrived-event.ts";

const Id = z.string().regex(/^[\w-]{1,100}$/, "an id of Instagram");
const Change = z.looseObject({ field: z.string().max(100), value: z.looseObject({}).optional() });

/** What Instagram sends; one change stands in the entry itself or several in a list, both are in use. Fields that it does not name are Instagram's to add. */
export const InstagramMessage = z.looseObject({
  object: z.literal("instagram"),
  entry: z
    .array(z.looseObject({ id: Id, time: z.int().min(0).max(4_102_444_800), changes: z.array(Change).max(1000).optional(), ...Change.partial().shape }))
    .min(1)
    .max(1000),
});
export type InstagramMessage = z.output<typeof InstagramMessage>;
type Entry = InstagramMessage["entry"][number];

export type Mention = DataOf<typeof RecordMentions>["mentions"][number];

/** What a message tells: comments as events, and what they and others mention. `of_account` is the network's id of the account that a mention is of. */
export interface Told {
  readonly events: readonly QueuedEvent[];
  readonly mentions: readonly (Omit<Mention, "topic"> & { readonly topic?: string; readonly of_account?: string })[];
}

const Comment = z.looseObject({
  id: Id.optional(),
  /** The name of `id` in older versions. */
  comment_id: Id.optional(),
  text: z.string().max(10_000).default(""),
  from: z.looseObject({ id: Id, username: z.string().max(100).optional() }).optional(),
  media: z.looseObject({ id: Id }),
});
const MentionOfUs = z.looseObject({ media_id: Id, comment_id: Id.optional() });

const HASHTAG = /#([\p{L}\p{M}\p{N}_]{1,100})/gu;
const MOST_TAGS = 30;

/** The hashtags of a text, without signs and repetitions. */
export const hashtagsIn = (text: string): string[] => [...new Set([...text.normalize("NFC").matchAll(HASHTAG)].map(([, tag]) => tag!))].slice(0, MOST_TAGS);

/** Reads the changes that are known here; others are Instagram's to send and nothing to us. README, Instagram. */
export const toldBy = ({ entry }: InstagramMessage): Told => {
  const parts = entry.flatMap((one) => changesOf(one).map(({ field, value }) => toldByChange(one, field, value)));
  return { events: parts.flatMap(({ events }) => events), mentions: parts.flatMap(({ mentions }) => mentions) };
};

const changesOf = ({ changes, field, value }: Entry) => [...(changes ?? []), ...(field === undefined ? [] : [{ field, value }])];
const nothing: Told = { events: [], mentions: [] };

const toldByChange = (entry: Entry, field: string, value: unknown): Told => {
  const at = new Date(entry.time * 1000).toISOString();
  if (field === "comments" || field === "live_comments") return toldByComment(Comment.safeParse(value).data, at);
  if (field !== "mentions") return nothing;
  const mention = MentionOfUs.safeParse(value).data;
  if (!mention) return nothing;
  const id = `${mention.comment_id ?? mention.media_id}/mention`;
  return { events: [], mentions: [{ id, platform: "instagram", topic_type: "mention", at, of_account: entry.id }] };
};

const toldByComment = (comment: z.output<typeof Comment> | undefined, at: string): Told => {
  const id = comment?.id ?? comment?.comment_id;
  if (!comment || id === undefined) return nothing;
  const { from, media, text } = comment;
  const who = from ? { platform_user_id: from.id } : {};
  const named = from?.username ? { platform_username: from.username } : {};
  const event = { id, platform: "instagram", platform_post_id: media.id, event_type: "comment" as const, event_timestamp: at, ...who, ...named };
  const mentions = hashtagsIn(text).map((topic) => ({
    id: `${id}/hashtag/${topic}`.slice(0, 150),
    platform: "instagram",
    topic_type: "hashtag" as const,
    topic,
    at,
    ...who,
  }));
  return { events: [event], mentions };
};
