/**
 * Reads a generated file of as many rows, and then one line of as many megabytes, as the arguments say; prints how that went as JSON.
 * Run in a process of its own, so that its memory can be measured.
 */
import { campaignLayout, campaignRow } from "../../../../shared/soundcloud/import/campaign-row.ts";
import { readRows } from "../../../../shared/kernel/import/csv.ts";
import { judge } from "../../../../shared/kernel/import/outcome.ts";

const [rows, megabytes] = process.argv.slice(2).map(Number) as [number, number];
const HEADINGS = "Track Info,Track URL,Client,Client Email,Service Type,Genre,Goal,Status,Submit Date,Start Date,End Date,Salesperson,Sale Price,Notes";

const rowAt = (row: number): string =>
  `Artist ${row} - Song ${row},https://www.soundcloud.com/artist-${row}/song-${row}?si=${row},"Client ${row % 500}, Inc.",` +
  `c${row}@x.example; d${row}@x.example,Repost Network,House,"${(row % 90) + 10},000",Active,2024-01-02,1/2/2024,"Mar 7, 2024",` +
  `Ann Reyes,"$1,250.00","line one\nline two ""quoted"" ${"x".repeat(row % 200)}"\r\n`;

async function* generate(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`\uFEFF${HEADINGS}\r\n`);
  for (let row = 1; row <= rows; row += 200) {
    yield Buffer.from(Array.from({ length: Math.min(200, rows - row + 1) }, (_, at) => rowAt(row + at)).join(""));
  }
  for (let at = 0; at < megabytes; at++) {
    peak = Math.max(peak, process.memoryUsage.rss());
    yield Buffer.alloc(1_048_576, "x");
  }
}

const before = process.memoryUsage.rss();
// Of its own time: how much of a core it gets is the business of what runs beside it.
const start = process.cpuUsage();
let peak = before;
let imported = 0;
let faults = 0;
for await (const row of (await readRows(generate(), campaignLayout)).rows) {
  if (judge(row, campaignRow).outcome === "imported") imported++;
  else faults++;
  if (row.row % 5_000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}
const { user, system } = process.cpuUsage(start);
const seconds = (user + system) / 1_000_000;
process.stdout.write(JSON.stringify({ imported, faults, growth_mb: (peak - before) / 1_048_576, rows_per_second: Math.round(rows / seconds) }));
