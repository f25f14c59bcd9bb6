import { type OrgCtx, actorId } from "../context.ts";
import { DomainError } from "../errors.ts";
import type { Files, Upload } from "../files/files.ts";
import { type ImportRun, MAX_FILE_BYTES } from "./import-fields.ts";

const UPLOAD_EXPIRES_S = 3600;

/** How the names of files end, by what they hold. */
export const CONTENT_TYPES = { csv: "text/csv", ndjson: "application/x-ndjson" } as const;
export type FileFormat = keyof typeof CONTENT_TYPES;

/**
 * What is stored of a file that is announced. Its place in the store begins with the org and is chosen here, so that no name from
 * outside reaches it. Throws DomainError `file_too_large` (413).
 */
export const announceFile = (ctx: OrgCtx, { size }: { readonly size: number }, format: FileFormat) => {
  if (size > MAX_FILE_BYTES) {
    const detail = `size is ${size} bytes; a file has at most ${MAX_FILE_BYTES}. Split it into several imports.`;
    throw new DomainError("too_large", "file_too_large", detail, { errors: [{ pointer: "/size", code: "file_too_large", detail }] });
  }
  const id = ctx.ids.uuid();
  const imported_by = actorId(ctx.actor);
  return { org_id: ctx.org_id, id, upload_key: `${ctx.org_id}/imports/${id}.${format}`, ...(imported_by === undefined ? {} : { imported_by }) };
};

/** A fresh permission to upload exactly the bytes that were announced. */
export const permitUpload = ({ files }: { readonly files: Files }, { upload_key, size }: ImportRun, format: FileFormat): Promise<Upload> =>
  files.presignPut(upload_key, { length: size, content_type: CONTENT_TYPES[format], expires_s: UPLOAD_EXPIRES_S });
