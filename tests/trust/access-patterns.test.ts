import { beforeAll, describe, expect, it } from "vitest";
import { type Budgets, budgets } from "../support/budgets.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../support/dynamo.ts";
import { patternCases } from "../support/matrix/access-patterns.ts";
import { loadTables } from "../support/matrix/operations.ts";

describe.each((await loadTables()).map((table) => ({ name: table.id, table })))("access patterns of $name", ({ table }) => {
  let measure: Budgets;
  let ctx: TestCtx;
  beforeAll(async () => {
    measure = budgets(testDatabase({ tables: { [table.id]: await makeTable(table) } }));
    ctx = testCtx({ db: measure.db });
  });

  it.each(patternCases(table, () => ctx))("$pattern $does", async ({ pattern, index, requests, prepare }) => {
    const { items, meet, found } = await prepare();
    const result = await measure.within(pattern, meet, { index, items, requests });
    if (found !== undefined) expect(result).toEqual(found);
  });

  it("every declared pattern was met", () => {
    expect(measure.unmet(table)).toEqual([]);
  });
});
