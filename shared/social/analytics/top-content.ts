import * as z from "zod";
import { date, id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";
import { PERIODS } from "./boards.ts";
import { rateText } from "./post-analytics.ts";

/**
 * A post's place on one leaderboard. The sort key is the order of the board, so that its first rows are one Query. Every
 * post of the period has a place: whoever is first in front falls away, the next is there. README, Top content.
 */
export const TopContent = entity(social, "TopContent", {
  fields: () => ({
    org_id: id,
    time_period: z.literal(PERIODS),
    /** `all`, `category:<name>` or `platform:<name>`. */
    scope: z.string().max(70),
    /** Rate and total engagement as digits that sort descending. */
    place: z.string(),
    post_id: id,
    platform: PlatformName,
    account_id: id.optional(),
    template_id: id.optional(),
    /** Its first 80 characters. */
    caption: z.string(),
    published_at: timestamp,
    published_on: date,
    engagement_rate: rateText,
    rate_defined: z.boolean(),
    total_engagement: z.int().min(0),
    conversion_count: z.int().optional(),
  }),
  key: ["{org_id}#TC#{time_period}#{scope}", "{place}#{post_id}"],
});
export type TopContent = Item<typeof TopContent>;
