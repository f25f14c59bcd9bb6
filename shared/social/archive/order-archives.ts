import { ArchiveMonth } from "../../../events/social/archive-month.v1.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { periodsBetween } from "../../kernel/schedule/period.ts";
import { every } from "../../kernel/table/every.ts";
import { PostMonth } from "../engagement/post-month.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { ArchiveCtx } from "./archive-ctx.ts";
import { isDueAgain } from "./archive-month.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { isPast } from "./cutoff.ts";

/** No network of these had anything to like before. */
const FIRST_MONTH = "2005-01";
const PARALLEL = 10;

/**
 * Finds the months that are due at the beginning of `period` and orders each: those that have events and are not in the archive
 * yet, those whose run stands still, and those that are due again. Repeated, it sends the same messages. Returns the months.
 */
export const orderArchives = async (ctx: Omit<ArchiveCtx, "archive" | "sleep">, { period }: { period: string }): Promise<string[]> => {
  const { org_id } = ctx;
  const { keep_events_years } = await getSettings(ctx);
  const now = new Date(`${period}-01T00:00:00.000Z`);
  const past = periodsBetween("month", FIRST_MONTH, period).filter((month) => isPast(month, now, keep_events_years));
  const runs = await Array.fromAsync(every((page) => ArchivedMonth.list(ctx, { org_id }, { ...page, consistent: true })));
  const known = new Map(runs.map((run) => [run.month, run]));
  const isDue = async (month: string): Promise<boolean> => {
    const run = known.get(month);
    if (run === undefined) return (await PostMonth.list(ctx, { org_id, month }, { limit: 1 })).items.length > 0;
    return run.status === "copying" || run.status === "verified" || run.status === "deleting" || isDueAgain(run, ctx.clock.now());
  };
  const due = await inParallel(past, PARALLEL, isDue);
  const months = past.filter((_, at) => due[at]);
  await ctx.commands.sendEach(
    ctx,
    ArchiveMonth,
    months.map((month) => ({ org_id, id: uuidOf(`${ArchiveMonth.type}/${org_id}/${month}/${period}`), data: { month } })),
  );
  return months;
};
