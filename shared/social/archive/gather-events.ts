import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { PostMonth } from "../engagement/post-month.ts";
import type { Sizes } from "./archive-ctx.ts";
import type { Work } from "./archived-month.ts";
import type { Sliced } from "./document.ts";
import { isAfter } from "./event-order.ts";

type After = Work["after"];

/** What the next part of a copy is made of. */
export interface Gathered {
  readonly slices: readonly Sliced[];
  /** Where the part after it begins. */
  readonly after: After;
  /** Nothing comes behind it. */
  readonly ended: boolean;
}

/** A slice of a post's events behind an id; the table is asked again for the one at the border, which tells nothing new. */
const sliceOf = async (ctx: OrgCtx, month: string, post_id: string, from: string | undefined, limit: number): Promise<EngagementEvent[]> => {
  const at = { org_id: ctx.org_id, month, post_id };
  const options = { limit: limit + 1, consistent: true, ...(from === undefined ? {} : { from: { id: from } }) };
  const { items } = await EngagementEvent.list(ctx, at, options);
  return items.filter((event) => isAfter(event, from)).slice(0, limit);
};

/** Reads the events of a month on from a position, post by post, until a part is full, the month ends or time runs short. */
export const gatherEvents = async (ctx: OrgCtx, month: string, after: After, sizes: Sizes, hasTime: () => boolean): Promise<Gathered> => {
  const slices: Sliced[] = [];
  let at = after;
  let events = 0;
  const isFull = (): boolean => slices.length >= sizes.part_slices || events >= sizes.part_events;
  const from = after === undefined ? {} : { from: { post_id: after.post_id } };
  for await (const { post_id } of every((page) => PostMonth.list(ctx, { org_id: ctx.org_id, month }, { ...page, ...from, consistent: true }))) {
    if (post_id === after?.post_id && after.event_id === undefined) continue;
    let last = post_id === at?.post_id ? at.event_id : undefined;
    do {
      if (isFull() || (!hasTime() && at !== after)) return { slices, after: at, ended: false };
      const found = await sliceOf(ctx, month, post_id, last, sizes.slice_events);
      if (found.length > 0) slices.push({ post_id, events: found });
      events += found.length;
      last = found.length < sizes.slice_events ? undefined : found.at(-1)!.id;
      at = last === undefined ? { post_id } : { post_id, event_id: last };
    } while (last !== undefined);
  }
  return { slices, after: at, ended: true };
};
