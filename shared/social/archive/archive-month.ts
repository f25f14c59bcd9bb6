import { ArchiveMonth } from "../../../events/social/archive-month.v1.ts";
import { conflict, isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { social } from "../table.ts";
import { type ArchiveCtx, SIZES, type Sizes, hasTime } from "./archive-ctx.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { copyPart } from "./copy-part.ts";
import { isPast } from "./cutoff.ts";
import { deletePart } from "./delete-part.ts";
import { isOpenForLate } from "./late.ts";
import { sealCopy } from "./seal-copy.ts";
import { verifyPart } from "./verify-part.ts";

const workOf = (copy: number) => ({ copy, parts: 0, events: 0, bytes: 0, passed: 0, lines: 0, kept: 0, sealed: false });

/** Whether a month that rests is to be copied once more: late events may have come, or its time in the table is over. */
export const isDueAgain = ({ status, settled, archived_at, restored_until }: ArchivedMonth, now: Date): boolean => {
  if (status === "archived") return !settled && !isOpenForLate(archived_at!, now);
  return status === "restored" && Date.parse(restored_until!) <= now.getTime();
};

/** The month's run: the one that is at work, or a new one. */
const begun = (ctx: ArchiveCtx, month: string): Promise<ArchivedMonth> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, month };
    const found = await ArchivedMonth.find(ctx, key, { consistent: true });
    if (found === undefined) {
      const run = ArchivedMonth.draft(ctx, { ...key, work: workOf(1) });
      await transact(ctx, social, ArchivedMonth.writes.put(ctx, run), { pattern: "archive.begin" }).catch((error: unknown) => {
        if (!isDomainError(error, "already_exists")) throw error;
      });
      return ArchivedMonth.get(ctx, key, { consistent: true });
    }
    if (!isDueAgain(found, ctx.clock.now())) return found;
    const copy = found.begun + 1;
    const writes = ArchivedMonth.writes.transition(ctx, found, "copying", { patch: { begun: copy, work: workOf(copy), restored_until: null } });
    await transact(ctx, social, writes, { pattern: "archive.beginAgain" });
    return ArchivedMonth.get(ctx, key, { consistent: true });
  });

/** Nothing is deleted before what is in the archive was read back equal: a copy comes here by `verified` alone. */
const startDeleting = (ctx: ArchiveCtx, known: ArchivedMonth): Promise<ArchivedMonth> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await ArchivedMonth.get(ctx, known, { consistent: true });
    if (run.status !== "verified") return run;
    await transact(ctx, social, ArchivedMonth.writes.transition(ctx, run, "deleting"), { pattern: "archive.startDeleting" });
    return ArchivedMonth.get(ctx, run, { consistent: true });
  });

const step = async (ctx: ArchiveCtx, run: ArchivedMonth, settings: Settings, sizes: Sizes): Promise<ArchivedMonth> => {
  if (run.status === "verified") return startDeleting(ctx, run);
  if (run.status === "deleting") return deletePart(ctx, run, sizes, settings.archive_writes_per_second);
  if (run.work?.sealed) return verifyPart(ctx, run);
  const copied = await copyPart(ctx, run, sizes);
  return copied.ended ? sealCopy(ctx, copied.run) : copied.run;
};

const isAtWork = ({ status }: ArchivedMonth): boolean => status === "copying" || status === "verified" || status === "deleting";

const goOn = (ctx: ArchiveCtx, { org_id, month, version }: ArchivedMonth): Promise<void> =>
  ctx.commands.sendEach(ctx, ArchiveMonth, [{ org_id, id: uuidOf(`${ArchiveMonth.type}/${org_id}/${month}/${version}`), data: { month } }]);

/**
 * Brings a month's engagement events to the archive: copies them part by part, reads every object back and compares it, and
 * only then deletes what was read back. Each step is stored with how far it came, so that a run that was stopped anywhere goes
 * on, and a second delivery finds nothing to do. When time runs short the rest is another message. Returns the events that
 * this run has moved: 0 where nothing was due. Throws DomainError conflict `month_not_due` for a month that is too young, and
 * unavailable `archive_copy_spoiled` or `archive_unreadable` for damaged objects. README, Archive.
 */
export const archiveMonth = async (ctx: ArchiveCtx, { month }: { month: string }, sizes: Sizes = SIZES): Promise<number> => {
  const settings = await getSettings(ctx);
  if (!isPast(month, ctx.clock.now(), settings.keep_events_years))
    throw conflict("month_not_due", `${month} is kept in the table: not all of it is ${settings.keep_events_years} years old.`);
  let run = await begun(ctx, month);
  let moved = 0;
  while (isAtWork(run)) {
    run = await step(ctx, run, settings, sizes);
    moved = run.work?.events ?? moved;
    if (isAtWork(run) && !hasTime(ctx)) {
      await goOn(ctx, run);
      return 0;
    }
  }
  if (moved > 0) ctx.log.info("month archived", { month, events: moved });
  return moved;
};
