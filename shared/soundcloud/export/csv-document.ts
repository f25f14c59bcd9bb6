import { stringify } from "csv-stringify/sync";

const asText = (value: object): string => (Array.isArray(value) ? value.join("; ") : JSON.stringify(value));

/**
 * A row of text. A cell that a spreadsheet would take for a formula gets a `'` before it; numbers keep their sign. Lists
 * are joined with `; `, other objects are JSON, and what is not there is an empty cell.
 */
const rowOf = (cells: readonly unknown[]): string =>
  stringify([[...cells]], { record_delimiter: "windows", escape_formulas: true, cast: { boolean: String, object: asText } });

/** A CSV file (RFC 4180, UTF-8), written row by row: the columns' names, then each record. */
export async function* csvDocument(columns: readonly string[], records: AsyncIterable<Readonly<Record<string, unknown>>>): AsyncGenerator<string> {
  yield rowOf(columns);
  for await (const record of records) yield rowOf(columns.map((column) => record[column]));
}
