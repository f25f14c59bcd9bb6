import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { NewExport } from "../../shared/social/export/export.ts";
import { ExportView } from "../../shared/social/export/read-exports.ts";

const owners = roles("social", { owner: "all" });

export const exports = resource(
  "social",
  "exports",
  "Files to take away: order one, see how far it is, and follow the link that each reading signs anew. Files are kept for seven days.",
  {
    createExport: route({
      method: "POST",
      path: "/social/exports",
      summary: "Order an export of posts or conversions",
      description: "As one JSON document or as CSV, in which a cell that a spreadsheet would take for a formula has a `'` before it.",
      policy: owners,
      idempotent: true,
      rate_limit: { by: "actor", max: 30, per_seconds: 3600 },
      body: NewExport,
      reply: { status: 202, body: ExportView, location: "/social/exports/{id}" },
      example: { body: { kind: "conversions", format: "csv" } },
    }),
    getExport: route({
      method: "GET",
      path: "/social/exports/{export_id}",
      summary: "Read an export: how far it is, and where the file is",
      policy: owners,
      params: z.strictObject({ export_id: z.uuid() }),
      reply: { status: 200, body: ExportView },
    }),
    listExports: route({
      method: "GET",
      path: "/social/exports",
      summary: "List exports, the latest first",
      description: "Without links.",
      policy: owners,
      list: true,
      reply: { status: 200, body: ExportView },
    }),
  },
);
