import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TopicType, TrendPlatform } from "./topic.ts";

/** Older mentions touch no window that an evaluation still looks at. */
export const MENTION_MOST_AGE_HOURS = 8 * 24;
/** Longer than a mention can be told again, and than any of its neighbours can come. */
export const MENTION_KEEP_HOURS = 12 * 24;

/**
 * That a mention was counted, or must not be: the record by which each id counts once. Without a topic it was removed
 * before it came. README, Mentions.
 */
export const Mention = entity(social, "Mention", {
  fields: () => ({
    org_id: id,
    platform: TrendPlatform,
    /** The sender's own, the same for every delivery. */
    id: z.string().min(1).max(150),
    topic_type: TopicType.optional(),
    topic: z.string().min(1).max(100).optional(),
    /** The number of the person who said it (Speaker). */
    speaker_id: id.optional(),
    /** Hours since 1970. */
    hour: z.int().min(0),
    removed: z.boolean().default(false),
  }),
  key: ["{org_id}#MN#{platform}#{id}", "MN"],
  ttl: ({ hour }) => (hour + MENTION_KEEP_HOURS) * 3600,
});
export type Mention = Item<typeof Mention>;
