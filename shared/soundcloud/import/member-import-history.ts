import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Import } from "./import.ts";
import { ImportRow } from "./import-row.ts";

/** Rows in error that a record names; the rows of the import have all. */
const NAMED = 100;

const ImportError = z.object({
  code: z.string(),
  detail: z.string().optional(),
  /** Of an error that is a row's: where it is. */
  row: z.int().optional(),
  line: z.int().optional(),
  column: z.string().optional(),
  value: z.string().optional(),
});

const fields = Import.api.response.pick({
  id: true,
  org_id: true,
  imported_by: true,
  filename: true,
  total_records: true,
  successful_imports: true,
  failed_imports: true,
  skipped: true,
  skipped_by_reason: true,
  import_data: true,
  status: true,
  dry_run: true,
  created_at: true,
  completed_at: true,
  version: true,
});

/** What an import of members came to: `total_records` is the sum of successful, skipped and failed. README, Imports. */
export const MemberImportRecord = fields.extend({
  /** Why the import failed as a whole; in a single read also the first 100 rows in error. */
  errors: z.array(ImportError),
});
export type MemberImportRecord = z.output<typeof MemberImportRecord>;

const recordOf = (item: Import, rows: readonly ImportRow[] = []): MemberImportRecord =>
  MemberImportRecord.parse({
    ...item,
    errors: [...item.errors, ...rows.map(({ reason = "error", row, line, column, value }) => ({ code: reason, row, line, column, value }))],
  });

/** Imports of members, the latest first. */
export const listMemberImports = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<MemberImportRecord>> => {
  const found = await Import.query.byKind(ctx, { org_id: ctx.org_id, kind: "members" }, { ...page, desc: true });
  return { ...found, items: found.items.map((item) => recordOf(item)) };
};

/** One of them with its first rows in error. Throws DomainError not_found, also for an import of something else. */
export const getMemberImport = async (ctx: OrgCtx, import_id: string): Promise<MemberImportRecord> => {
  const { org_id } = ctx;
  const item = await Import.get(ctx, { org_id, id: import_id });
  if (item.kind !== "members") throw notFound("import");
  const { items } = await ImportRow.query.byOutcome(ctx, { org_id, import_id, outcome: "error" }, { limit: NAMED });
  return recordOf(item, items);
};
