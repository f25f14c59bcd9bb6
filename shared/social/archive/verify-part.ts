import { DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import type { ArchiveCtx } from "./archive-ctx.ts";
import { ArchivePart } from "./archive-part.ts";
import { type ArchiveCopy, ArchivedMonth, type Work } from "./archived-month.ts";
import { manifestOf } from "./manifest.ts";
import { readPart } from "./read-part.ts";

const spoiled = (fault: string): DomainError =>
  new DomainError("unavailable", "archive_copy_spoiled", `${fault} Nothing was deleted; the month is copied anew when the message is handed out again.`);

/** Notes what is wrong and begins another copy: the spoiled one is read by nobody, and no event has left the table. */
const beginAnew = async (ctx: ArchiveCtx, run: ArchivedMonth, fault: string): Promise<never> => {
  const begun = run.begun + 1;
  const patch = { begun, work: { copy: begun, parts: 0, events: 0, bytes: 0, passed: 0, lines: 0, kept: 0, sealed: false }, progress: null, failure: fault };
  await transact(ctx, social, ArchivedMonth.writes.patch(ctx, run, patch), { pattern: "archive.beginAnew" });
  ctx.log.error("an archived month cannot be read back", { month: run.month, fault });
  throw spoiled(fault);
};

/** Why the manifest in the bucket is not the one that the parts make; undefined when it is. */
export const faultOfManifest = async (
  ctx: { readonly archive: Archive },
  { object_key, text }: { object_key: string; text: string },
): Promise<string | undefined> => {
  const stored = await ctx.archive.get(object_key).catch((error: unknown) => {
    if (isDomainError(error, "not_found")) return undefined;
    throw error;
  });
  return stored?.toString("utf8") === text ? undefined : `The manifest ${object_key} is not what was written.`;
};

/** All parts are equal: with the manifest the copy is verified, and from this transaction on readers read it. */
const verified = async (ctx: ArchiveCtx, run: ArchivedMonth, work: Work): Promise<void> => {
  const manifest = await manifestOf(ctx, run, work);
  const fault = await faultOfManifest(ctx, manifest);
  if (fault !== undefined) return beginAnew(ctx, run, fault);
  const copy: ArchiveCopy = {
    copy: work.copy,
    events: work.events,
    parts: work.parts,
    bytes: work.bytes,
    sha256: manifest.sha256,
    verified_at: ctx.clock.now().toISOString(),
  };
  const patch = {
    copies: [...run.copies, copy],
    epoch: run.epoch + 1,
    work: { ...work, passed: 0, lines: 0 },
    progress: { done: 0, of: work.events },
    failure: null,
  };
  await transact(ctx, social, ArchivedMonth.writes.transition(ctx, run, "verified", { patch }), { pattern: "archive.verified" });
};

/**
 * Reads the next part of a sealed copy back and compares its count and checksum with what was copied; behind the last one,
 * the manifest. Throws DomainError unavailable `archive_copy_spoiled` for a difference, after which the copying begins anew.
 */
export const verifyPart = (ctx: ArchiveCtx, known: ArchivedMonth): Promise<ArchivedMonth> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await ArchivedMonth.get(ctx, known, { consistent: true });
    const { work, org_id, month } = run;
    if (run.status !== "copying" || !work?.sealed) return run;
    if (work.passed === work.parts) await verified(ctx, run, work);
    else {
      const part = await ArchivePart.get(ctx, { org_id, month, copy: work.copy, part: work.passed }, { consistent: true });
      const { events, fault } = await readPart(ctx, part);
      if (fault !== undefined) return beginAnew(ctx, run, fault);
      const patch = { work: { ...work, passed: work.passed + 1 }, progress: { done: (run.progress?.done ?? 0) + events.length, of: work.events } };
      await transact(ctx, social, ArchivedMonth.writes.patch(ctx, run, patch), { pattern: "archive.verifyPart" });
    }
    return ArchivedMonth.get(ctx, run, { consistent: true });
  });
