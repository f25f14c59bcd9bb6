import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const ImportStatus = z.enum(["pending", "processing", "completed", "failed"]);
export const ImportKind = z.enum(["campaigns", "members"]);
const counter = z.int().min(0).default(0);
/** Some 200,000 rows of an export with all its columns. */
export const MAX_FILE_BYTES = 100_000_000;

/**
 * A bulk import. `next_row` is the checkpoint: it moves in the same transaction as the rows it passes, so that a run
 * that died continues where it stood and nothing is imported twice. README, Imports.
 */
export const Import = entity(soundcloud, "Import", {
  fields: {
    org_id: id,
    id: newId,
    kind: ImportKind,
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
    import_data: z.record(z.string().max(100), z.json()).default({}),
    /** Why the import as a whole failed. */
    errors: z
      .array(z.strictObject({ code: z.string(), detail: z.string() }))
      .max(20)
      .default([]),
  },
  key: ["{org_id}#I#{id}", "I"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#IS", sk: "{id}" }, byKind: { on: "gsi3", pk: "{org_id}#IK#{kind}", sk: "{id}" } },
  server: [
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
  ],
  hidden: ["upload_key", "upload_etag", "next_row"],
  states: { field: "status", transitions: { pending: ["processing", "failed"], processing: ["completed", "failed"], completed: [], failed: ["processing"] } },
});
export type Import = Item<typeof Import>;
