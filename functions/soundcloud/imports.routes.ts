import * as z from "zod";
import { ANNOUNCE_ERRORS, START_ERRORS } from "../../shared/kernel/import/import-errors.ts";
import { RowOutcome } from "../../shared/kernel/import/import-fields.ts";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { Import } from "../../shared/soundcloud/import/import.ts";
import { ImportRow } from "../../shared/soundcloud/import/import-row.ts";
import { MemberImportRecord } from "../../shared/soundcloud/import/member-import-history.ts";
import { ImportView, UploadView } from "../../shared/soundcloud/import/import-view.ts";

const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const ImportParams = z.strictObject({ import_id: z.uuid() });

const announced = {
  org_id: "019e1b9a-7c00-7000-8000-000000000001",
  id: "019e1b9a-7c00-7000-8000-000000000002",
  kind: "campaigns",
  filename: "SoundCloud-All Campaigns.csv",
  size: 624183,
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
  progress: { rows: 0, bytes_read: 0, size: 624183, percent: 0 },
  success_rate: null,
  success_rate_without_duplicates_and_tests: null,
  version: 1,
  created_at: "2026-11-20T10:00:00.000Z",
  updated_at: "2026-11-20T10:00:00.000Z",
};
const processing = { ...announced, status: "processing", started_at: "2026-11-20T10:00:05.000Z", version: 2, updated_at: "2026-11-20T10:00:05.000Z" };
const completed = {
  ...processing,
  status: "completed",
  completed_at: "2026-11-20T10:00:20.000Z",
  bytes_read: 624183,
  total_records: 2149,
  successful_imports: 865,
  skipped: 1284,
  skipped_by_reason: { missing_track_url: 742, non_soundcloud_url: 187, test_or_draft: 87, duplicate: 268 },
  warnings: 214,
  import_data: { delimiter: ",", ignored_columns: ["Invoice", "Receipts"], repeated_columns: [] },
  progress: { rows: 2149, bytes_read: 624183, size: 624183, percent: 100 },
  success_rate: 0.4025,
  success_rate_without_duplicates_and_tests: 0.4822,
  version: 46,
  updated_at: "2026-11-20T10:00:20.000Z",
};
const skippedRow = {
  org_id: announced.org_id,
  import_id: announced.id,
  row: 2,
  line: 3,
  outcome: "skipped",
  reason: "missing_track_url",
  column: "track_url",
  value: "TBD",
  warnings: [],
  flags: [],
  version: 1,
  created_at: "2026-11-20T10:00:06.000Z",
  updated_at: "2026-11-20T10:00:06.000Z",
};

const memberImport = {
  org_id: announced.org_id,
  id: announced.id,
  imported_by: announced.imported_by,
  filename: "members.csv",
  dry_run: false,
  status: "completed",
  total_records: 120,
  successful_imports: 116,
  skipped: 3,
  skipped_by_reason: { duplicate: 3 },
  failed_imports: 1,
  import_data: { delimiter: ",", ignored_columns: [], repeated_columns: [] },
  errors: [],
  version: 4,
  created_at: "2026-11-20T10:00:00.000Z",
  completed_at: "2026-11-20T10:00:20.000Z",
};

export const imports = resource(
  "soundcloud",
  "imports",
  "Bulk imports from CSV: announce the file, PUT it to the address in the reply, start, and read what became of every row.",
  {
    createImport: route({
      method: "POST",
      path: "/soundcloud/imports",
      summary: "Announce a file to import",
      description:
        "`campaigns` makes submissions of clients, `members` makes members with wallets. With `dry_run` every row gets its outcome and nothing else is made. Comma, semicolon or tab; the first line names the columns.",
      policy: ops,
      idempotent: true,
      rate_limit: { by: "org", max: 60, per_seconds: 3600 },
      body: Import.api.create.extend({
        /** The bound is the use case's: too large is another answer than malformed. */
        size: z.int().min(1),
      }),
      reply: { status: 201, body: UploadView, location: "/soundcloud/imports/{id}" },
      errors: ANNOUNCE_ERRORS,
      example: {
        body: { kind: "campaigns", filename: "SoundCloud-All Campaigns.csv", size: 624183 },
        reply: {
          ...announced,
          upload_url: "https://uploads.example/org/imports/file.csv?X-Amz-Signature=0123",
          upload_headers: { "content-length": "624183", "content-type": "text/csv" },
        },
      },
    }),
    startImport: route({
      method: "POST",
      path: "/soundcloud/imports/{import_id}/start",
      summary: "Start an uploaded import, or resume a failed one",
      description: "Harmless to repeat: a running import goes on where it stands, a completed one is left alone.",
      policy: ops,
      params: ImportParams,
      reply: { status: 202, body: ImportView },
      errors: START_ERRORS,
      example: { reply: processing },
    }),
    getImport: route({
      method: "GET",
      path: "/soundcloud/imports/{import_id}",
      summary: "Read an import: how far it is and how it went",
      policy: ops,
      params: ImportParams,
      reply: { status: 200, body: ImportView },
      example: { reply: completed },
    }),
    listImports: route({
      method: "GET",
      path: "/soundcloud/imports",
      summary: "List imports, the latest first",
      policy: ops,
      list: true,
      reply: { status: 200, body: ImportView },
      example: { reply: completed },
    }),
    listImportRows: route({
      method: "GET",
      path: "/soundcloud/imports/{import_id}/rows",
      summary: "List what became of each row",
      description: "In the order of the file. `row` 1 is the first after the headings, `line` the physical line where it begins.",
      policy: ops,
      params: ImportParams,
      query: z.strictObject({ outcome: RowOutcome.optional() }),
      list: true,
      reply: { status: 200, body: ImportRow.api.response },
      example: { reply: skippedRow },
    }),
    listMemberImports: route({
      method: "GET",
      path: "/soundcloud/member-import-history",
      summary: "List imports of members, the latest first",
      description: "`total_records` is the sum of `successful_imports`, `skipped` and `failed_imports`.",
      policy: ops,
      list: true,
      reply: { status: 200, body: MemberImportRecord },
      example: { reply: memberImport },
    }),
    getMemberImport: route({
      method: "GET",
      path: "/soundcloud/member-import-history/{import_id}",
      summary: "Read an import of members with its errors",
      description: "`errors` has why the import failed as a whole, and the first 100 rows in error; `GET /soundcloud/imports/{import_id}/rows` has every row.",
      policy: ops,
      params: ImportParams,
      reply: { status: 200, body: MemberImportRecord },
      example: { reply: { ...memberImport, errors: [{ code: "missing_name", row: 118, line: 119, column: "name" }] } },
    }),
  },
);
