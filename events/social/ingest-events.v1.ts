import * as z from "zod";
import { command } from "../envelope.ts";

const text = z.string().min(1).max(100);

const Arrived = z.strictObject({
  /** The network's own id of it. */
  id: text.optional(),
  /** The org's post, or else the network's own id of it. */
  post_id: z.uuid().optional(),
  platform: z.string().max(20).optional(),
  platform_post_id: text.optional(),
  event_type: z.enum(["like", "comment", "share", "save", "view", "profile_visit", "website_click"]),
  event_timestamp: z.iso.datetime(),
  platform_user_id: text.optional(),
  platform_username: z.string().max(100).optional(),
  user_follower_count: z.int().min(0).optional(),
  event_value: z.int().min(0).optional(),
  event_metadata: z.record(z.string().max(100), z.json()).optional(),
  country_code: z.string().max(2).optional(),
  age_range: z.string().max(10).optional(),
  gender: z.string().max(10).optional(),
});

export const IngestEvents = command(
  "social.ingest-events.v1",
  "Store and count what people did on posts, each act once by its id, and all views of the message once by the message's.",
  z.strictObject({ events: z.array(Arrived).min(1).max(500) }),
  {
    events: [
      {
        id: "17900000000000001",
        platform: "instagram",
        platform_post_id: "17890000000000001",
        event_type: "comment" as const,
        event_timestamp: "2026-11-20T18:00:04.000Z",
        platform_user_id: "1234567890",
      },
    ],
  },
);
