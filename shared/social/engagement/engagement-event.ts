import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

/** Events that are stored one by one; views are counted, and kept as touches when they have a person. */
export const StoredEventType = z.enum(["like", "comment", "share", "save"]);
export type StoredEventType = z.output<typeof StoredEventType>;
export const EventType = z.enum([...StoredEventType.options, "view"]);
export type EventType = z.output<typeof EventType>;

/**
 * One act of one person on one post, stored once by its id. Kept under the month of `event_timestamp`, which is archived
 * as one. README, Engagement.
 */
export const EngagementEvent = entity(social, "EngagementEvent", {
  fields: () => ({
    org_id: id,
    /** `YYYY-MM` of `event_timestamp`, UTC. */
    month: z.string().regex(/^\d{4}-\d{2}$/),
    post_id: id,
    /** The network's own id, or the digest of post, type, person and time. */
    id: z.string().min(1).max(100),
    platform: PlatformName,
    event_type: StoredEventType,
    event_timestamp: timestamp,
    platform_user_id: z.string().max(100).optional(),
    platform_username: z.string().max(100).optional(),
    user_follower_count: z.int().min(0).optional(),
    event_value: z.int().min(0).optional(),
    event_metadata: z.record(z.string().max(100), z.json()).optional(),
    country_code: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    age_range: z.string().max(10).optional(),
    gender: z.string().max(10).optional(),
    /** Since when moderation does not count it; it stays without its person, so that a repetition is known. */
    removed_at: timestamp.optional(),
  }),
  key: ["{org_id}#E#{month}#{post_id}", "{id}"],
  indexes: {
    /** All that one person did, in order of time. */
    byPerson: { on: "gsi1", pk: "{org_id}#U#{platform}#{platform_user_id}", sk: "{event_timestamp}#{event_type}" },
  },
  compact: true,
});
export type EngagementEvent = Item<typeof EngagementEvent>;
