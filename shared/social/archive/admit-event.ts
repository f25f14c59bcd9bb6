import type { OrgCtx } from "../../kernel/context.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import { isPast } from "./cutoff.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { isOpenForLate } from "./late.ts";
import { holdsEvent } from "./read-slices.ts";

/** `archived_already`: it is known, and counted. The others: it comes too late, or must come again. */
export type Admission = "open" | "archived_already" | "month_archived" | "month_restoring";

/** What must be known of an event that comes in. */
export interface Arriving {
  readonly month: string;
  readonly post_id: string;
  readonly id: string;
}

/** No org keeps its events for less; a younger month is in no archive, which is told without a read. */
const FEWEST_YEARS = 1;

/**
 * Whether an event may still be stored. Its month takes late ones until 48 hours after it was archived: they stay in the
 * table, where readers find them, until the next monthly run. One that the archive has is a repetition, although the table
 * would take it. README, Archive.
 */
export const admitEvent = async (ctx: OrgCtx & { readonly archive: Archive }, event: Arriving): Promise<Admission> => {
  if (!isPast(event.month, ctx.clock.now(), FEWEST_YEARS)) return "open";
  const run = await ArchivedMonth.find(ctx, { org_id: ctx.org_id, month: event.month }, { consistent: true });
  if (run === undefined) return "open";
  if (run.status === "restoring") return "month_restoring";
  if (run.archived_at !== undefined && !isOpenForLate(run.archived_at, ctx.clock.now())) return "month_archived";
  const held = await Promise.all(run.copies.map(({ copy }) => holdsEvent(ctx, { ...event, copy })));
  return held.includes(true) ? "archived_already" : "open";
};
