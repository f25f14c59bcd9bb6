import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { admitEvent } from "../archive/admit-event.ts";
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

export type StoringCtx = OrgCtx & { readonly archive: Archive };
/** What became of one: `too_late` is an event of a month that is in the archive for good. */
type Fate = "stored" | "known" | "too_late";
export type Fates = Readonly<Record<Fate, number>>;

/**
 * Stores events and touches, each once by its id; how many were new, known, or came too late. What they count is derived
 * from the table's stream. Throws DomainError unavailable `month_restoring`, for the message to come again. README, Engagement.
 */
export const storeEvents = async (ctx: StoringCtx, events: readonly QueuedEvent[], posts: ReadonlyMap<string, Post>): Promise<Fates> => {
  const hasTouch = events.some((event) => kindOf(event) === "touch");
  const lookback_s = hasTouch ? (await getSettings(ctx)).lookback_days * DAY_S : 0;
  const fates = await inParallel(events, AT_ONCE, (event): Promise<Fate> => {
    const post = posts.get(postKeyOf(event))!;
    return kindOf(event) === "touch" ? whetherNew(storeTouch(ctx, event, post, lookback_s)) : storeIfAdmitted(ctx, event, post);
  });
  const count = (fate: Fate): number => fates.filter((one) => one === fate).length;
  return { stored: count("stored"), known: count("known"), too_late: count("too_late") };
};

const whetherNew = async (creation: Promise<unknown>): Promise<Fate> => ((await unlessThere(creation)) ? "stored" : "known");

/** The table would take an event that the archive has a second time. README, Archive. */
const storeIfAdmitted = async (ctx: StoringCtx, event: QueuedEvent, post: Post): Promise<Fate> => {
  const month = event.event_timestamp.slice(0, 7);
  switch (await admitEvent(ctx, { month, post_id: post.id, id: eventIdOf(post.id, event) })) {
    case "open":
      return whetherNew(storeEvent(ctx, event, post));
    case "archived_already":
      return "known";
    case "month_archived":
      ctx.log.warn("an event came after its month was archived", { post_id: post.id, month });
      return "too_late";
    case "month_restoring":
      throw new DomainError("unavailable", "month_restoring", `${month} is on its way back from the archive; its events are taken when it is there.`);
  }
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
