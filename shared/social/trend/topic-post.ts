import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TopicType, TrendPlatform } from "./topic.ts";

const KEEP_S = 12 * 86_400;

/** A published post of the org that carries a topic: whose engagement counts for it. README, Trends. */
export const TopicPost = entity(social, "TopicPost", {
  fields: () => ({ org_id: id, platform: TrendPlatform, topic_type: TopicType, topic: z.string().min(1).max(100), published_at: timestamp, post_id: id }),
  key: ["{org_id}#TPO#{platform}#{topic_type}#{topic}", "{published_at}#{post_id}"],
  ttl: ({ published_at }) => Math.floor(Date.parse(published_at) / 1000) + KEEP_S,
});
export type TopicPost = Item<typeof TopicPost>;
