import { atRate } from "../../kernel/at-rate.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { social } from "../table.ts";
import { type ArchiveCtx, type Sizes, hasTime } from "./archive-ctx.ts";
import { ArchivePart } from "./archive-part.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { readPart } from "./read-part.ts";

const PARALLEL = 10;

const unreadable = (fault: string): DomainError =>
  new DomainError("unavailable", "archive_unreadable", `${fault} It was equal when it was verified; what it holds is still in the table, and stays there.`);

/** Deletes an event if it is still as it was copied. True when it was changed since, and so is left for the next copy. */
const leave = async (ctx: ArchiveCtx, event: EngagementEvent): Promise<boolean> => {
  try {
    await EngagementEvent.delete(ctx, event, { version: event.version });
    return false;
  } catch (error) {
    if (isDomainError(error, "not_found")) return false;
    if (isDomainError(error, "stale")) return true;
    throw error;
  }
};

/**
 * Deletes what the next part of a verified copy holds: by the archive's own list, so that an event which is not there to read
 * is never deleted. Each deletion is conditional on the version that was copied. Within `per_second`; ends early, at a line,
 * when time runs short. Throws DomainError unavailable `archive_unreadable` when the part has been damaged since.
 */
export const deletePart = (ctx: ArchiveCtx, known: ArchivedMonth, sizes: Sizes, per_second: number): Promise<ArchivedMonth> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await ArchivedMonth.get(ctx, known, { consistent: true });
    const { work, org_id, month } = run;
    if (run.status !== "deleting" || work === undefined) return run;
    if (work.passed === work.parts) {
      const patch = { work: null, progress: null, archived_at: ctx.clock.now().toISOString(), settled: false };
      await transact(ctx, social, ArchivedMonth.writes.transition(ctx, run, "archived", { patch }), { pattern: "archive.archived" });
      return ArchivedMonth.get(ctx, run, { consistent: true });
    }
    const part = await ArchivePart.get(ctx, { org_id, month, copy: work.copy, part: work.passed }, { consistent: true });
    const { events, fault } = await readPart(ctx, part);
    if (fault !== undefined) throw unreadable(fault);
    let kept = work.kept;
    const rest = events.slice(work.lines);
    const done = await atRate(ctx, rest, { per_second, most: sizes.batch, hasTime: () => hasTime(ctx) }, async (batch) => {
      kept += (await inParallel(batch, PARALLEL, (event) => leave(ctx, event))).filter(Boolean).length;
      return batch.length;
    });
    const ended = done === rest.length;
    const next = { ...work, kept, passed: work.passed + (ended ? 1 : 0), lines: ended ? 0 : work.lines + done };
    const patch = { work: next, progress: { done: (run.progress?.done ?? 0) + done, of: work.events } };
    await transact(ctx, social, ArchivedMonth.writes.patch(ctx, run, patch), { pattern: "archive.deletePart" });
    return ArchivedMonth.get(ctx, run, { consistent: true });
  });
