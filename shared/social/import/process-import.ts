import { type ImportCtx, type RowReader, readThrough } from "../../kernel/import/read-through.ts";
import { decideRows } from "./decide-rows.ts";
import { eventImport } from "./event-import.ts";
import { type FileRow, openFile } from "./file-row.ts";
import type { ImportKind } from "./import-kind.ts";
import { importRuns } from "./import-runs.ts";
import type { SocialImport } from "./import.ts";
import { mentionImport } from "./mention-import.ts";

/** Rows have no place that others could take. */
const NO_RACES: ReadonlySet<string> = new Set();

const readerOf = <T>(ctx: ImportCtx, run: SocialImport, kind: ImportKind<T>): RowReader<FileRow> => ({
  open: (bytes, from_row) => openFile(kind as ImportKind<unknown>, run, bytes, from_row),
  sizer: () => () => 1,
  decide: (rows) => decideRows(ctx, run, kind, rows),
  lost_races: NO_RACES,
});

const read = <T>(ctx: ImportCtx, run: SocialImport, kind: ImportKind<T>): Promise<void> =>
  readThrough(ctx, importRuns, run, () => Promise.resolve(readerOf(ctx, run, kind)));

/**
 * Reads a started import to its end: rows are sent to be counted as if they had come by the API, and their outcomes are stored
 * with the checkpoint. The file, which tells of persons, goes as soon as it is read. README, Imports.
 */
export const processImport = async (ctx: ImportCtx, import_id: string): Promise<void> => {
  const run = await importRuns.get(ctx, import_id);
  if (run.status === "processing") await (run.kind === "events" ? read(ctx, run, eventImport) : read(ctx, run, mentionImport));
  const { status, upload_key } = await importRuns.get(ctx, import_id);
  if (status === "completed") await ctx.files.remove(upload_key);
};
