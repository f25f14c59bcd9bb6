import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { TopicType, TrendPlatform } from "./topic.ts";

/** That a topic has an open episode, and which: one at most, there from the episode's first write to its last. */
export const OpenTrend = entity(social, "OpenTrend", {
  fields: () => ({ org_id: id, platform: TrendPlatform, topic_type: TopicType, topic: z.string().min(1).max(100), trending_topic_id: id }),
  key: ["{org_id}#TN#{platform}", "{topic_type}#{topic}"],
});
export type OpenTrend = Item<typeof OpenTrend>;
