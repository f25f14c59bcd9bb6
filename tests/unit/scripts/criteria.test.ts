import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Criterion, criteria } from "../../../scripts/soak/criteria.ts";
import { digestOf } from "../../../scripts/soak/last-runs.ts";
import { trustPage } from "../../../scripts/soak/page.ts";

const root = join(import.meta.dirname, "../../..");

it("every test with a full size is run at it, by the criterion that names it", () => {
  const sized = globSync("tests/**/*.test.ts", { cwd: root }).filter((file) => /support\/figures\.ts"/.test(readFileSync(join(root, file), "utf8")));
  const named = new Set(Object.values<Criterion>(criteria).flatMap(({ tests }) => tests));
  expect(sized.filter((file) => !named.has(file))).toEqual([]);
});

it("the page says of which figures the words or the tests have changed since", () => {
  const run = { figures: { writers: 50 }, date: "2026-11-28", command: "npm run test:soak -- --only R10", passed: true };
  const rowOf = (shown_by: string): string =>
    trustPage({ R10: { ...run, shown_by } })
      .split("\n")
      .find((line) => line.startsWith("| R10 |"))!;
  expect(rowOf(digestOf("R10"))).toContain("| writers 50 | 2026-11-28 |");
  expect(rowOf("another")).toContain("| writers 50 | 2026-11-28, by earlier words or tests |");
});
