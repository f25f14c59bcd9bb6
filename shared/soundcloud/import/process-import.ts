import { type CsvFile, readRows } from "../../kernel/import/csv.ts";
import { judge } from "../../kernel/import/outcome.ts";
import { type RowReader, readThrough } from "../../kernel/import/read-through.ts";
import { campaignImport } from "./campaign-import.ts";
import { decideRows } from "./decide-rows.ts";
import type { ImportCtx, ImportKind, JudgedRow, Origin } from "./import-kind.ts";
import { importRuns } from "./import-runs.ts";
import type { Import } from "./import.ts";
import { memberImport } from "./member-import.ts";

/** What another import, or a person, may have stored since the rows were decided. */
const LOST_RACES = new Set(["already_exists", "track_taken", "name_taken", "email_taken", "handle_taken"]);

/**
 * Reads a started import from its checkpoint to the end, some rows per transaction: their items, their outcomes and the
 * checkpoint are stored together. README, Imports.
 */
export const processImport = async (ctx: ImportCtx, import_id: string): Promise<void> => {
  const run = await importRuns.get(ctx, import_id);
  if (run.status !== "processing") return;
  await (run.kind === "campaigns" ? read(ctx, run, campaignImport) : read(ctx, run, memberImport));
};

const read = <C extends string, D>(ctx: ImportCtx, run: Import, kind: ImportKind<C, D>): Promise<void> =>
  readThrough(ctx, importRuns, run, () => readerOf(ctx, run, kind));

const readerOf = async <C extends string, D>(ctx: ImportCtx, run: Import, kind: ImportKind<C, D>): Promise<RowReader<JudgedRow<D>>> => {
  const maker = await kind.open(ctx, run);
  const seen = new Map<string, Origin>();
  return {
    open: async (bytes, from_row) => {
      const file = await readRows(bytes, kind.layout, { from_row });
      const judged = async function* (): AsyncGenerator<JudgedRow<D>> {
        for await (const row of file.rows) yield { row: row.row, line: row.line, verdict: judge(row, kind.rules) };
      };
      return { rows: judged(), describe: () => describe(file) };
    },
    sizer: () => {
      const size = maker.sizer();
      return ({ verdict }) => (verdict.outcome === "imported" ? size(verdict.draft) : 1);
    },
    decide: (rows, isAgain) => {
      if (!run.dry_run) seen.clear();
      return decideRows(ctx, run, kind, maker, rows, seen, isAgain);
    },
    lost_races: LOST_RACES,
    // A dry run stores no item that a later row could meet, so it looks at the rows before the checkpoint again.
    ...(run.dry_run ? { pass: (rows: readonly JudgedRow<D>[]) => decideRows(ctx, run, kind, maker, rows, seen) } : { settle: () => maker.settle() }),
  };
};

const describe = ({ delimiter, headings }: CsvFile<string>): Import["import_data"] => ({
  delimiter,
  ignored_columns: headings.ignored.slice(0, 100),
  repeated_columns: headings.repeated.slice(0, 100),
});
