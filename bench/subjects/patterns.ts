import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import type { Table as DataTable } from "../../shared/kernel/table/table.ts";
import { makeTable, testCtx, testDatabase } from "../../tests/support/dynamo.ts";
import { type Measured, floors } from "../../tests/support/floors.ts";
import { patternCases } from "../../tests/support/matrix/access-patterns.ts";
import { loadTables, root } from "../../tests/support/matrix/operations.ts";
import { keyedCases } from "../patterns/by-key.ts";
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

/** Why a pattern of docs/access-patterns is not measured, by what it is. */
const LEFT_OUT = [
  {
    what: "creations, changes of state and deletions that are transactions",
    reason: "what a transaction consumes is computed by the formula of its floor",
    is: ({ operation }: Listed) => operation === "TransactWriteItems",
  },
  {
    what: "what is read and forgotten of the changes of a state",
    reason: "only a transaction writes them; they cost what a list and a patch of the same size cost",
    is: ({ pattern }: Listed) => /\.(history|forgetReasons)$/.test(pattern),
  },
  {
    what: "transactions of use cases",
    reason: "their items differ from one to the next: those of the main operations are told by their costs",
    is: ({ operation }: Listed) => operation === "",
  },
] as const;

/** A row of the page, of which a transaction of a use case has neither index nor operation. */
interface Listed {
  readonly pattern: string;
  readonly operation: string;
}
const listedOf = ({ id }: DataTable): Listed[] =>
  [...readFileSync(join(root, `docs/access-patterns/${id}.md`), "utf8").matchAll(/^\| `([\w.-]+)` \|(?: \w+ \| \w+ \| ([^|]+) \|)?/gm)].map(
    ([, pattern, operation = ""]) => ({ pattern: pattern!, operation }),
  );

/** Which of the listed patterns are left out, by reason. Throws when one is neither measured nor left out. */
const leftOut = (tables: readonly DataTable[], rows: readonly Row[]) => {
  const measured = new Set(rows.map(({ table, pattern }) => `${table} ${pattern}`));
  const missing = tables.flatMap((table) => listedOf(table).filter(({ pattern }) => !measured.has(`${table.id} ${pattern}`)));
  const nowhere = missing.filter((one) => !LEFT_OUT.some(({ is }) => is(one)));
  if (nowhere.length > 0) throw new Error(`Neither measured nor left out for a reason: ${nowhere.map(({ pattern }) => pattern).join(", ")}.`);
  return LEFT_OUT.map(({ what, reason }, at) => ({
    what,
    patterns: missing.filter((one) => LEFT_OUT.findIndex(({ is }) => is(one)) === at).length,
    reason,
  }));
};

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
  const listed = new Set(listedOf(table).map(({ pattern }) => pattern));
  for await (const { pattern, returned, meet } of keyedCases(table, ctx)) {
    for (const use of take()) if (use.op === "Put") creations.set(use.pattern, rowOf(table.id, use.pattern, [use], 0));
    await meet();
    const uses = take();
    const isTold = uses.every(({ op }) => op !== "TransactWrite");
    if (isTold && listed.has(pattern)) rows.push(rowOf(table.id, pattern, uses, returned));
  }
  return [...rows, ...creations.values()];
};

export const subject: Subject = {
  name: "patterns",
  title: "Access patterns",
  about:
    "Every access pattern of docs/access-patterns on DynamoDB Local, of the tables of identity, social content and the repost network, but for those that are left out below: the units it consumed against the least that DynamoDB's rules allow for the items it touched, and the items it read against those it returned. A query that finds nothing costs half a unit, of which DynamoDB Local tells nothing: where one of several shards is empty, less than the least is told. The worst pattern counts.",
  measure: async () => {
    const engine = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = engine.endpoint;
    try {
      const rows: Row[] = [];
      const tables = await loadTables();
      for (const table of tables) rows.push(...(await measureTable(table)));
      const reads = rows.filter(({ returned }) => returned > 0);
      return {
        figures: [
          atMost("pattern_capacity_ratio", Math.max(...rows.map(({ ratio }) => ratio)), 1),
          atMost("pattern_items_ratio", Math.max(...reads.map(({ items, returned }) => items / returned)), 1),
          beside("patterns", reads.length),
        ],
        tables: [
          { title: "Units and floors", rows: rows.map((row) => ({ ...row })) },
          { title: "Left out", rows: leftOut(tables, rows) },
        ],
      };
    } finally {
      await engine.stop();
    }
  },
};
