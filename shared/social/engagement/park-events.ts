import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { type QueuedEvent, postKeyOf } from "./arrived-event.ts";
import { ParkedEvent } from "./parked-event.ts";

export const HOUR_MS = 3_600_000;
/** Networks tell of a post before the job that publishes it has stored its id; after a day nobody will. */
const WAIT_MS = 24 * HOUR_MS;
/** For people to look at. */
export const KEEP_MS = 30 * 24 * HOUR_MS;

/** Parks the events of a message whose posts are not known, those on one post together; a repeat parks nothing. README, Parked events. */
export const parkEvents = async (ctx: OrgCtx, batch_id: string, events: readonly QueuedEvent[]): Promise<void> => {
  const now = ctx.clock.now().getTime();
  const time = (ms: number): string => new Date(ms).toISOString();
  for (const [key, group] of Map.groupBy(events, postKeyOf)) {
    const { post_id, platform, platform_post_id } = group[0]!;
    // No network will ever name one of our own ids later.
    const ours = post_id !== undefined;
    const post = ours ? { post_id } : { platform: PlatformName.parse(platform), platform_post_id: platform_post_id! };
    const parked = {
      ...post,
      org_id: ctx.org_id,
      id: uuidOf(`${batch_id}/${key}`),
      state: ours ? ("given_up" as const) : ("waiting" as const),
      reason: ours ? ("no_such_post" as const) : ("unknown_post" as const),
      count: group.length,
      events: JSON.stringify(group),
      parked_at: time(now),
      give_up_at: time(ours ? now : now + WAIT_MS),
      ...(ours ? {} : { due_at: time(now + HOUR_MS) }),
      expires_at: Math.floor((now + KEEP_MS) / 1000),
    };
    await unlessThere(ParkedEvent.create(ctx, parked));
    if (ours) ctx.log.warn("events on a post that does not exist", { batch_id, post_id, count: group.length });
  }
};

/** Whether it was made just now. */
export const unlessThere = async (creation: Promise<unknown>): Promise<boolean> => {
  try {
    await creation;
    return true;
  } catch (error) {
    if (isDomainError(error, "already_exists")) return false;
    throw error;
  }
};
