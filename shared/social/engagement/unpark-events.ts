import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { UnparkEvents } from "../../../events/social/unpark-events.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { everyPage } from "../../kernel/table/every.ts";
import { transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import type { QueuedEvent } from "./arrived-event.ts";
import { HOUR_MS, KEEP_MS } from "./park-events.ts";
import { ParkedEvent } from "./parked-event.ts";

/** A page is not begun with less time than this. */
const PAGE_MS = 10_000;

type UnparkCtx = OrgJobCtx & { readonly commands: Commands };

/** Of one post that has its network's id by now; or all that are due, each of which is tried again, or given up after a day. README, Parked events. */
export const unparkEvents = async (ctx: UnparkCtx, { post_id }: { readonly post_id?: string | undefined }): Promise<void> =>
  post_id === undefined ? unparkDue(ctx) : unparkPost(ctx, post_id);

const unparkPost = async (ctx: UnparkCtx, post_id: string): Promise<void> => {
  const post = await Post.get(ctx, { org_id: ctx.org_id, id: post_id }, { consistent: true });
  const { org_id, platform, platform_post_id } = post;
  if (platform_post_id === undefined) return;
  for await (const items of everyPage((page) => ParkedEvent.query.byPost(ctx, { org_id, platform, platform_post_id }, page)))
    for (const parked of items) if (parked.state === "waiting") await handBack(ctx, parked, post.id);
};

/** Those due by now are gone or have a later hour once they were looked at, so each page is the first. */
const unparkDue = async (ctx: UnparkCtx): Promise<void> => {
  const to = { due_at: ctx.clock.now().toISOString() };
  for (;;) {
    const { items } = await ParkedEvent.query.due(ctx, { org_id: ctx.org_id }, { to });
    // The index may be behind the table by what was just done.
    const due = (await ParkedEvent.getMany(ctx, items, { consistent: true })).filter(({ due_at }) => due_at !== undefined && due_at <= to.due_at);
    if (due.length === 0) return;
    for (const parked of due) await tryAgain(ctx, parked);
    if (ctx.remaining_ms() < PAGE_MS) return ctx.commands.sendEach(ctx, UnparkEvents, [{ org_id: ctx.org_id, data: {} }]);
  }
};

const tryAgain = async (ctx: UnparkCtx, parked: ParkedEvent): Promise<void> => {
  const { org_id, platform, platform_post_id } = parked;
  const post = await Post.by.platformPost(ctx, { org_id, platform: platform!, platform_post_id: platform_post_id! });
  if (post) return handBack(ctx, parked, post.id);
  const now = ctx.clock.now().getTime();
  const isOver = Date.parse(parked.give_up_at) <= now;
  await unlessChanged(() => {
    const writes = isOver
      ? ParkedEvent.writes.transition(ctx, parked, "given_up", { patch: { due_at: null, expires_at: Math.floor((now + KEEP_MS) / 1000) } })
      : ParkedEvent.writes.patch(ctx, parked, { due_at: new Date(now + HOUR_MS).toISOString() });
    return transact(ctx, social, writes, { pattern: "parkedEvents.tryAgain" });
  });
  if (isOver) ctx.log.error("events given up: their post never appeared", { parked_event_id: parked.id, platform, platform_post_id, count: parked.count });
};

/** On the queue first, under an id that makes a repeat known, then gone. */
const handBack = async (ctx: UnparkCtx, parked: ParkedEvent, post_id: string): Promise<void> => {
  const events = (JSON.parse(parked.events) as QueuedEvent[]).map(({ platform: _platform, platform_post_id: _foreign, ...event }) => ({ ...event, post_id }));
  await ctx.commands.sendEach(ctx, IngestEvents, [{ org_id: ctx.org_id, id: uuidOf(`${IngestEvents.type}/${parked.id}`), data: { events } }]);
  await unlessChanged(() => transact(ctx, social, ParkedEvent.writes.delete(ctx, parked), { pattern: "parkedEvents.handBack" }));
};

/** Another delivery that was quicker has done the same. */
const unlessChanged = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (!isDomainError(error, "concurrent_change") && !isDomainError(error, "not_found")) throw error;
  }
};
