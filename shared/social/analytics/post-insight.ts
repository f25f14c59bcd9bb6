import * as z from "zod";
import { date, id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

/** What a network says of a post, in totals since its publication; what it does not say is missing. */
export const insightCounts = {
  likes: count,
  comments: count,
  shares: count,
  saves: count,
  views: count,
  reach: count,
  impressions: count,
  profile_visits: count,
  website_clicks: count,
  /** Of the account. */
  followers: count,
};

/** What was counted here of the post, in totals, when the network was read. */
export const CountedThen = z.strictObject({ likes: z.int(), comments: z.int(), shares: z.int(), saves: z.int(), views: z.int() });
export type CountedThen = z.output<typeof CountedThen>;
export const CountedKind = CountedThen.keyof();
export type CountedKind = z.output<typeof CountedKind>;

/** What a network said of a post on a UTC day, the last word of that day. README, Daily figures. */
export const PostInsight = entity(social, "PostInsight", {
  fields: () => ({ org_id: id, post_id: id, day: date, read_at: timestamp, ...insightCounts, counted: CountedThen.optional() }),
  key: ["{org_id}#NI#{post_id}", "{day}"],
});
export type PostInsight = Item<typeof PostInsight>;
export type InsightName = keyof typeof insightCounts;
export const INSIGHTS = Object.keys(insightCounts) as readonly InsightName[];
