import { Readable } from "node:stream";
import * as fc from "fast-check";
import { type CampaignDraft, campaignLayout, campaignRow } from "../../../../shared/soundcloud/import/campaign-row.ts";
import type { Layout } from "../../../../shared/kernel/import/columns.ts";
import { type CsvRow, type ReadOptions, readRows } from "../../../../shared/kernel/import/csv.ts";
import { type Imported, type Verdict, judge } from "../../../../shared/kernel/import/outcome.ts";

/** Text of the characters that rules look at, and of those that break them. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."a1Zéßİ🎵,;./:@-_?=#%$\"'\\()\n\t\0\u0007\u200B\u202E\uFEFF\uFFFD\u0301 "), maxLength });

/** The text as a stream of chunks of a few bytes, so that every chunk border falls somewhere inside. */
export const streamOf = (content: string | Uint8Array, chunkBytes = 7): Readable => {
  const bytes = Buffer.from(content);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) => bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes));
  return Readable.from(chunks, { objectMode: false });
};

export const readAll = async <C extends string>(
  content: string | Uint8Array,
  layout: Layout<C>,
  options: ReadOptions & { chunkBytes?: number } = {},
): Promise<CsvRow<C>[]> => {
  const { rows } = await readRows(streamOf(content, options.chunkBytes), layout, options);
  return Array.fromAsync(rows);
};

/**
 * Finds duplicates within one reading of a file, in memory. Rows must be given in order.
 * Gives the first imported row with one of the keys, or undefined after it has noted this row as imported.
 */
export const createDedupe = (): ((row: number, outcome: Imported<unknown>) => number | undefined) => {
  const seen = new Map<string, number>();
  return (row, { duplicate_keys }) => {
    for (const key of duplicate_keys) {
      const first = seen.get(key);
      if (first !== undefined) return first;
    }
    for (const key of duplicate_keys) seen.set(key, row);
    return undefined;
  };
};

export type Judged = { row: number; line: number; verdict: Verdict<CampaignDraft>; duplicate_of_row?: number };

/** What a dry run says of every row of a campaign file. */
export const dryRun = async (content: string | Uint8Array, options: ReadOptions = {}): Promise<Judged[]> => {
  const dedupe = createDedupe();
  return (await readAll(content, campaignLayout, { ...options, chunkBytes: 4_096 })).map((row) => {
    const verdict = judge(row, campaignRow);
    const first = verdict.outcome === "imported" ? dedupe(row.row, verdict) : undefined;
    return { row: row.row, line: row.line, verdict, ...(first === undefined ? {} : { duplicate_of_row: first }) };
  });
};

/** One word per row: its reason, `duplicate of N`, or `imported`. */
export const outcomes = (rows: readonly Judged[]): string[] =>
  rows.map(({ verdict, duplicate_of_row }) => (duplicate_of_row === undefined ? (verdict.reason ?? "imported") : `duplicate of ${duplicate_of_row}`));
