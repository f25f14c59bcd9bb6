import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { ArrivedEvent } from "../../shared/social/engagement/arrived-event.ts";
import { EventBatch } from "../../shared/social/engagement/event-batch.ts";
import { ParkedEvent } from "../../shared/social/engagement/parked-event.ts";
import { CountsRange, PostCounts } from "../../shared/social/engagement/read-counts.ts";
import { ParkedFilter } from "../../shared/social/engagement/read-batches.ts";
import { RemovedEvents } from "../../shared/social/engagement/remove-events.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const PostParams = z.strictObject({ post_id: z.uuid() });
const count = z.int().min(0);
const like = {
  id: "17900000000000001",
  platform: "instagram",
  platform_post_id: "17890000000000001",
  event_type: "like",
  event_timestamp: "2026-11-20T08:00:04.000Z",
  platform_user_id: "1234567890",
};

export const events = resource("social", "events", "What people did on posts: taken in, stored once, counted by day and hour.", {
  createEvents: route({
    method: "POST",
    path: "/social/events",
    summary: "Send what people did on posts",
    description:
      "Up to 500 events a call, which is what one message of the queue holds at their longest. They name their post by `post_id`, or by `platform` and `platform_post_id`; a post that is not known yet is waited for, a day at most. An event counts once by its `id`, or by the digest of post, type, person and time; views without a person are counted by the batch.",
    policy: editors,
    idempotent: true,
    max_body: 1024 * 1024,
    body: z.strictObject({ events: z.array(ArrivedEvent).min(1).max(500) }),
    reply: { status: 202, body: z.object({ received: count, events: count, touches: count, views: count, batch_ids: z.array(z.uuid()) }) },
    example: { body: { events: [like] } },
  }),
  getBatch: route({
    method: "GET",
    path: "/social/event-batches/{batch_id}",
    summary: "Read what came of a batch of events",
    description: "How many were new, and how many had been stored before. Not found while the batch waits in the queue, and after two weeks.",
    policy: editors,
    params: z.strictObject({ batch_id: z.uuid() }),
    reply: { status: 200, body: EventBatch.api.response },
  }),
  removeEvents: route({
    method: "POST",
    path: "/social/events/remove",
    summary: "Take events back",
    description: "For moderation: they no longer count, and neither does a repetition of them. All of them or none.",
    policy: editors,
    idempotent: true,
    body: RemovedEvents,
    reply: { status: 200, body: z.object({ removed: count, unchanged: count }) },
    errors: { unknown_event: { status: 422, when: "one of them is not stored" } },
    example: { body: { events: [{ post_id: "019e1b9a-7c00-7000-8000-0000000000a1", month: "2026-11", id: "17900000000000001" }] } },
  }),
  readCounts: route({
    method: "GET",
    path: "/social/posts/{post_id}/counts",
    summary: "Read what was counted of a post, by day and hour",
    description: "Of the last 30 days unless told, of 93 at most. Counts are increments of each UTC day; days without any are left out.",
    policy: everyone,
    params: PostParams,
    query: CountsRange,
    reply: { status: 200, body: PostCounts },
  }),
  listParked: route({
    method: "GET",
    path: "/social/parked-events",
    summary: "List events whose post is not known",
    description: "Those given up, the latest first; `waiting` ones are tried again every hour and when a post gets its network's id.",
    policy: editors,
    query: ParkedFilter,
    list: true,
    reply: { status: 200, body: ParkedEvent.api.response },
  }),
});
