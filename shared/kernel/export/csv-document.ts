import { stringify } from "csv-stringify/sync";

const asText = (value: object): string => (Array.isArray(value) ? value.join("; ") : JSON.stringify(value));

/** A decimal amount is no formula: it keeps its sign. */
const AMOUNT_BELOW_ZERO = /^-\d+\.\d\d$/;
/** Spreadsheets pass over what cannot be seen before a sign, and some over a line break before anything. */
const FORMULA = /^(?:[\t\n\r\0]|[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])/u;

const guarded = (text: string): string => (FORMULA.test(text) && !AMOUNT_BELOW_ZERO.test(text) ? `'${text}` : text);

/**
 * A row of text. A cell that a spreadsheet would take for a formula gets a `'` before it; numbers and amounts keep their
 * sign. Lists are joined with `; `, other objects are JSON, and what is not there is an empty cell.
 */
const rowOf = (cells: readonly unknown[]): string =>
  stringify([[...cells]], { record_delimiter: "windows", cast: { boolean: String, object: (value) => guarded(asText(value)), string: guarded } });

/** A CSV file (RFC 4180, UTF-8), written row by row: the columns' names, then each record. */
export async function* csvDocument(columns: readonly string[], records: AsyncIterable<Readonly<Record<string, unknown>>>): AsyncGenerator<string> {
  yield rowOf(columns);
  for await (const record of records) yield rowOf(columns.map((column) => record[column]));
}
