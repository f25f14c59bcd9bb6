import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { Files } from "../../kernel/files/files.ts";
import { Import, MAX_FILE_BYTES } from "./import.ts";
import { type UploadView, presentImport } from "./import-view.ts";

const UPLOAD_EXPIRES_S = 3600;

export interface NewImport {
  readonly kind: Import["kind"];
  readonly filename: string;
  readonly size: number;
  readonly dry_run: boolean;
}

/**
 * Announces a file. Its place in the store begins with the org and is chosen here, so that no name from outside reaches it.
 * Throws DomainError `file_too_large` (413).
 */
export const createImport = (ctx: OrgCtx, input: NewImport): Promise<Import> => {
  if (input.size > MAX_FILE_BYTES) {
    const detail = `size is ${input.size} bytes; a file has at most ${MAX_FILE_BYTES}. Split it into several imports.`;
    throw new DomainError("too_large", "file_too_large", detail, { errors: [{ pointer: "/size", code: "file_too_large", detail }] });
  }
  const id = ctx.ids.uuid();
  const imported_by = actorId(ctx.actor);
  return Import.create(ctx, {
    ...input,
    org_id: ctx.org_id,
    id,
    upload_key: `${ctx.org_id}/imports/${id}.csv`,
    ...(imported_by === undefined ? {} : { imported_by }),
  });
};

/** The announced import with a fresh permission to upload exactly that many bytes. */
export const presentUpload = async ({ files }: { readonly files: Files }, item: Import): Promise<UploadView> => {
  const { url, headers } = await files.presignPut(item.upload_key, { length: item.size, content_type: "text/csv", expires_s: UPLOAD_EXPIRES_S });
  return { ...presentImport(item), upload_url: url, upload_headers: { ...headers } };
};
