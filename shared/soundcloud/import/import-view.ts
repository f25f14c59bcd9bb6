import type * as z from "zod";
import { progressFields, progressOf, rate, rateOf, uploadFields } from "../../kernel/import/import-view.ts";
import { Import } from "./import.ts";

/** An import as the API shows it: without its storage, with how far it is and how well it went. */
export const ImportView = Import.api.response.extend({
  ...progressFields,
  /** Imported rows of those that are neither a duplicate nor a test. */
  success_rate_without_duplicates_and_tests: rate,
});
export type ImportView = z.output<typeof ImportView>;

export const UploadView = ImportView.extend(uploadFields);
export type UploadView = z.output<typeof UploadView>;

export const presentImport = (item: Import): ImportView => {
  const { duplicate = 0, test_or_draft = 0 } = item.skipped_by_reason;
  return ImportView.parse({
    ...item,
    ...progressOf(item),
    success_rate_without_duplicates_and_tests: rateOf(item.successful_imports, item.total_records - duplicate - test_or_draft),
  });
};
