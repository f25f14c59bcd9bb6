import * as z from "zod";
import { Import } from "./import.ts";

/** A fraction from 0 to 1 with four places; null while there is nothing to divide by. */
const rate = z.number().min(0).max(1).nullable();

/** An import as the API shows it: without its storage, with how far it is and how well it went. */
export const ImportView = Import.api.response.extend({
  progress: z.object({
    /** Rows that have their outcome. */
    rows: z.int(),
    bytes_read: z.int(),
    size: z.int(),
    /** Whole per cent of the bytes, rounded down; 100 only when the import is completed. */
    percent: z.int().min(0).max(100),
  }),
  /** Imported rows of all rows. */
  success_rate: rate,
  /** Imported rows of those that are neither a duplicate nor a test. */
  success_rate_without_duplicates_and_tests: rate,
});
export type ImportView = z.output<typeof ImportView>;

export const UploadView = ImportView.extend({
  /** PUT the file here, with exactly `upload_headers`. Signed anew whenever the request is repeated under its Idempotency-Key. */
  upload_url: z.url(),
  upload_headers: z.record(z.string(), z.string()),
});
export type UploadView = z.output<typeof UploadView>;

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000);

const percentOf = ({ status, bytes_read, size }: Import): number => (status === "completed" ? 100 : Math.min(99, Math.floor((100 * bytes_read) / size)));

export const presentImport = (item: Import): ImportView => {
  const { duplicate = 0, test_or_draft = 0 } = item.skipped_by_reason;
  return ImportView.parse({
    ...item,
    progress: { rows: item.total_records, bytes_read: item.bytes_read, size: item.size, percent: percentOf(item) },
    success_rate: ratio(item.successful_imports, item.total_records),
    success_rate_without_duplicates_and_tests: ratio(item.successful_imports, item.total_records - duplicate - test_or_draft),
  });
};
