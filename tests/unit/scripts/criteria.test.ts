import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Criterion, criteria } from "../../../scripts/soak/criteria.ts";

const root = join(import.meta.dirname, "../../..");

it("every test with a full size is run at it, by the criterion that names it", () => {
  const sized = globSync("tests/**/*.test.ts", { cwd: root }).filter((file) => /support\/figures\.ts"/.test(readFileSync(join(root, file), "utf8")));
  const named = new Set(Object.values<Criterion>(criteria).flatMap(({ tests }) => tests));
  expect(sized.filter((file) => !named.has(file))).toEqual([]);
});
