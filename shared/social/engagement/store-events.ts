import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import type { Post } from "../post/post.ts";
import { getSettings } from "../settings/get-settings.ts";
import { type QueuedEvent, eventIdOf, kindOf, postKeyOf } from "./arrived-event.ts";
import { EngagementEvent, StoredEventType } from "./engagement-event.ts";
import { unlessThere } from "./park-events.ts";
import { Touch, TouchType } from "./touch.ts";

const AT_ONCE = 20;
const DAY_S = 86_400;
/** A touch is also what a repetition is known by, so that one which arrives late is kept for longer than networks repeat. */
const SHORTEST_S = 7 * DAY_S;

/** Stores events and touches, each once by its id; returns how many were new. What they count is derived from the table's stream. README, Engagement. */
export const storeEvents = async (ctx: OrgCtx, events: readonly QueuedEvent[], posts: ReadonlyMap<string, Post>): Promise<number> => {
  const hasTouch = events.some((event) => kindOf(event) === "touch");
  const lookback_s = hasTouch ? (await getSettings(ctx)).lookback_days * DAY_S : 0;
  const made = await inParallel(events, AT_ONCE, (event) => {
    const post = posts.get(postKeyOf(event))!;
    return unlessThere(kindOf(event) === "touch" ? storeTouch(ctx, event, post, lookback_s) : storeEvent(ctx, event, post));
  });
  return made.filter(Boolean).length;
};

const storeEvent = (ctx: OrgCtx, event: QueuedEvent, { id: post_id, platform }: Post): Promise<unknown> => {
  const { id: _id, post_id: _post, platform: _platform, platform_post_id: _foreign, event_type, ...told } = event;
  return EngagementEvent.create(ctx, {
    ...told,
    org_id: ctx.org_id,
    month: event.event_timestamp.slice(0, 7),
    post_id,
    id: eventIdOf(post_id, event),
    platform,
    event_type: StoredEventType.parse(event_type),
  });
};

const storeTouch = (ctx: OrgCtx, event: QueuedEvent, { id: post_id, platform }: Post, lookback_s: number): Promise<unknown> => {
  const at_s = Math.floor(Date.parse(event.event_timestamp) / 1000);
  const now_s = Math.floor(ctx.clock.now().getTime() / 1000);
  return Touch.create(ctx, {
    org_id: ctx.org_id,
    platform,
    platform_user_id: event.platform_user_id!,
    post_id,
    type: TouchType.parse(event.event_type),
    at: event.event_timestamp,
    id: eventIdOf(post_id, event),
    expires_at: Math.max(at_s + lookback_s, now_s + SHORTEST_S),
  });
};
