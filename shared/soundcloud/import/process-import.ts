import { ProcessImport } from "../../../events/soundcloud/process-import.v1.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { campaignImport } from "./campaign-import.ts";
import { type CsvFile, readRows } from "./csv.ts";
import { type Decided, type Tally, decideRows } from "./decide-rows.ts";
import { endingWrites, failImport } from "./end-import.ts";
import type { ImportCtx, ImportKind, JudgedRow, Origin, RowMaker } from "./import-kind.ts";
import { Import } from "./import.ts";
import { memberImport } from "./member-import.ts";
import { judge } from "./outcome.ts";

/** A transaction holds 100 writes; the checkpoint, the end's history row and its event take three. */
const MOST_WRITES = 97;
/** With less time than this left, the rest is handed to a new message. */
const STOP_MS = 15_000;
/** How often the rows of one transaction are decided anew when others store the same tracks, names or members meanwhile. */
const TRIES = 8;
/** What another import, or a person, may have stored since the rows were decided. */
const LOST_RACES = new Set(["already_exists", "track_taken", "name_taken", "email_taken", "handle_taken"]);
/** The file as a whole cannot be imported: repeating the command does not help. */
const FILE_FAULTS = new Set(["empty_file", "not_csv", "unsupported_encoding", "unreadable_heading", "missing_column", "file_missing", "file_changed"]);

/**
 * Reads a started import from its checkpoint to the end, some rows per transaction: their items, their outcomes and the
 * checkpoint are stored together. Interrupted anywhere, it goes on where it stood; run twice at a time, one of the two
 * stops. A file that cannot be read at all ends the import as failed, with the reason in `errors`.
 */
export const processImport = async (ctx: ImportCtx, import_id: string): Promise<void> => {
  const run = await Import.get(ctx, { org_id: ctx.org_id, id: import_id }, { consistent: true });
  if (run.status !== "processing") return;
  try {
    await (run.kind === "campaigns" ? readThrough(ctx, run, campaignImport) : readThrough(ctx, run, memberImport));
  } catch (error) {
    if (isDomainError(error, "concurrent_change")) ctx.log.info("Another run of the import went on with it; this one stops.", { import_id });
    else if (isDomainError(error) && FILE_FAULTS.has(error.code)) await failImport(ctx, run, { code: error.code, detail: error.message });
    else throw error;
  }
};

const fileFault = (code: string, detail: string): DomainError => new DomainError("unprocessable", code, detail);

/** The bytes of the file that was there when the import started, counted as they come. */
const openUpload = async ({ files }: ImportCtx, { upload_key, upload_etag }: Import) => {
  const stored = await files.head(upload_key);
  if (!stored) throw fileFault("file_missing", "The uploaded file is no longer there. Create a new import and upload it again.");
  if (upload_etag !== undefined && stored.etag !== upload_etag)
    throw fileFault("file_changed", "The file was replaced after the import had started. Create a new import for the new file.");
  const source = await files.read(upload_key);
  const position = { bytes: 0 };
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      position.bytes += chunk.byteLength;
      yield chunk;
    }
  };
  return { bytes: bytes(), position };
};

interface Chunk<D> {
  readonly rows: readonly JudgedRow<D>[];
  readonly isLast: boolean;
}

/** Cuts the rows so that each part fits one transaction, whatever becomes of them; a part never reaches over the checkpoint. */
async function* cut<C extends string, D>(file: CsvFile<C>, { rules }: ImportKind<C, D>, maker: RowMaker<D>, checkpoint: number): AsyncGenerator<Chunk<D>> {
  let rows: JudgedRow<D>[] = [];
  let size = maker.sizer();
  let writes = 0;
  for await (const row of file.rows) {
    const verdict = judge(row, rules);
    const judged = { row: row.row, line: row.line, verdict };
    const cost = (): number => (verdict.outcome === "imported" ? size(verdict.draft) : 1);
    let more = cost();
    if (rows.length > 0 && (writes + more > MOST_WRITES || row.row === checkpoint)) {
      yield { rows, isLast: false };
      [rows, size, writes] = [[], maker.sizer(), 0];
      more = cost();
    }
    rows.push(judged);
    writes += more;
  }
  yield { rows, isLast: true };
}

const readThrough = async <C extends string, D>(ctx: ImportCtx, run: Import, kind: ImportKind<C, D>): Promise<void> => {
  const maker = await kind.open(ctx, run);
  const { bytes, position } = await openUpload(ctx, run);
  // A dry run stores no item that a later row could meet, so it looks at the rows before the checkpoint again.
  const file = await readRows(bytes, kind.layout, { from_row: run.dry_run ? 1 : run.next_row });
  const seen = new Map<string, Origin>();
  let at = run;
  for await (const { rows, isLast } of cut(file, kind, maker, run.next_row)) {
    if (run.dry_run && rows.length > 0 && rows[0]!.row < run.next_row) {
      await decideRows(ctx, run, kind, maker, rows, seen);
      if (!isLast) continue;
    }
    const fresh = rows.filter(({ row }) => row >= at.next_row);
    const step = { bytes_read: Math.min(run.size, position.bytes), next_row: (fresh.at(-1)?.row ?? at.next_row - 1) + 1, import_data: describe(file), isLast };
    at = await storeChunk(ctx, at, step, (isAgain) => {
      if (!run.dry_run) seen.clear();
      return decideRows(ctx, run, kind, maker, fresh, seen, isAgain);
    });
    if (!run.dry_run) maker.settle();
    if (isLast) return;
    if (ctx.remaining_ms() < STOP_MS) return ctx.commands.send(ctx, ProcessImport, ctx.org_id, [{ import_id: run.id }]);
  }
};

const describe = ({ delimiter, headings }: CsvFile<string>): Import["import_data"] => ({
  delimiter,
  ignored_columns: headings.ignored.slice(0, 100),
  repeated_columns: headings.repeated.slice(0, 100),
});

interface Step {
  readonly next_row: number;
  readonly bytes_read: number;
  readonly import_data: Import["import_data"];
  readonly isLast: boolean;
}

/** Decides and stores rows together with the checkpoint behind them; decides anew when somebody else was faster with one of them. */
const storeChunk = async (ctx: ImportCtx, at: Import, step: Step, decide: (isAgain: boolean) => Promise<Decided>): Promise<Import> => {
  for (let attempt = 1; ; attempt++) {
    const { writes, tally } = await decide(attempt > 1);
    const { isLast, ...progress } = step;
    const patch = { ...progress, ...added(at, tally), ...(isLast ? { completed_at: ctx.clock.now().toISOString() } : {}) };
    const next: Import = { ...at, ...patch, status: isLast ? "completed" : at.status, version: at.version + 1 };
    try {
      const checkpoint = isLast ? endingWrites(ctx, at, next, patch) : Import.writes.patch(ctx, at, patch);
      await transact(ctx, soundcloud, [...checkpoint, ...writes], { pattern: "imports.rows" });
      return next;
    } catch (error) {
      if (attempt >= TRIES || !isDomainError(error) || !LOST_RACES.has(error.code)) throw error;
    }
  }
};

const added = (at: Import, tally: Tally): Tally => {
  const skipped_by_reason = { ...at.skipped_by_reason };
  for (const [reason, count] of Object.entries(tally.skipped_by_reason)) skipped_by_reason[reason] = (skipped_by_reason[reason] ?? 0) + count;
  return {
    total_records: at.total_records + tally.total_records,
    successful_imports: at.successful_imports + tally.successful_imports,
    skipped: at.skipped + tally.skipped,
    failed_imports: at.failed_imports + tally.failed_imports,
    warnings: at.warnings + tally.warnings,
    skipped_by_reason,
  };
};
