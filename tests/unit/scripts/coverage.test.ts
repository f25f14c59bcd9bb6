import { describe, expect, it } from "vitest";
import { soundcloudCoverage } from "../../../scripts/golden/coverage/soundcloud.ts";
import { type CoverageRow, coveragePage } from "../../../scripts/golden/coverage.ts";

const rowsOf = (title: string): readonly CoverageRow[] => soundcloudCoverage.find((section) => section.title === title)!.rows;
const pageOf = (row: Partial<CoverageRow>): Promise<string> =>
  coveragePage("Title", "file.ts", [
    { title: "Section", rows: [{ row: "a row", served: ["GET /soundcloud/members"], shown: ["tests/api/soundcloud/members.test.ts"], ...row }] },
  ]);

describe("the coverage page", () => {
  it("takes routes, functions, events and files that are there", async () => {
    const served = ["GET /soundcloud/members", "soundcloud/write-export", "soundcloud.export-ordered.v1", "scripts/import.ts"];
    expect(await pageOf({ served })).toContain("`soundcloud/write-export`<br>`soundcloud.export-ordered.v1`");
  });
  it.each([
    ["a route", "served", "DELETE /soundcloud/members"],
    ["a function", "served", "soundcloud/write-exports"],
    ["an event", "served", "soundcloud.export-ordered.v2"],
    ["a test", "shown", "tests/api/soundcloud/nowhere.test.ts"],
    ["a folder for a test", "shown", "tests/api/soundcloud"],
  ] as const)("refuses %s that is not there, naming the row", async (_, field, target) => {
    await expect(pageOf({ [field]: [target] })).rejects.toThrow(`a row: ${target}`);
  });
  it("refuses a row that nothing serves or shows, unless it says why not yet", async () => {
    await expect(pageOf({ shown: [] })).rejects.toThrow("a row: something");
    await expect(pageOf({ served: [] })).rejects.toThrow("a row: something");
    expect(await pageOf({ served: [], shown: [], not_yet: "the reason" })).toContain("not yet: the reason");
  });
});

describe("the repost network's rows", () => {
  it("are 28 tables and two that are only named, 12 enums and five statuses, 7 functions, 32 contradictions", () => {
    const prefixed = (title: string): number => rowsOf(title).filter(({ row }) => row.startsWith("soundcloud_")).length;
    expect([rowsOf("Tables").length, prefixed("Tables"), prefixed("Enums and statuses"), rowsOf("Functions").length]).toEqual([30, 30, 12, 7]);
    expect(rowsOf("Contradictions and how they are resolved").map(({ row }) => Number(/^C-004-(\d+) /.exec(row)![1]))).toEqual(
      Array.from({ length: 32 }, (_, n) => n + 1),
    );
  });
  it("name each row once", () => {
    const names = soundcloudCoverage.flatMap(({ rows }) => rows.map(({ row }) => row));
    expect(names.length).toBe(new Set(names).size);
  });
});
