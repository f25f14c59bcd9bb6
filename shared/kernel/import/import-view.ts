import * as z from "zod";
import { ratio } from "../ratio.ts";
import type { ImportRun } from "./import-fields.ts";

/** A fraction from 0 to 1 with four places; null while there is nothing to divide by. */
export const rate = z.number().min(0).max(1).nullable();

/** Rounded half away from zero, exactly: 57 of 800 are 0.0713. */
export const rateOf = (part: number, whole: number): number | null => (whole === 0 ? null : Number(ratio(BigInt(part), BigInt(whole), 4)));

/** What the API shows of an import beside its fields: how far it is and how well it went. */
export const progressFields = {
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
} as const;

/** Beside an import that is announced. */
export const uploadFields = {
  /** PUT the file here, with exactly `upload_headers`. Signed anew whenever the request is repeated under its Idempotency-Key. */
  upload_url: z.url(),
  upload_headers: z.record(z.string(), z.string()),
} as const;

const percentOf = ({ status, bytes_read, size }: ImportRun): number => (status === "completed" ? 100 : Math.min(99, Math.floor((100 * bytes_read) / size)));

export const progressOf = (item: ImportRun) => ({
  progress: { rows: item.total_records, bytes_read: item.bytes_read, size: item.size, percent: percentOf(item) },
  success_rate: rateOf(item.successful_imports, item.total_records),
});
