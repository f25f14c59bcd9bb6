import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const ExportKind = z.enum(["person", "members", "submissions", "ledger", "campaigns"]);
const ExportFormat = z.enum(["json", "csv"]);
const ExportStatus = z.enum(["pending", "processing", "completed", "failed"]);

export const CONTENT_TYPE: Readonly<Record<z.output<typeof ExportFormat>, string>> = { json: "application/json", csv: "text/csv; charset=utf-8" };

/** A file that the network writes for somebody to take away. README, Exports. */
export const Export = entity(soundcloud, "Export", {
  fields: {
    org_id: id,
    id: newId,
    kind: ExportKind,
    format: ExportFormat.default("json"),
    /** Whom an export of kind `person` is about; the others are about the org. */
    member_id: id.optional(),
    requested_by: id.optional(),
    status: ExportStatus.default("pending"),
    /** Records written so far. */
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
  indexes: {
    all: { on: "gsi1", pk: "{org_id}#XS", sk: "{id}" },
    byMember: { on: "gsi3", pk: "{org_id}#XM#{member_id}", sk: "{id}" },
  },
  server: ["requested_by", "status", "records", "size", "file_key", "started_at", "completed_at", "expires_at", "errors"],
  hidden: ["file_key"],
  states: {
    field: "status",
    // A failed one is written when its message is handed out again; a completed one fails when somebody in it is erased.
    transitions: { pending: ["processing", "failed"], processing: ["completed", "failed"], completed: ["failed"], failed: ["processing"] },
  },
  ttl: ({ expires_at }) => Math.ceil(Date.parse(expires_at) / 1000),
});
export type Export = Item<typeof Export>;

/** What is ordered: a person's export names the member and is a document; a list is of the whole org. */
export const NewExport = Export.api.create.superRefine(({ kind, format, member_id }, { addIssue }) => {
  const object = (field: string, message: string): void => addIssue({ code: "custom", path: [field], message });
  if (kind === "person" && member_id === undefined) object("member_id", "is whom an export of kind person is about");
  if (kind !== "person" && member_id !== undefined) object("member_id", "is for the kind person only");
  if (kind === "person" && format === "csv") object("format", "is json for the kind person, which has several lists");
});
export type NewExport = z.output<typeof NewExport>;
