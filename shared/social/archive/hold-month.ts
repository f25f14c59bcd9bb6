import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Archive } from "../../kernel/files/archive.ts";
import { transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { type ArchiveCopy, ArchivedMonth } from "./archived-month.ts";
import { manifestOf, partsOf } from "./manifest.ts";
import { manifestKey } from "./object-keys.ts";
import { removeStrays } from "./remove-strays.ts";
import { faultOfManifest } from "./verify-part.ts";

type HoldCtx = OrgCtx & { readonly archive: Archive };

/** Whether nobody moves a month, or nobody but this erasure. */
export const isAtRest = ({ status, rewritten_for }: ArchivedMonth, erasure_id: string): boolean =>
  status === "archived" || status === "restored" || (status === "rewriting" && rewritten_for === erasure_id);

/** Takes an archived month for an erasure, so that it is neither restored nor copied nor rewritten by another. Undefined when somebody else was faster. */
export const holdMonth = async (ctx: OrgCtx, month: ArchivedMonth, erasure_id: string): Promise<ArchivedMonth | undefined> => {
  if (month.status === "rewriting") return month;
  try {
    const writes = ArchivedMonth.writes.transition(ctx, month, "rewriting", { patch: { rewritten_for: erasure_id } });
    await transact(ctx, social, writes, { pattern: "archive.hold" });
  } catch (error) {
    if (isDomainError(error, "concurrent_change")) return undefined;
    throw error;
  }
  return ArchivedMonth.get(ctx, month, { consistent: true });
};

/** The manifest as the parts are now, written and read back; and what the month says of the copy. */
const sealed = async (ctx: HoldCtx, month: ArchivedMonth, known: ArchiveCopy): Promise<ArchiveCopy> => {
  const parts = await partsOf(ctx, month, known.copy);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const manifest = await manifestOf(ctx, month, { ...known, bytes });
  if (manifest.sha256 === known.sha256) return known;
  await ctx.archive.put(manifestKey({ ...month, copy: known.copy }), Buffer.from(manifest.text), { content_type: "application/json" });
  const fault = await faultOfManifest(ctx, manifest);
  if (fault !== undefined) throw new DomainError("unavailable", "archive_unreadable", fault);
  return { ...known, bytes, sha256: manifest.sha256, verified_at: ctx.clock.now().toISOString() };
};

/**
 * Ends the rewriting of a month: manifests are written and read back, objects that nobody reads any more are removed, and the
 * month is archived again, with the sums of its copies as they are now. README, Archive.
 */
export const releaseMonth = async (ctx: HoldCtx, month: ArchivedMonth): Promise<void> => {
  const copies: ArchiveCopy[] = [];
  for (const copy of month.copies) copies.push(await sealed(ctx, month, copy));
  await removeStrays(ctx, month);
  const patch = { copies, rewritten_for: null };
  await transact(ctx, social, ArchivedMonth.writes.transition(ctx, month, "archived", { patch }), { pattern: "archive.release" });
};
