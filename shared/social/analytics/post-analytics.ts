import * as z from "zod";
import { date, id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

const count = z.int().min(0);
/** Four decimals: "0.0184". */
export const rateText = z.string().regex(/^\d+\.\d{4}$/);
const score = z.int().min(0).max(100);

/**
 * What a post had come to by the end of a UTC day, or by now for today: one row a post and day. What is missing nobody
 * has said; 0 was measured. README, Daily figures.
 */
export const PostAnalytics = entity(social, "PostAnalytics", {
  fields: () => ({
    org_id: id,
    id: newId,
    post_id: id,
    platform: PlatformName,
    analysis_date: date,
    hours_since_published: count,
    likes_count: count,
    comments_count: count,
    shares_count: count,
    saves_count: count,
    views_count: count,
    /** Likes, comments and shares by followers; "0.0000" while it is not defined. */
    engagement_rate: rateText,
    rate_defined: z.boolean(),
    followers_at_snapshot: count.optional(),
    reach: count.optional(),
    impressions: count.optional(),
    /** Website clicks by impressions. */
    click_through_rate: rateText.optional(),
    profile_visits: count.optional(),
    website_clicks: count.optional(),
    conversion_events: count.optional(),
    virality_score: score.optional(),
    quality_score: score.optional(),
    relevance_score: score.optional(),
  }),
  key: ["{org_id}#AN#{post_id}", "{analysis_date}"],
});
export type PostAnalytics = Item<typeof PostAnalytics>;
