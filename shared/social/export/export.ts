import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";

const ExportFormat = z.enum(["json", "csv"]);
const ListKind = z.enum(["posts", "conversions"]);

export const CONTENT_TYPE: Readonly<Record<z.output<typeof ExportFormat>, string>> = { json: "application/json", csv: "text/csv; charset=utf-8" };

/** Days that an export is kept, its file and the item that tells of it. */
export const EXPORT_DAYS = 7;

/** A file that is written for somebody to take away. README, Exports. */
export const SocialExport = entity(social, "SocialExport", {
  fields: {
    org_id: id,
    id: newId,
    kind: z.enum(["person", ...ListKind.options]),
    format: ExportFormat.default("json"),
    /** Whom an export of kind `person` is about; gone when they are erased. */
    platform: PlatformName.optional(),
    platform_user_id: z.string().min(1).max(100).optional(),
    requested_by: id.optional(),
    status: z.enum(["pending", "processing", "completed", "failed"]).default("pending"),
    /** Records written. */
    records: z.int().min(0).default(0),
    /** Bytes of the finished file. */
    size: z.int().min(0).optional(),
    file_key: z.string().max(500),
    started_at: timestamp.optional(),
    completed_at: timestamp.optional(),
    expires_at: timestamp,
    /** Why it failed. */
    errors: z
      .array(z.strictObject({ code: z.string(), detail: z.string() }))
      .max(20)
      .default([]),
  },
  key: ["{org_id}#X#{id}", "X"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#XS", sk: "{id}" } },
  server: ["requested_by", "status", "records", "size", "file_key", "started_at", "completed_at", "expires_at", "errors"],
  hidden: ["file_key"],
  states: {
    field: "status",
    // A failed one is written when its message is handed out again; a completed one fails when somebody in it is erased.
    transitions: { pending: ["processing", "failed"], processing: ["completed", "failed"], completed: ["failed"], failed: ["processing"] },
  },
  ttl: ({ expires_at }) => Math.ceil(Date.parse(expires_at) / 1000),
});
export type SocialExport = Item<typeof SocialExport>;

/** A list of the org's, as it is ordered. */
export const NewExport = z.strictObject({ kind: ListKind, format: ExportFormat.default("json") });
export type NewExport = z.output<typeof NewExport>;
