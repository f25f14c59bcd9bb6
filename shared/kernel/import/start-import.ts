import type { OrgCtx } from "../context.ts";
import { unprocessable } from "../errors.ts";
import type { Files, StoredFile } from "../files/files.ts";
import { type Write, contend } from "../table/table.ts";
import type { ImportRun } from "./import-fields.ts";
import type { ImportRuns } from "./import-runs.ts";

type StartCtx = OrgCtx & { readonly files: Files };

/** Throws DomainError `not_uploaded` or `size_mismatch`. */
const requireUploaded = async ({ files }: StartCtx, { upload_key, size }: ImportRun): Promise<StoredFile> => {
  const stored = await files.head(upload_key);
  if (!stored) throw unprocessable("not_uploaded", "The file is not there. PUT it to upload_url with upload_headers, then start the import.");
  if (stored.length !== size)
    throw unprocessable("size_mismatch", `The uploaded file has ${stored.length} bytes; ${size} were announced. Create a new import with the right size.`);
  return stored;
};

/** A file that is partly read must be the same one when reading goes on. */
const etagOf = (item: ImportRun, stored: StoredFile): { upload_etag?: string } => {
  const etag = item.next_row > 1 ? item.upload_etag : stored.etag;
  return etag === undefined ? {} : { upload_etag: etag };
};

/**
 * Starts an import, or resumes a failed one at the row where it stood: the change and the event that wakes its worker are
 * one transaction. Harmless to repeat: a running import is handed to its worker once more, a completed one is left alone.
 * Throws DomainError not_found, `not_uploaded` or `size_mismatch`.
 */
export const startImport = <R extends ImportRun>(ctx: StartCtx, runs: ImportRuns<R>, id: string): Promise<R> =>
  contend(async () => {
    const item = await runs.get(ctx, id);
    if (item.status === "completed") return item;
    const begun = item.status === "processing" ? [] : await beginning(ctx, runs, item);
    await runs.store.start(ctx, [...begun, ...runs.started(ctx, id)]);
    return runs.get(ctx, id);
  });

const beginning = async <R extends ImportRun>(ctx: StartCtx, runs: ImportRuns<R>, item: R): Promise<Write[]> => {
  const stored = await requireUploaded(ctx, item);
  return runs.move(ctx, item, "processing", { errors: [], started_at: item.started_at ?? ctx.clock.now().toISOString(), ...etagOf(item, stored) });
};
