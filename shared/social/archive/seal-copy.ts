import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import type { ArchiveCtx } from "./archive-ctx.ts";
import { ArchivedMonth } from "./archived-month.ts";
import { manifestOf } from "./manifest.ts";

/**
 * Ends the copying: writes the manifest, and turns to reading back. Where nothing was there to copy, the month is archived as
 * it was, and settled: what could come late has come.
 */
export const sealCopy = (ctx: ArchiveCtx, known: ArchivedMonth): Promise<ArchivedMonth> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await ArchivedMonth.get(ctx, known, { consistent: true });
    const { work } = run;
    if (run.status !== "copying" || work === undefined || work.sealed) return run;
    if (work.parts === 0) {
      const patch = { work: null, progress: null, settled: true, archived_at: run.archived_at ?? ctx.clock.now().toISOString() };
      await transact(ctx, social, ArchivedMonth.writes.transition(ctx, run, "archived", { patch }), { pattern: "archive.nothingMore" });
    } else {
      const { object_key, text } = await manifestOf(ctx, run, work);
      await ctx.archive.put(object_key, Buffer.from(text), { content_type: "application/json" });
      const patch = { work: { ...work, sealed: true }, progress: { done: 0, of: work.events } };
      await transact(ctx, social, ArchivedMonth.writes.patch(ctx, run, patch), { pattern: "archive.seal" });
    }
    return ArchivedMonth.get(ctx, run, { consistent: true });
  });
