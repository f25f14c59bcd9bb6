import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import type { Table as DataTable } from "../../shared/kernel/table/table.ts";
import { makeTable, testCtx, testDatabase } from "../../tests/support/dynamo.ts";
import { type Measured, floors } from "../../tests/support/floors.ts";
import { patternCases } from "../../tests/support/matrix/access-patterns.ts";
import { loadTables } from "../../tests/support/matrix/operations.ts";
import { type Subject, atMost, beside } from "../subject.ts";

/** One pattern as it was met; `items` are read, `returned` those that it answers with. */
interface Row {
  readonly table: string;
  readonly pattern: string;
  readonly index: string;
  readonly operation: string;
  readonly items: number;
  readonly returned: number;
  readonly units: number;
  readonly floor: number;
  readonly ratio: number;
}

const rowOf = (table: string, pattern: string, measured: readonly Measured[], returned: number): Row => {
  const total = (of: (use: Measured) => number): number => measured.reduce((sum, use) => sum + of(use), 0);
  const units = total(({ read, write }) => read + write);
  const floor = total((use) => use.floor);
  return {
    table,
    pattern,
    index: [...new Set(measured.map(({ index }) => index))].join(" "),
    operation: [...new Set(measured.map(({ op }) => op))].join(" "),
    items: total(({ scanned }) => scanned),
    returned,
    units,
    floor,
    ratio: units / floor,
  };
};

/** A list answers with its items; what a unique value leads to is the unique row and the item. */
const returnedBy = (result: unknown): number => (result as { items?: unknown[] }).items?.length ?? 2;

const measureTable = async (table: DataTable): Promise<Row[]> => {
  const { db, take } = floors(testDatabase({ tables: { [table.id]: await makeTable(table) } }));
  const ctx = testCtx({ db });
  const rows: Row[] = [];
  const creations = new Map<string, Row>();
  for (const { pattern, prepare } of patternCases(table, () => ctx)) {
    take();
    const { meet } = await prepare();
    // What a transaction consumes is computed by the formula of its floor, so that comparing them would say nothing.
    for (const use of take()) if (use.op === "Put") creations.set(use.pattern, rowOf(table.id, use.pattern, [use], 0));
    const result = await meet();
    rows.push(rowOf(table.id, pattern, take(), returnedBy(result)));
  }
  return [...rows, ...creations.values()];
};

export const subject: Subject = {
  name: "patterns",
  title: "Access patterns",
  about:
    "Every declared access pattern of every table on DynamoDB Local, and each creation by a single write: the units it consumed against the least that DynamoDB's rules allow for the items it touched, and the items it read against those it returned. The worst pattern counts.",
  measure: async () => {
    const engine = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = engine.endpoint;
    try {
      const rows: Row[] = [];
      for (const table of await loadTables()) rows.push(...(await measureTable(table)));
      const reads = rows.filter(({ returned }) => returned > 0);
      return {
        figures: [
          atMost("pattern_capacity_ratio", Math.max(...rows.map(({ ratio }) => ratio)), 1),
          atMost("pattern_items_ratio", Math.max(...reads.map(({ items, returned }) => items / returned)), 1),
          beside("patterns", reads.length),
        ],
        tables: [{ title: "Units and floors", rows: rows.map((row) => ({ ...row })) }],
      };
    } finally {
      await engine.stop();
    }
  },
};
