import { contend, transact } from "../../kernel/table/table.ts";
import { EngagementEvent } from "../engagement/engagement-event.ts";
import { social } from "../table.ts";
import { type ArchiveCtx, type Sizes, hasTime } from "./archive-ctx.ts";
import { ArchivePart } from "./archive-part.ts";
import { ArchiveSlice } from "./archive-slice.ts";
import { ArchivedMonth, type Work } from "./archived-month.ts";
import { CONTENT_TYPE, type Packed, packed } from "./document.ts";
import { gatherEvents } from "./gather-events.ts";
import { partKey } from "./object-keys.ts";

/** The rows of a part: where it lies, and where in it each post. */
const rowsOf = (ctx: ArchiveCtx, run: ArchivedMonth, work: Work, object_key: string, made: Packed) => {
  const { org_id, month } = run;
  const at = { org_id, month, copy: work.copy, object_key, shape: EngagementEvent.model.shape };
  return [
    ...ArchivePart.writes.create(ctx, { ...at, part: work.parts, bytes: made.bytes.length, events: made.events, sha256: made.sha256 }),
    ...made.slices.flatMap((slice) => ArchiveSlice.writes.create(ctx, { ...at, ...slice })),
  ];
};

/**
 * Copies the next part of a month: the object first, then, in one transaction, its rows and how far the copy is. Stopped in
 * between, the part is made again. When no more comes, `ended`. Another delivery that was faster: conflict `concurrent_change`.
 */
export const copyPart = (ctx: ArchiveCtx, known: ArchivedMonth, sizes: Sizes): Promise<{ run: ArchivedMonth; ended: boolean }> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await ArchivedMonth.get(ctx, known, { consistent: true });
    const { work } = run;
    if (run.status !== "copying" || work === undefined) return { run, ended: false };
    const { slices, after, ended } = await gatherEvents(ctx, run.month, work.after, sizes, () => hasTime(ctx));
    const moved: Work = { ...work, ...(after === undefined ? {} : { after }) };
    if (slices.length === 0) {
      if (!ended) await transact(ctx, social, ArchivedMonth.writes.patch(ctx, run, { work: moved }), { pattern: "archive.pass" });
      return { run: ended ? run : await ArchivedMonth.get(ctx, run, { consistent: true }), ended };
    }
    const made = await packed(slices);
    const object_key = partKey({ ...run, copy: work.copy, part: work.parts }, made);
    await ctx.archive.put(object_key, made.bytes, { content_type: CONTENT_TYPE });
    const next: Work = { ...moved, parts: work.parts + 1, events: work.events + made.events, bytes: work.bytes + made.bytes.length };
    const patch = { work: next, progress: { done: next.events, of: next.events } };
    await transact(ctx, social, [...ArchivedMonth.writes.patch(ctx, run, patch), ...rowsOf(ctx, run, work, object_key, made)], { pattern: "archive.copyPart" });
    return { run: await ArchivedMonth.get(ctx, run, { consistent: true }), ended };
  });
