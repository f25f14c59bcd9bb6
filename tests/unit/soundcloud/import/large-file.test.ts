import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { campaignLayout } from "../../../../shared/soundcloud/import/campaign-row.ts";
import { readRows } from "../../../../shared/kernel/import/csv.ts";

const readGenerated = async (rows: number, megabytes: number): Promise<Record<string, number>> => {
  const script = "tests/unit/soundcloud/import/read-generated.ts";
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(rows), String(megabytes)]);
  return JSON.parse(stdout);
};

describe("a large file", () => {
  it("of 15,000 rows is read and judged within 75 MB of memory", async () => {
    const { rows_per_second, growth_mb, ...outcomes } = await readGenerated(15_000, 0);
    expect(outcomes).toEqual({ imported: 15_000, faults: 0 });
    expect(growth_mb).toBeLessThan(75);
    expect(rows_per_second).toBeGreaterThan(1_000);
  }, 120_000);

  it("that ends in one line of 300 MB loses that line and no memory", async () => {
    const { rows_per_second: _, growth_mb, ...outcomes } = await readGenerated(10, 300);
    expect(outcomes).toEqual({ imported: 10, faults: 1 });
    expect(growth_mb).toBeLessThan(200);
  }, 120_000);

  it("loses one row to a forgotten quote on every line, and no long time", async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) =>
      at % 2 === 0 ? `https://soundcloud.com/a/${at},"never closed\n` : `https://soundcloud.com/a/${at},x\n`,
    );
    const source = async function* () {
      yield Buffer.from("Track URL,Client\n");
      for (const line of lines) yield Buffer.from(line);
    };
    const { rows } = await readRows(source(), campaignLayout);
    const faults: boolean[] = [];
    for await (const row of rows) faults.push(row.fault !== undefined);
    expect(faults).toEqual(lines.map((_, at) => at % 2 === 0));
  });
});
