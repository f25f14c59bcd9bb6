import { type CsvRow, readRows } from "../../kernel/import/csv.ts";
import { readNdjson } from "../../kernel/import/ndjson.ts";
import type { ImportKind } from "./import-kind.ts";
import type { SocialImport } from "./import.ts";

/** A row as it was read, of either format: what it says by fields, or why it cannot be read. */
export interface FileRow {
  readonly row: number;
  readonly line: number;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly fault?: string;
  readonly warnings: readonly { readonly column: string; readonly value: string; readonly code: string }[];
}

interface OpenFile {
  readonly rows: AsyncIterable<FileRow>;
  describe(): SocialImport["import_data"];
}

const asNumber = (cell: string): unknown => (/^\d{1,15}$/.test(cell) ? Number(cell) : cell);

/** A cell that is no JSON stays a text, which the rule of the field then refuses. */
const asJson = (cell: string): unknown => {
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
};

const valueOf = ({ numbers, json }: ImportKind<unknown>, record: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([column, cell]) => {
      const text = cell.trim();
      if (text === "") return [];
      return [[column, numbers.includes(column) ? asNumber(text) : json.includes(column) ? asJson(text) : text]];
    }),
  );

/** Cells of a row may tell of a person; a warning says where it is, and not what. */
const ofCsv = (kind: ImportKind<unknown>, row: CsvRow<string>): FileRow =>
  row.fault
    ? { row: row.row, line: row.line, fault: row.fault.code, warnings: [] }
    : { row: row.row, line: row.line, value: valueOf(kind, row.record), warnings: row.warnings.map((one) => ({ ...one, value: "" })) };

/** Opens an import's file from a row on. Throws DomainError, one of FILE_FAULTS, for a file of CSV that cannot be read at all. */
export const openFile = async (kind: ImportKind<unknown>, { format }: SocialImport, bytes: AsyncIterable<Uint8Array>, from_row: number): Promise<OpenFile> => {
  if (format === "ndjson") {
    const rows = async function* (): AsyncGenerator<FileRow> {
      for await (const row of readNdjson(bytes, from_row)) yield { ...row, warnings: [] } as FileRow;
    };
    return { rows: rows(), describe: () => ({}) };
  }
  const file = await readRows(bytes, kind.layout, { from_row });
  const rows = async function* (): AsyncGenerator<FileRow> {
    for await (const row of file.rows) yield ofCsv(kind, row);
  };
  const { ignored, repeated } = file.headings;
  return { rows: rows(), describe: () => ({ delimiter: file.delimiter, ignored_columns: ignored.slice(0, 100), repeated_columns: repeated.slice(0, 100) }) };
};
