import type * as z from "zod";
import { progressFields, progressOf, uploadFields } from "../../kernel/import/import-view.ts";
import { SocialImport } from "./import.ts";

/** An import as the API shows it: without its storage, with how far it is and how well it went. */
export const ImportView = SocialImport.api.response.extend(progressFields);
export type ImportView = z.output<typeof ImportView>;

export const UploadView = ImportView.extend(uploadFields);
export type UploadView = z.output<typeof UploadView>;

export const presentImport = (item: SocialImport): ImportView => ImportView.parse({ ...item, ...progressOf(item) });
