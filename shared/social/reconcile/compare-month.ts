import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { PostDay } from "../engagement/post-day.ts";
import type { PostMonth } from "../engagement/post-month.ts";
import { COUNTERS } from "../engagement/tally.ts";
import { sumOf } from "../engagement/read-counts.ts";
import type { CountDifference } from "./social-reconciliation.ts";

/** What was stored or removed within this time may not be counted yet. */
const SETTLES_MS = 15 * 60_000;
const PAGE = 500;

/**
 * Compares what is counted of a post in a month with its stored events; views leave none and are not compared. Undefined
 * while the last change is so young that it may not be counted yet. README, Reconciliation.
 */
export const compareMonth = async (ctx: OrgCtx, { org_id, post_id, month, events }: PostMonth): Promise<CountDifference[] | undefined> => {
  // Days first: what is counted after they were read was changed after the line that is drawn here.
  const settled = new Date(ctx.clock.now().getTime() - SETTLES_MS).toISOString();
  const range = { from: { day: `${month}-01` }, to: { day: `${month}-31` } };
  const days = await Array.fromAsync(every((page) => PostDay.list(ctx, { org_id, post_id }, { ...page, ...range, consistent: true })));
  const computed = { likes: 0, comments: 0, shares: 0, saves: 0, events: 0 };
  for await (const event of every((page) => EngagementEvent.list(ctx, { org_id, month, post_id }, { ...page, limit: PAGE, consistent: true }))) {
    if (event.updated_at > settled) return undefined;
    computed.events += 1;
    if (event.removed_at === undefined) computed[COUNTERS[event.event_type][0]] += 1;
  }
  const stored = { ...sumOf(days), events };
  return (Object.keys(computed) as (keyof typeof computed)[]).flatMap((counter) =>
    stored[counter] === computed[counter] ? [] : [{ post_id, month, counter, stored: stored[counter], computed: computed[counter] }],
  );
};
