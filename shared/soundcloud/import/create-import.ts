import type { OrgCtx } from "../../kernel/context.ts";
import type { Files } from "../../kernel/files/files.ts";
import { announceFile, permitUpload } from "../../kernel/import/announce-file.ts";
import { Import } from "./import.ts";
import { type UploadView, presentImport } from "./import-view.ts";

export interface NewImport {
  readonly kind: Import["kind"];
  readonly filename: string;
  readonly size: number;
  readonly dry_run: boolean;
}

/** Announces a file. Throws DomainError `file_too_large` (413). */
export const createImport = (ctx: OrgCtx, input: NewImport): Promise<Import> => Import.create(ctx, { ...input, ...announceFile(ctx, input, "csv") });

/** The announced import with a fresh permission to upload exactly that many bytes. */
export const presentUpload = async (ctx: { readonly files: Files }, item: Import): Promise<UploadView> => {
  const { url, headers } = await permitUpload(ctx, item, "csv");
  return { ...presentImport(item), upload_url: url, upload_headers: { ...headers } };
};
