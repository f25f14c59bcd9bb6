import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { MENTION_KEEP_HOURS } from "./mention.ts";
import { TopicType, TrendPlatform } from "./topic.ts";

/**
 * In which hours one person mentioned one topic: decides which hours of the topic's count a mention adds to, exactly, and
 * what is taken out again when the person's mentions are removed. README, Mentions.
 */
export const TopicPerson = entity(social, "TopicPerson", {
  fields: () => ({
    org_id: id,
    platform: TrendPlatform,
    /** The number of the person (Speaker); who that is stands nowhere else. */
    speaker_id: id,
    topic_type: TopicType,
    topic: z.string().min(1).max(100),
    /** Mentions by hour since 1970; hours without one are left out. */
    hours: z.record(z.string().regex(/^\d+$/), z.int().min(1)),
    last_hour: z.int().min(0),
  }),
  key: ["{org_id}#TU#{platform}#{speaker_id}", "{topic_type}#{topic}"],
  ttl: ({ last_hour }) => (last_hour + MENTION_KEEP_HOURS) * 3600,
});
export type TopicPerson = Item<typeof TopicPerson>;
