import * as z from "zod";
import { id, metadata, newId, timestamp } from "../fields.ts";

export const ImportStatus = z.enum(["pending", "processing", "completed", "failed"]);
export const RowOutcome = z.enum(["imported", "skipped", "error"]);
export type RowOutcome = z.output<typeof RowOutcome>;

/** Some 200,000 rows of an export with all its columns. */
export const MAX_FILE_BYTES = 100_000_000;
const counter = z.int().min(0).default(0);

/**
 * What every import of a file is, whatever its rows become. `next_row` is the checkpoint: it moves in the same transaction as
 * the rows it passes, so that a run that died continues where it stood and nothing is imported twice.
 */
export const importFields = {
  org_id: id,
  id: newId,
  filename: z.string().trim().min(1).max(255),
  /** Bytes, as announced and signed into the upload. */
  size: z.int().min(1).max(MAX_FILE_BYTES),
  dry_run: z.boolean().default(false),
  status: ImportStatus.default("pending"),
  imported_by: id.optional(),
  upload_key: z.string().max(500),
  /** The stored file as it was when the import started: rows are never read from another one. */
  upload_etag: z.string().max(200).optional(),
  started_at: timestamp.optional(),
  completed_at: timestamp.optional(),
  next_row: z.int().min(1).default(1),
  bytes_read: counter,
  total_records: counter,
  successful_imports: counter,
  skipped: counter,
  failed_imports: counter,
  skipped_by_reason: z.record(z.string().max(100), z.int().min(0)).default({}),
  warnings: counter,
  /** What the file as a whole shows: delimiter, encoding, unknown columns. */
  import_data: metadata.default({}),
  /** Why the import as a whole failed. */
  errors: z
    .array(z.strictObject({ code: z.string(), detail: z.string() }))
    .max(20)
    .default([]),
} as const;

/** What the job keeps of an import, and no client says. */
export const IMPORT_SERVER = [
  "status",
  "imported_by",
  "upload_key",
  "upload_etag",
  "started_at",
  "completed_at",
  "next_row",
  "bytes_read",
  "total_records",
  "successful_imports",
  "skipped",
  "failed_imports",
  "skipped_by_reason",
  "warnings",
  "import_data",
  "errors",
] as const;
export const IMPORT_HIDDEN = ["upload_key", "upload_etag", "next_row"] as const;
export const IMPORT_STATES = {
  field: "status",
  transitions: { pending: ["processing", "failed"], processing: ["completed", "failed"], completed: [], failed: ["processing"] },
} as const;

/** What became of one row of a file: its outcome with the reason, and the place of the fault. */
export const importRowFields = {
  org_id: id,
  import_id: id,
  /** 1 is the first row of data. */
  row: z.int().min(1),
  /** The physical line of the file where the row begins. */
  line: z.int().min(1),
  outcome: RowOutcome,
  reason: z.string().max(100).optional(),
  column: z.string().max(200).optional(),
  value: z.string().max(500).optional(),
  warnings: z
    .array(z.strictObject({ column: z.string(), value: z.string().max(500), code: z.string() }))
    .max(20)
    .default([]),
} as const;
const importShape = z.object(importFields);

/** An import as the steps below see it, of whichever platform. */
export type ImportRun = z.output<typeof importShape> & { readonly version: number };
