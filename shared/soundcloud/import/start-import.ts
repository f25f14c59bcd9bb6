import { ImportStarted } from "../../../events/soundcloud/import-started.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { unprocessable } from "../../kernel/errors.ts";
import type { Files, StoredFile } from "../../kernel/files/files.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Import } from "./import.ts";

type StartCtx = OrgCtx & { readonly files: Files };

/** Throws DomainError `not_uploaded` or `size_mismatch`. */
const requireUploaded = async ({ files }: StartCtx, { upload_key, size }: Import): Promise<StoredFile> => {
  const stored = await files.head(upload_key);
  if (!stored) throw unprocessable("not_uploaded", "The file is not there. PUT it to upload_url with upload_headers, then start the import.");
  if (stored.length !== size)
    throw unprocessable("size_mismatch", `The uploaded file has ${stored.length} bytes; ${size} were announced. Create a new import with the right size.`);
  return stored;
};

/** A file that is partly read must be the same one when reading goes on. */
const etagOf = (item: Import, stored: StoredFile): { upload_etag?: string } => {
  const etag = item.next_row > 1 ? item.upload_etag : stored.etag;
  return etag === undefined ? {} : { upload_etag: etag };
};

/**
 * Starts an import, or resumes a failed one at the row where it stood: the change and the event that wakes its worker are
 * one transaction. Harmless to repeat: a running import is handed to its worker once more, a completed one is left alone.
 * Throws DomainError not_found, `not_uploaded` or `size_mismatch`.
 */
export const startImport = (ctx: StartCtx, id: string): Promise<Import> => {
  const { org_id } = ctx;
  return contend(async () => {
    const item = await Import.get(ctx, { org_id, id }, { consistent: true });
    if (item.status === "completed") return item;
    const begun = item.status === "processing" ? [] : await beginning(ctx, item);
    await transact(ctx, soundcloud, [...begun, ...soundcloudSystem.emit(ctx, ImportStarted, { import_id: id })], { pattern: "imports.start" });
    return Import.get(ctx, { org_id, id }, { consistent: true });
  });
};

const beginning = async (ctx: StartCtx, item: Import): Promise<Write[]> => {
  const stored = await requireUploaded(ctx, item);
  const patch = { errors: [], started_at: item.started_at ?? ctx.clock.now().toISOString(), ...etagOf(item, stored) };
  return Import.writes.transition(ctx, item, "processing", { patch });
};
