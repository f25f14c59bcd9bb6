import type { OrgCtx } from "../context.ts";
import { isDomainError } from "../errors.ts";
import type { Files } from "../files/files.ts";
import type { Timed } from "../job.ts";
import type { Commands } from "../queue/commands.ts";
import { endingWrites, giveUpImport } from "./end-import.ts";
import type { ImportRun } from "./import-fields.ts";
import type { ImportRuns } from "./import-runs.ts";
import { FILE_FAULTS, fileFault, openUpload } from "./open-upload.ts";
import { type Decided, added } from "./tally.ts";

/** What reading an import works with. */
export type ImportCtx = OrgCtx & Timed & { readonly files: Files; readonly commands: Commands };

interface Placed {
  /** 1 is the first row of data. */
  readonly row: number;
}

/** Turns the bytes of one import's file into rows, and rows into what is stored. */
export interface RowReader<Row extends Placed> {
  /** The rows in order, from one on; reading the same bytes again gives the same rows. Throws DomainError, one of FILE_FAULTS. */
  open(bytes: AsyncIterable<Uint8Array>, from_row: number): Promise<{ readonly rows: AsyncIterable<Row>; describe(): ImportRun["import_data"] }>;
  /** Counts, for one transaction after the other, the most writes that each further row can need. */
  sizer(): (row: Row) => number;
  /** Decides the rows of one transaction. `isAgain`: somebody else was faster with one of them. */
  decide(rows: readonly Row[], isAgain: boolean): Promise<Decided>;
  /** Codes of DomainErrors by which a transaction says so. */
  readonly lost_races: ReadonlySet<string>;
  /** After each transaction. */
  settle?(): void;
  /** Looks at the rows before the checkpoint once more, without storing anything. */
  pass?(rows: readonly Row[]): Promise<unknown>;
}

/** A transaction holds 100 writes; the checkpoint, the end's history row and its event take three. */
export const MOST_WRITES = 97;
/** Rows of one file: each has an outcome that is stored, and a step for every 97 of them at most. */
const MOST_ROWS = 2_000_000;
/** With less time than this left, the rest is handed to a new message. */
const STOP_MS = 15_000;
/** How often the rows of one transaction are decided anew when others store the same meanwhile. */
const TRIES = 8;

/**
 * Reads a started import from its checkpoint to the end, some rows per transaction: what they become, their outcomes and the
 * checkpoint are stored together. Interrupted anywhere, it goes on where it stood; run twice at a time, one of the two
 * stops. A file that cannot be read at all, or has more than MOST_ROWS rows, ends the import as failed, with the reason in `errors`. Holds one transaction's rows.
 */
export const readThrough = async <R extends ImportRun, Row extends Placed>(
  ctx: ImportCtx,
  runs: ImportRuns<R>,
  run: R,
  openReader: () => Promise<RowReader<Row>>,
): Promise<void> => {
  try {
    await readRows(ctx, runs, run, await openReader());
  } catch (error) {
    if (isDomainError(error, "concurrent_change")) ctx.log.info("Another run of the import went on with it; this one stops.", { import_id: run.id });
    else if (isDomainError(error) && FILE_FAULTS.has(error.code)) await giveUpImport(ctx, runs, run.id, error);
    else throw error;
  }
};

interface Chunk<Row> {
  readonly rows: readonly Row[];
  readonly isLast: boolean;
}

const tooManyRows = (): Error =>
  fileFault("too_many_rows", `The file has more than ${MOST_ROWS} rows. Those up to there were read; create another import for the rest.`);

/**
 * Cuts the rows so that each part fits one transaction, whatever becomes of them; a part never reaches over the checkpoint. Throws
 * DomainError `too_many_rows` behind the last row that is read.
 */
async function* cut<Row extends Placed>(rows: AsyncIterable<Row>, reader: RowReader<Row>, checkpoint: number): AsyncGenerator<Chunk<Row>> {
  let part: Row[] = [];
  let size = reader.sizer();
  let writes = 0;
  for await (const row of rows) {
    let more = size(row);
    const isBeyond = row.row > MOST_ROWS;
    if (part.length > 0 && (writes + more > MOST_WRITES || row.row === checkpoint || isBeyond)) {
      yield { rows: part, isLast: false };
      [part, size, writes] = [[], reader.sizer(), 0];
      more = size(row);
    }
    if (isBeyond) throw tooManyRows();
    part.push(row);
    writes += more;
  }
  yield { rows: part, isLast: true };
}

const readRows = async <R extends ImportRun, Row extends Placed>(ctx: ImportCtx, runs: ImportRuns<R>, run: R, reader: RowReader<Row>): Promise<void> => {
  const { bytes, position } = await openUpload(ctx, run);
  const file = await reader.open(bytes, reader.pass ? 1 : run.next_row);
  let at = run;
  for await (const { rows, isLast } of cut(file.rows, reader, run.next_row)) {
    if (reader.pass && rows.length > 0 && rows[0]!.row < run.next_row) {
      await reader.pass(rows);
      if (!isLast) continue;
    }
    const fresh = rows.filter(({ row }) => row >= at.next_row);
    const step = {
      bytes_read: Math.min(run.size, position.bytes),
      next_row: (fresh.at(-1)?.row ?? at.next_row - 1) + 1,
      import_data: file.describe(),
      isLast,
    };
    at = await storeChunk(ctx, runs, at, step, reader, fresh);
    reader.settle?.();
    if (isLast) return;
    if (ctx.remaining_ms() < STOP_MS) return runs.goOn(ctx, run.id);
  }
};

interface Step {
  readonly next_row: number;
  readonly bytes_read: number;
  readonly import_data: ImportRun["import_data"];
  readonly isLast: boolean;
}

/** Decides and stores rows together with the checkpoint behind them; decides anew when somebody else was faster with one of them. */
const storeChunk = async <R extends ImportRun, Row extends Placed>(
  ctx: ImportCtx,
  runs: ImportRuns<R>,
  at: R,
  step: Step,
  reader: RowReader<Row>,
  rows: readonly Row[],
): Promise<R> => {
  for (let attempt = 1; ; attempt++) {
    const { writes, tally } = await reader.decide(rows, attempt > 1);
    const { isLast, ...progress } = step;
    const note = { ...progress, ...added(at, tally), ...(isLast ? { completed_at: ctx.clock.now().toISOString() } : {}) };
    const next: R = { ...at, ...note, status: isLast ? "completed" : at.status, version: at.version + 1 };
    try {
      const checkpoint = isLast ? endingWrites(ctx, runs, at, next, note) : runs.patch(ctx, at, note);
      await runs.store.rows(ctx, [...checkpoint, ...writes]);
      return next;
    } catch (error) {
      if (attempt >= TRIES || !isDomainError(error) || !reader.lost_races.has(error.code)) throw error;
    }
  }
};
