import { type CsvRow, readRows } from "../../kernel/import/csv.ts";
import { readNdjson } from "../../kernel/import/ndjson.ts";
import { strictJson } from "../../kernel/json/strict-json.ts";
import { malformations } from "../../kernel/json/well-formed.ts";
import type { ImportKind } from "./import-kind.ts";
import type { SocialImport } from "./import.ts";

/** A row as it was read, of either format: what it says by fields, or why it cannot be read. */
export interface FileRow {
  readonly row: number;
  readonly line: number;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly fault?: string;
  /** The column of the fault, where it lies in one. */
  readonly column?: string;
  readonly warnings: readonly { readonly column: string; readonly value: string; readonly code: string }[];
}

interface OpenFile {
  readonly rows: AsyncIterable<FileRow>;
  describe(): SocialImport["import_data"];
}

const asNumber = (cell: string): unknown => (/^\d{1,15}$/.test(cell) ? Number(cell) : cell);

type Cell = { readonly value: unknown } | { readonly fault: string };

/** A cell that is no JSON stays a text, which the rule of the field then refuses. */
const asJson = (cell: string): Cell => {
  const {
    value,
    faults: [fault],
  } = strictJson(cell);
  if (fault === undefined) return { value };
  return fault.code === "malformed_json" ? asText(cell) : { fault: fault.code };
};

/** Cells are held to what the texts of a body are. */
const asText = (value: string): Cell => {
  const [fault] = malformations(value, "");
  return fault ? { fault: fault.code } : { value };
};

const cellOf = ({ numbers, json }: ImportKind<unknown>, column: string, text: string): Cell => {
  if (numbers.includes(column)) return { value: asNumber(text) };
  return json.includes(column) ? asJson(text) : asText(text);
};

/** Cells of a row may tell of a person; a warning says where it is, and not what. */
const ofCsv = (kind: ImportKind<unknown>, row: CsvRow<string>): FileRow => {
  const at = { row: row.row, line: row.line };
  if (row.fault) return { ...at, fault: row.fault.code, warnings: [] };
  const value: Record<string, unknown> = {};
  for (const [column, cell] of Object.entries(row.record)) {
    const text = cell.trim();
    if (text === "") continue;
    const read = cellOf(kind, column, text);
    if ("fault" in read) return { ...at, fault: read.fault, column, warnings: [] };
    value[column] = read.value;
  }
  return { ...at, value, warnings: row.warnings.map((one) => ({ ...one, value: "" })) };
};

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
