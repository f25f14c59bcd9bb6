import type { OrgCtx } from "../context.ts";
import { isDomainError } from "../errors.ts";
import { contend } from "../table/table.ts";
import type { ExportItem, ExportNote } from "./export-fields.ts";
import type { Exports } from "./exports.ts";

/**
 * Moves an export that is in one of the states `from`. Another delivery, an erasure, or the end of the export's days may
 * have been first: then nothing happens. Returns the state afterwards; undefined when there is no such export any more.
 */
export const moveExport = <E extends ExportItem>(
  ctx: OrgCtx,
  exports: Exports<E>,
  id: string,
  from: readonly E["status"][],
  to: E["status"],
  note: ExportNote,
): Promise<E["status"] | undefined> =>
  contend(async () => {
    const item = await exports.find(ctx, id);
    if (item === undefined || !from.includes(item.status)) return item?.status;
    await exports.move(ctx, item, to, note);
    return to;
  });

/** Fails an export that is not written, with the reason, so that nobody waits for it. One that is completed or failed is left as it is. */
export const giveUpExport = <E extends ExportItem>(
  ctx: OrgCtx,
  exports: Exports<E>,
  { export_id }: { readonly export_id: string },
  error: unknown,
): Promise<E["status"] | undefined> => {
  const reason = isDomainError(error)
    ? { code: error.code, detail: error.message }
    : { code: "internal_error", detail: "The file could not be written. Order the export again." };
  return moveExport(ctx, exports, export_id, ["pending", "processing"], "failed", { errors: [reason] });
};
