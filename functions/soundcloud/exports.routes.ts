import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { NewExport } from "../../shared/soundcloud/export/export.ts";
import { ExportView } from "../../shared/soundcloud/export/read-exports.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });

const ordered = {
  org_id: "019e1b9a-7c00-7000-8000-000000000001",
  id: "019e1b9a-7c00-7000-8000-000000000002",
  kind: "person",
  format: "json",
  member_id: "019e1b9a-7c00-7000-8000-000000000003",
  requested_by: "019e1b9a-7c00-7000-8000-000000000004",
  status: "pending",
  records: 0,
  expires_at: "2026-11-27T10:00:00.000Z",
  errors: [],
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};
const completed = {
  ...ordered,
  status: "completed",
  records: 148,
  size: 91_204,
  started_at: "2026-11-20T10:00:02.000Z",
  completed_at: "2026-11-20T10:00:03.000Z",
  version: 9,
  updated_at: "2026-11-20T10:00:03.000Z",
};

export const exports = resource(
  "soundcloud",
  "exports",
  "Files to take away: order one, see how far it is, and follow the link that each reading signs anew. Files are kept for seven days.",
  {
    createExport: route({
      method: "POST",
      path: "/soundcloud/exports",
      summary: "Order an export",
      description:
        "`person`: everything that is held about a member, as one JSON document. Members order it about themselves, ops about everybody. `members`, `submissions`, `ledger` and `campaigns`: the org's records of that kind, as one JSON document or as CSV, for ops. In CSV a cell that a spreadsheet would take for a formula has a `'` before it.",
      policy: everyone,
      idempotent: true,
      rate_limit: { by: "actor", max: 30, per_seconds: 3600 },
      body: NewExport,
      reply: { status: 202, body: ExportView, location: "/soundcloud/exports/{id}" },
      errors: {
        member_erased: { status: 409, when: "the member is erased: there is nobody to tell about" },
        ops_only: { status: 403, when: "a member orders what is not about themselves alone" },
      },
      example: { body: { kind: "person", member_id: ordered.member_id }, reply: ordered },
    }),
    getExport: route({
      method: "GET",
      path: "/soundcloud/exports/{export_id}",
      summary: "Read an export: how far it is, and where the file is",
      policy: everyone,
      params: z.strictObject({ export_id: z.uuid() }),
      reply: { status: 200, body: ExportView },
      example: { reply: { ...completed, download_url: "https://uploads.example/exports/org/export.json?X-Amz-Signature=0123" } },
    }),
    listExports: route({
      method: "GET",
      path: "/soundcloud/exports",
      summary: "List exports, the latest first",
      description: "All for ops, those about themselves for members; without links.",
      policy: everyone,
      list: true,
      reply: { status: 200, body: ExportView },
      example: { reply: completed },
    }),
  },
);
