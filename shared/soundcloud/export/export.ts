import * as z from "zod";
import { id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const ExportKind = z.enum(["person"]);
const ExportStatus = z.enum(["pending", "processing", "completed", "failed"]);

/** A file that the network writes for somebody to take away. README, Exports. */
export const Export = entity(soundcloud, "Export", {
  fields: {
    org_id: id,
    id: newId,
    kind: ExportKind,
    /** Whom an export of kind `person` is about. */
    member_id: id,
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
    transitions: { pending: ["processing", "failed"], processing: ["completed", "failed"], completed: [], failed: [] },
  },
  ttl: ({ expires_at }) => Math.ceil(Date.parse(expires_at) / 1000),
});
export type Export = Item<typeof Export>;
