import { strictJson } from "../json/strict-json.ts";
import { type Line, readLines } from "./lines.ts";

const MAX_LINE_BYTES = 1_048_576;

/** A line of a file of JSON, one value a line: the value, or why it cannot be read. */
export type NdjsonRow = { readonly row: number; readonly line: number } & (
  | { readonly value: Readonly<Record<string, unknown>>; readonly fault?: undefined }
  /** `not_json`, `not_an_object`, `not_utf8`, `record_too_large`, or a code of strictJson. */
  | { readonly value?: undefined; readonly fault: string }
);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const rowOf = (row: number, { number: line, text, is_too_long, is_windows_1252 }: Line): NdjsonRow => {
  if (is_too_long) return { row, line, fault: "record_too_large" };
  // JSON is UTF-8; what was guessed of other bytes would be stored as if it had been said.
  if (is_windows_1252) return { row, line, fault: "not_utf8" };
  const {
    value,
    faults: [fault],
  } = strictJson(text);
  if (fault) return { row, line, fault: fault.code === "malformed_json" ? "not_json" : fault.code };
  return isObject(value) ? { row, line, value } : { row, line, fault: "not_an_object" };
};

/**
 * Reads a file of one JSON object a line, of any size: each line that is not blank is given once, in order, as an object or as a
 * fault. The rows before `from_row` are counted and not read. Holds one chunk and one line of a mebibyte at most.
 */
export async function* readNdjson(source: AsyncIterable<Uint8Array>, from_row = 1): AsyncGenerator<NdjsonRow> {
  let row = 0;
  for await (const line of readLines(source, MAX_LINE_BYTES)) {
    const text = line.number === 1 ? line.text.replace(/^\uFEFF/, "") : line.text;
    if (!line.is_too_long && text.trim() === "") continue;
    row += 1;
    if (row >= from_row) yield rowOf(row, { ...line, text });
  }
}
