import type { OrgCtx } from "../../kernel/context.ts";
import type { Files } from "../../kernel/files/files.ts";
import { announceFile, permitUpload } from "../../kernel/import/announce-file.ts";
import { type UploadView, presentImport } from "./import-view.ts";
import { SocialImport } from "./import.ts";

export type NewImport = Pick<SocialImport, "kind" | "format" | "filename" | "size" | "dry_run">;

/** Announces a file. Throws DomainError `file_too_large` (413). README, Imports. */
export const createImport = (ctx: OrgCtx, input: NewImport): Promise<SocialImport> =>
  SocialImport.create(ctx, { ...input, ...announceFile(ctx, input, input.format) });

/** The announced import with a fresh permission to upload exactly that many bytes. */
export const presentUpload = async (ctx: { readonly files: Files }, item: SocialImport): Promise<UploadView> => {
  const { url, headers } = await permitUpload(ctx, item, item.format);
  return { ...presentImport(item), upload_url: url, upload_headers: { ...headers } };
};
