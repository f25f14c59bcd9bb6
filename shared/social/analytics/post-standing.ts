import * as z from "zod";
import { date, id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";
import { rateText } from "./post-analytics.ts";

/**
 * What the daily metrics and leaderboards hold of a post right now, so that a change of it is known exactly. It changes in
 * their transaction and under its version: of two runs one goes first. README, Daily metrics.
 */
export const PostStanding = entity(social, "PostStanding", {
  fields: () => ({
    org_id: id,
    post_id: id,
    platform: PlatformName,
    account_id: id.optional(),
    content_category: z.string().optional(),
    template_id: id.optional(),
    caption: z.string(),
    published_at: timestamp,
    published_on: date,
    /** The post's row that these numbers are of. */
    analysis_date: date,
    engagement_rate: rateText,
    rate_defined: z.boolean(),
    rate_millionths: z.int().min(0),
    total_engagement: z.int().min(0),
    conversion_count: z.int().optional(),
    /** False once the post is deleted: it is in no sum and on no leaderboard. */
    counted: z.boolean(),
    /** The day as of which it stands on leaderboards. */
    boards_on: date,
    /** When it leaves the next one; absent when it stands on none. */
    leaves_on: date.optional(),
    /** The version of its places: all are written together. */
    places_version: z.int().min(1),
  }),
  key: ["{org_id}#ST#{post_id}", "ST"],
  indexes: {
    leaving: { on: "gsi4", pk: "{org_id}#STL", sk: "{leaves_on}#{post_id}" },
    /** A template's posts with what they have come to. */
    byTemplate: { on: "gsi1", pk: "{org_id}#STT#{template_id}", sk: "{published_at}#{post_id}", when: { counted: true } },
  },
});
export type PostStanding = Item<typeof PostStanding>;
