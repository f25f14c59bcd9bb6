import { readFile } from "node:fs/promises";
import * as fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { campaignLayout } from "../../../../shared/soundcloud/import/campaign-row.ts";
import { readRows } from "../../../../shared/kernel/import/csv.ts";
import { type Judged, dryRun, outcomes, streamOf } from "./reading.ts";

const fixture = (name: string): Promise<Buffer> => readFile(`tests/fixtures/import/${name}.csv`);
const draftOf = (rows: readonly Judged[], row: number) => {
  const verdict = rows[row - 1]?.verdict;
  return verdict?.outcome === "imported" ? verdict.draft : undefined;
};
const warningsOf = (rows: readonly Judged[], row: number) => rows[row - 1]?.verdict.warnings.map(({ column, code }) => `${column}: ${code}`);

describe("other exports under the same rules", () => {
  it("reads other columns in another order, under other spellings of their headings", async () => {
    const content = await fixture("other-columns");
    const rows = await dryRun(content);
    expect(outcomes(rows)).toEqual(["imported", "imported", "test_or_draft", "duplicate of 1", "missing_client", "missing_track_url"]);
    expect(rows.map((row) => row.line)).toEqual([3, 4, 5, 6, 8, 9]);
    expect(draftOf(rows, 1)).toMatchObject({
      track_title: "First Light",
      artist_name: "Halcyon",
      start_date: "2024-01-02",
      price_usd: "1000.00",
      goal_plays: 10_000,
      emails: ["ops@halcyon.example"],
      service_type: "repost_network",
      state: "approved",
      notes: undefined,
    });
    expect(draftOf(rows, 2)).toMatchObject({ start_date: "2024-02-13", salesperson_key: "ann reyes", state: "pending", emails: [] });
    expect(warningsOf(rows, 2)).toEqual([]);
    const { headings } = await readRows(streamOf(content, 4_096), campaignLayout);
    expect(headings.ignored).toEqual(["Budget code", "Region"]);
    expect(headings.repeated).toEqual(["Client Email", "Notes"]);
  });

  it("reads semicolons, Windows-1252 and European numbers", async () => {
    const rows = await dryRun(await fixture("semicolon-windows-1252"));
    expect(outcomes(rows)).toEqual(["imported", "duplicate of 1", "imported"]);
    expect(draftOf(rows, 1)).toMatchObject({
      client_name: "Zoë Müller",
      track_title: "Grün",
      artist_name: "Zoë Müller",
      price_usd: "1250.50",
      start_date: "2023-12-31",
      end_date: "2024-01-01",
      genre_family: "Rock",
      subgenre: "Indie Rock",
      notes: 'Preis 5 € – "fest"\nzweite Zeile',
    });
    expect(rows.map((_, at) => warningsOf(rows, at + 1))).toEqual([["(row): read_as_windows_1252"], ["(row): read_as_windows_1252"], []]);
  });

  it("accounts for every row of a hostile file", async () => {
    const rows = await dryRun(await fixture("hostile"));
    expect(outcomes(rows)).toEqual([
      "imported",
      "client_too_long",
      "imported",
      "malformed_quote",
      "imported",
      "malformed_quote",
      "imported",
      "imported",
      "imported",
      "track_url_too_long",
      "imported",
      "unclosed_quote",
    ]);
    expect(rows.map((row) => row.line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(draftOf(rows, 1)).toMatchObject({ client_name: '=HYPERLINK("https://evil.example","x")', emails: [], notes: "+1|cmd' /C calc'!A0" });
    expect(warningsOf(rows, 1)).toEqual([
      "start_date: unreadable_date",
      "client_email: invalid_email",
      "goal: unreadable_goal",
      "sale_price: unreadable_price",
      "status: unknown_status",
    ]);
    expect(draftOf(rows, 3)).toMatchObject({ client_name: "Nul Byte", notes: "n".repeat(5_000) });
    expect(warningsOf(rows, 3)).toEqual(["notes: truncated"]);
    expect(warningsOf(rows, 5)).toEqual(["start_date: impossible_date", "goal: unreadable_goal", "sale_price: other_currency", "status: unknown_status"]);
    expect(draftOf(rows, 7)?.client_name).toBe('5" Vinyl');
    expect(warningsOf(rows, 8)).toEqual(["(row): too_few_cells"]);
    expect(warningsOf(rows, 9)).toEqual(["(row): too_many_cells"]);
    expect(draftOf(rows, 11)).toMatchObject({ client_key: "invisible marks", track_url: "https://soundcloud.com/a/ten" });
    expect(Math.max(...rows.flatMap(({ verdict }) => verdict.warnings.map(({ value }) => value.length)))).toBeLessThanOrEqual(201);
  });
});

describe("the export of campaigns, rewritten", () => {
  const quoted = (cells: readonly string[]): string => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(",");

  it("gives the same outcomes with its columns in any order and strange ones between", async () => {
    const table: string[][] = parse(await fixture("SoundCloud-All Campaigns"), { bom: true, to_line: 500 });
    const plain = await dryRun(table.map(quoted).join("\n"));
    const width = table[0]!.length;
    const order = fc.shuffledSubarray([...Array(width + 2).keys()], { minLength: width + 2 });
    await fc.assert(
      fc.asyncProperty(order, async (positions) => {
        const shuffled = table.map((cells, at) => positions.map((position) => cells[position] ?? (at === 0 ? `Extra ${position}` : "x")));
        expect(await dryRun(shuffled.map(quoted).join("\n"))).toEqual(plain.map((row, at) => ({ ...row, line: lineOf(table, at) })));
      }),
      { numRuns: 10 },
    );
  });

  it("gives the same rows from any row on, and every row has one outcome", async () => {
    const content = await fixture("SoundCloud-All Campaigns");
    const all = await dryRun(content);
    expect(all.filter(({ verdict }) => ["imported", "skipped", "error"].includes(verdict.outcome))).toHaveLength(2_149);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2_150 }), async (from_row) => {
        const suffix = await dryRun(content, { from_row });
        expect(suffix.map(alone)).toEqual(all.slice(from_row - 1).map(alone));
      }),
      { numRuns: 5 },
    );
  });
});

/** A row without what the rows before it say of it. */
const alone = ({ row, line, verdict }: Judged) => ({ row, line, verdict });

/** The physical line on which a row starts when the table is written with LF. */
const lineOf = (table: readonly (readonly string[])[], at: number): number =>
  1 + table.slice(0, at + 1).reduce((lines, cells) => lines + quotedLines(cells), 0);
const quotedLines = (cells: readonly string[]): number => 1 + cells.join("").split("\n").length - 1;
