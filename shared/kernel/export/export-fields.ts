import * as z from "zod";
import { id, newId, timestamp } from "../fields.ts";

const ExportFormat = z.enum(["json", "csv"]);
const ExportStatus = z.enum(["pending", "processing", "completed", "failed"]);

export const CONTENT_TYPE: Readonly<Record<z.output<typeof ExportFormat>, string>> = { json: "application/json", csv: "text/csv; charset=utf-8" };

/** What every file is that is written for somebody to take away; what it is of is the platform's. */
export const exportFields = {
  org_id: id,
  id: newId,
  format: ExportFormat.default("json"),
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
} as const;

/** What the job keeps of an export, and no client says. */
export const EXPORT_SERVER = ["requested_by", "status", "records", "size", "file_key", "started_at", "completed_at", "expires_at", "errors"] as const;
export const EXPORT_HIDDEN = ["file_key"] as const;
/** A failed one is written when its message is handed out again; a completed one fails when somebody in it is erased. */
export const EXPORT_STATES = {
  field: "status",
  transitions: { pending: ["processing", "failed"], processing: ["completed", "failed"], completed: ["failed"], failed: ["processing"] },
} as const;
export const exportTtl = ({ expires_at }: { readonly expires_at: string }): number => Math.ceil(Date.parse(expires_at) / 1000);

const exportShape = z.object(exportFields);
/** An export as the steps below see it, of whichever platform. */
export type ExportItem = z.output<typeof exportShape> & { readonly kind: string };
/** What a step notes on an export. */
export type ExportNote = Partial<Omit<ExportItem, "org_id" | "id" | "kind" | "status" | "format">>;
