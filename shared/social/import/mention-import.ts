import { type NewMention, NewMention as MentionSchema, faultsOfMention, isTooOld, sendMentions } from "../trend/order-mentions.ts";
import type { ImportKind } from "./import-kind.ts";

const columns = {
  id: ["id", "mention_id"],
  platform: ["platform"],
  topic_type: ["topic_type", "type"],
  topic: ["topic"],
  at: ["at", "timestamp", "time"],
  platform_user_id: ["platform_user_id", "user_id"],
  post_id: ["post_id"],
} as const satisfies Readonly<Record<keyof NewMention, readonly string[]>>;

/** Rows are mentions as POST /social/mentions takes them. */
export const mentionImport: ImportKind<NewMention> = {
  layout: { required: ["id", "platform", "topic_type", "topic", "at"], headings: columns },
  numbers: [],
  json: [],
  schema: MentionSchema,
  faults: faultsOfMention,
  leftOut: (ctx, mention) => (isTooOld(ctx, mention) ? "too_old" : undefined),
  send: async (ctx, mentions, name) => {
    const id = await sendMentions(ctx, mentions, name);
    return mentions.map(() => id);
  },
};
