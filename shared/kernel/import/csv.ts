import { parse } from "csv-parse/sync";
import { DomainError } from "../errors.ts";
import { type HeadingMap, type Layout, mapHeadings, pickCells } from "./columns.ts";
import { type Line, type LineQueue, queueLines } from "./lines.ts";
import { WHOLE_ROW, type Warning, warning } from "./outcome.ts";

export type Delimiter = "," | ";" | "\t";
export type ReadFault = "unclosed_quote" | "malformed_quote" | "record_too_large";

interface Position {
  /** 1 for the first row after the heading. */
  row: number;
  /** Physical line of the file on which the row starts; the heading usually is line 1. */
  line: number;
}
export type CsvRow<C extends string> = Position &
  (
    | { record: Record<C, string>; warnings: readonly Warning[]; fault?: undefined }
    | { record?: undefined; warnings?: undefined; fault: { code: ReadFault; detail: string } }
  );

export interface CsvFile<C extends string> {
  delimiter: Delimiter;
  headings: HeadingMap<C>;
  /** Reads once; leaving the loop early releases the source. */
  rows: AsyncIterable<CsvRow<C>>;
}

export interface ReadOptions {
  /** The first row to give; the ones before are counted but their cells are not read. */
  from_row?: number;
  /** The bound of one record, line breaks inside quotes included. Memory stays within a small multiple of it. */
  max_record_bytes?: number;
}

const MAX_RECORD_BYTES = 1_048_576;

/** Follows the quotes of a line; `isOpen` says that it starts inside a quoted cell. A quote counts only at the start of a cell. */
const scanQuotes = (text: string, isOpen: boolean, delimiter: Delimiter): "closed" | "open" | "malformed_quote" => {
  let at = 0;
  let inside = isOpen;
  for (;;) {
    if (inside) {
      const quote = text.indexOf('"', at);
      if (quote < 0) return "open";
      at = quote + 1;
      if (text[at] === '"') {
        at++;
        continue;
      }
      inside = false;
      while (text[at] === " ") at++;
      if (at === text.length) return "closed";
      if (text[at] !== delimiter) return "malformed_quote";
      at++;
    }
    if (text[at] === '"') {
      inside = true;
      at++;
      continue;
    }
    const next = text.indexOf(delimiter, at);
    if (next < 0) return "closed";
    at = next + 1;
  }
};

/** The cells of a complete record. Most have no quote and need no parser; stray quotes and spaces after a closing quote are forgiven. */
const splitCells = (text: string, delimiter: Delimiter): string[] => {
  if (!text.includes('"')) return text.split(delimiter);
  const strict = { delimiter, relax_column_count: true };
  try {
    return parse(text, strict)[0] ?? [""];
  } catch {
    return parse(text, { ...strict, relax_quotes: true, rtrim: true })[0] ?? [""];
  }
};

interface RawRecord {
  line: number;
  text: string;
  is_windows_1252: boolean;
  fault?: ReadFault;
}

/** Takes the next line that is not blank. A blank line between records or at the end of the file is no row; one of tabs may be. */
const nextLine = async (lines: LineQueue, delimiter?: Delimiter): Promise<Line | undefined> => {
  for (;;) {
    const line = await lines.next();
    if (!line || line.is_too_long || line.text.trim() !== "") return line;
    if (delimiter === "\t" && line.text.includes(delimiter)) return line;
  }
};

/**
 * Takes the next record. When its quotes cannot be followed, only its first line is lost: reading goes on at the line after it,
 * because one forgotten quote must not swallow the rows that follow. Each line is read again at most a few times,
 * since a quote that opens on one line closes, or proves malformed, at the next line with a quote.
 */
const nextRecord = async (lines: LineQueue, delimiter: Delimiter, maxBytes: number): Promise<RawRecord | undefined> => {
  const first = await nextLine(lines, delimiter);
  if (!first) return undefined;
  const taken = [first];
  let bytes = first.bytes;
  let state: "closed" | "open" | ReadFault = first.is_too_long ? "record_too_large" : scanQuotes(first.text, false, delimiter);
  while (state === "open") {
    const line = await lines.next();
    if (line) taken.push(line);
    bytes += line?.bytes ?? 0;
    if (!line) state = "unclosed_quote";
    else if (line.is_too_long || bytes > maxBytes) state = "record_too_large";
    else state = scanQuotes(line.text, true, delimiter);
  }
  if (state !== "closed") {
    lines.putBack(taken.slice(1));
    return { line: first.number, text: "", is_windows_1252: false, fault: state };
  }
  const text = taken.length === 1 ? first.text : taken.map((line) => line.text).join("\n");
  return { line: first.number, text, is_windows_1252: taken.some((line) => line.is_windows_1252) };
};

/** The delimiter that stands most often outside the quotes of the heading line; a comma when none does. */
const findDelimiter = (heading: string): Delimiter => {
  const unquoted = heading.replace(/"[^"]*"?/g, "");
  const count = (delimiter: Delimiter): number => unquoted.split(delimiter).length - 1;
  return ([",", ";", "\t"] as const).reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
};

const unreadable = (code: string, detail: string): DomainError => new DomainError("unprocessable", code, detail);

/** Reads up to the heading: drops a byte order mark and the spreadsheet hint `sep=;`, and refuses files that are not CSV text. */
const readHeading = async (lines: LineQueue, maxBytes: number): Promise<{ delimiter: Delimiter; cells: string[] }> => {
  const first = await nextLine(lines);
  if (!first) throw unreadable("empty_file", "The file holds no rows. Upload a CSV file whose first line names the columns.");
  if (first.text.startsWith("PK\u0003\u0004")) {
    throw unreadable("not_csv", "The file is a spreadsheet or an archive, not CSV. Save the sheet as CSV (UTF-8) and upload that.");
  }
  if (first.text.startsWith("ÿþ") || first.text.startsWith("þÿ") || first.text.includes("\0")) {
    throw unreadable("unsupported_encoding", "The file is not UTF-8 or Windows-1252 text. Save it as CSV (UTF-8) and upload that.");
  }
  const text = first.text.replace(/^\uFEFF/, "");
  const hint = /^sep=([,;\t])$/i.exec(text)?.[1] as Delimiter | undefined;
  if (!hint) lines.putBack([{ ...first, text }]);
  const delimiter = hint ?? findDelimiter(text);
  const record = await nextRecord(lines, delimiter, maxBytes);
  if (!record || record.fault) {
    throw unreadable("unreadable_heading", "The first line of the file cannot be read as headings: check its quotes and its length.");
  }
  return { delimiter, cells: splitCells(record.text, delimiter) };
};

const FAULT_DETAIL: Record<ReadFault, string> = {
  unclosed_quote: "A quote that opens on this line is never closed. Close it, or double it if it belongs to the text.",
  malformed_quote: "A quoted cell that opens on this line goes on after its closing quote. Double the quotes that belong to the text.",
  record_too_large: "The row is larger than the bound, or a quote that opens on this line is never closed. Shorten it or close the quote.",
};

const readingWarnings = (raw: RawRecord, cells: readonly string[], width: number): Warning[] => {
  const warnings: Warning[] = [];
  if (raw.is_windows_1252) warnings.push(warning(WHOLE_ROW, "", "read_as_windows_1252"));
  if (cells.length < width) warnings.push(warning(WHOLE_ROW, String(cells.length), "too_few_cells"));
  if (cells.slice(width).some((cell) => cell.trim() !== "")) warnings.push(warning(WHOLE_ROW, cells.slice(width).join(" | "), "too_many_cells"));
  return warnings;
};

/**
 * Opens a CSV file of any size: comma, semicolon or tab, LF or CRLF, quoted line breaks, UTF-8 or, line by line, Windows-1252.
 * Every row of the file is given once, in order, as a record or as a fault, and reading the same bytes again gives the same rows.
 * Throws `empty_file`, `not_csv`, `unsupported_encoding`, `unreadable_heading` or `missing_column`; the source is released then.
 */
export const readRows = async <C extends string>(
  source: AsyncIterable<Uint8Array>,
  layout: Layout<C>,
  { from_row = 1, max_record_bytes = MAX_RECORD_BYTES }: ReadOptions = {},
): Promise<CsvFile<C>> => {
  const lines = queueLines(source, max_record_bytes);
  try {
    const { delimiter, cells } = await readHeading(lines, max_record_bytes);
    const headings = mapHeadings(layout, cells);
    const toRow = (row: number, raw: RawRecord): CsvRow<C> => {
      if (raw.fault) return { row, line: raw.line, fault: { code: raw.fault, detail: FAULT_DETAIL[raw.fault] } };
      const found = splitCells(raw.text, delimiter);
      const warnings = readingWarnings(raw, found, headings.width);
      return { row, line: raw.line, record: pickCells(layout, headings, found), warnings };
    };
    const rows = async function* (): AsyncGenerator<CsvRow<C>> {
      try {
        for (let row = 1; ; row++) {
          const raw = await nextRecord(lines, delimiter, max_record_bytes);
          if (!raw) return;
          if (row >= from_row) yield toRow(row, raw);
        }
      } finally {
        await lines.close();
      }
    };
    return { delimiter, headings, rows: rows() };
  } catch (error) {
    await lines.close();
    throw error;
  }
};
