import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { ANNOUNCE_ERRORS, START_ERRORS } from "../../shared/kernel/import/import-errors.ts";
import { RowOutcome } from "../../shared/kernel/import/import-fields.ts";
import { SocialImportRow } from "../../shared/social/import/import-row.ts";
import { ImportView, UploadView } from "../../shared/social/import/import-view.ts";
import { SocialImport } from "../../shared/social/import/import.ts";

const editors = roles("social", { owner: "all", editor: "all" });
const ImportParams = z.strictObject({ import_id: z.uuid() });

const announced = {
  org_id: "019e1b9a-7c00-7000-8000-000000000001",
  id: "019e1b9a-7c00-7000-8000-000000000002",
  kind: "events",
  format: "csv",
  filename: "likes-2026-10.csv",
  size: 48210,
  dry_run: false,
  status: "pending",
  imported_by: "019e1b9a-7c00-7000-8000-000000000003",
  bytes_read: 0,
  total_records: 0,
  successful_imports: 0,
  skipped: 0,
  failed_imports: 0,
  skipped_by_reason: {},
  warnings: 0,
  import_data: {},
  errors: [],
  progress: { rows: 0, bytes_read: 0, size: 48210, percent: 0 },
  success_rate: null,
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};
const processing = { ...announced, status: "processing", started_at: "2026-11-20T10:00:05.000Z", version: 2, updated_at: "2026-11-20T10:00:05.000Z" };
const completed = {
  ...processing,
  status: "completed",
  completed_at: "2026-11-20T10:00:20.000Z",
  bytes_read: 48210,
  total_records: 600,
  successful_imports: 597,
  failed_imports: 3,
  import_data: { delimiter: ",", ignored_columns: ["Campaign"], repeated_columns: [] },
  progress: { rows: 600, bytes_read: 48210, size: 48210, percent: 100 },
  success_rate: 0.995,
  version: 9,
  updated_at: "2026-11-20T10:00:20.000Z",
};
const refusedRow = {
  org_id: announced.org_id,
  import_id: announced.id,
  row: 17,
  line: 18,
  outcome: "error",
  reason: "in_future",
  column: "event_timestamp",
  warnings: [],
  version: 1,
  created_at: "2026-11-20T10:00:06.000Z",
  updated_at: "2026-11-20T10:00:06.000Z",
};

export const imports = resource(
  "social",
  "imports",
  "Events and mentions from files: announce the file, PUT it to the address in the reply, start, and read what became of every row.",
  {
    createImport: route({
      method: "POST",
      path: "/social/imports",
      summary: "Announce a file of events or mentions",
      description:
        "`events` has what POST /social/events takes, a row each, but for views without a person; `mentions` what POST /social/mentions takes. As `csv` (comma, semicolon or tab; the first line names the columns, which are the fields) or as `ndjson` (one JSON object a line). With `dry_run` every row gets its outcome and nothing is counted.",
      policy: editors,
      idempotent: true,
      rate_limit: { by: "org", max: 60, per_seconds: 3600 },
      body: SocialImport.api.create.extend({
        /** The bound is the use case's: too large is another answer than malformed. */
        size: z.int().min(1),
      }),
      reply: { status: 201, body: UploadView, location: "/social/imports/{id}" },
      errors: ANNOUNCE_ERRORS,
      example: {
        body: { kind: "events", filename: "likes-2026-10.csv", size: 48210 },
        reply: {
          ...announced,
          upload_url: "https://uploads.example/org/imports/file.csv?X-Amz-Signature=0123",
          upload_headers: { "content-length": "48210", "content-type": "text/csv" },
        },
      },
    }),
    startImport: route({
      method: "POST",
      path: "/social/imports/{import_id}/start",
      summary: "Start an uploaded import, or resume a failed one",
      description: "Harmless to repeat: a running import goes on where it stands, a completed one is left alone.",
      policy: editors,
      params: ImportParams,
      reply: { status: 202, body: ImportView },
      errors: START_ERRORS,
      example: { reply: processing },
    }),
    getImport: route({
      method: "GET",
      path: "/social/imports/{import_id}",
      summary: "Read an import: how far it is and how it went",
      policy: editors,
      params: ImportParams,
      reply: { status: 200, body: ImportView },
      example: { reply: completed },
    }),
    listImports: route({
      method: "GET",
      path: "/social/imports",
      summary: "List imports, the latest first",
      policy: editors,
      list: true,
      reply: { status: 200, body: ImportView },
      example: { reply: completed },
    }),
    listImportRows: route({
      method: "GET",
      path: "/social/imports/{import_id}/rows",
      summary: "List what became of each row",
      description:
        "In the order of the file, for 90 days. `row` 1 is the first of data, `line` the physical line where it begins. `imported`: it was sent to be counted, with the batch `batch_id`, which tells how many were new. `error`: `reason` and `column` say why it was refused.",
      policy: editors,
      params: ImportParams,
      query: z.strictObject({ outcome: RowOutcome.optional() }),
      list: true,
      reply: { status: 200, body: SocialImportRow.api.response },
      example: { reply: refusedRow },
    }),
  },
);
