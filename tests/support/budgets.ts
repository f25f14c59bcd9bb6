import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { type Written, costOfTransaction, costOfWrite, itemSize, readUnits } from "../../shared/kernel/table/capacity.ts";
import type { Database, Op, Use } from "../../shared/kernel/table/database.ts";
import { tableNameOf, useOf } from "../../shared/kernel/table/meter.ts";
import { patternsOf } from "../../shared/kernel/table/patterns.ts";
import type { Table } from "../../shared/kernel/table/table.ts";

export interface Budget {
  /** The index that every request must use; "table" for the table itself. */
  readonly index?: string;
  /** Items read in all. */
  readonly items?: number;
  /** Requests in all; 1 unless told. */
  readonly requests?: number;
  /** Read and write units in all, when the test states them itself. */
  readonly read?: number;
  readonly write?: number;
}

export interface Budgets {
  /** The database to run on: it measures. */
  readonly db: Database;
  /**
   * Runs `work` and asserts that it is this one access pattern: its index, no row read and thrown away, and units equal
   * to the least that DynamoDB's rules allow for the items it touched.
   */
  within<T>(pattern: string, work: () => Promise<T>, budget?: Budget): Promise<T>;
  /** Declared access patterns that nothing has met. */
  unmet(table: Table): string[];
}

/** A request as it went, with the least it could cost. */
interface Measured extends Use {
  readonly floor: number;
}

export const budgets = (real: Database): Budgets => {
  const met = new Set<string>();
  let measured: Measured[] = [];
  const db: Database = {
    physical: (tableId) => real.physical(tableId),
    send: async (op, pattern, input) => {
      const before = await images(real, op, input);
      const reply = await real.send(op, pattern, { ...input, ReturnConsumedCapacity: "INDEXES" });
      const use = useOf(op, pattern, tableNameOf(input), input, reply);
      const floor = before ? floorOfWrite(op, before, await images(real, op, input)) : floorOfRead(op, input, reply);
      met.add(pattern);
      measured.push({ ...use, ...(op === "TransactWrite" ? { write: floor } : {}), floor });
      return reply;
    },
  };
  return {
    db,
    within: async (pattern, work, budget = {}) => {
      measured = [];
      const result = await work();
      check(pattern, measured, budget, result);
      return result;
    },
    unmet: (table) =>
      patternsOf(table)
        .filter(({ name, declared }) => declared && !met.has(name))
        .map(({ name }) => name),
  };
};

const check = (pattern: string, measured: readonly Measured[], { index, items, requests = 1, read, write }: Budget, result: unknown): void => {
  const total = (key: "items" | "scanned" | "read" | "write"): number => measured.reduce((sum, use) => sum + use[key], 0);
  const seen = `${pattern}: ${measured.map((use) => `${use.op} ${use.pattern} on ${use.index}, ${use.items} items, ${use.read || use.write} units`).join("; ")}`;
  expect([...new Set(measured.map((use) => use.pattern))], `Another pattern ran. ${seen}`).toEqual([pattern]);
  expect(measured.length, `Number of requests. ${seen}`).toBe(requests);
  if (index !== undefined) expect([...new Set(measured.map((use) => use.index))], `Index. ${seen}`).toEqual([index]);
  expect(total("scanned"), `Rows read and thrown away. ${seen}`).toBe(total("items"));
  if (items !== undefined) expect(total("items"), `Items. ${seen}`).toBe(items);
  const returned = (result as { items?: unknown[] } | undefined)?.items;
  if (Array.isArray(returned) && requests === 1) expect(returned.length, `Items of another entity were read. ${seen}`).toBe(total("items"));
  for (const use of measured) expect(use.read + use.write, `Units above the floor of ${use.floor}. ${seen}`).toBeLessThanOrEqual(use.floor);
  if (read !== undefined) expect(total("read"), `Read units. ${seen}`).toBe(read);
  if (write !== undefined) expect(total("write"), `Write units. ${seen}`).toBe(write);
};

const floorOfRead = (op: Op, input: any, reply: any): number => {
  if (op === "Get") return readUnits(reply.Item ? itemSize(reply.Item) : 0, { consistent: input.ConsistentRead });
  if (op === "Query") return readUnits(sizes(reply.Items), { consistent: input.ConsistentRead });
  return Object.entries<any[]>(reply.Responses ?? {})
    .flatMap(([table, items]) => items.map((item) => readUnits(itemSize(item), { consistent: input.RequestItems[table].ConsistentRead })))
    .reduce((sum, units) => sum + units, 0);
};
const sizes = (items: readonly Record<string, unknown>[]): number => items.reduce((sum, item) => sum + itemSize(item), 0);

type Image = Record<string, unknown> | undefined;

/** The stored items that a write is about, as they are now; undefined for reads. */
const images = async (db: Database, op: Op, input: any): Promise<Image[] | undefined> => {
  const keys = keysOf(op, input);
  if (!keys) return undefined;
  const TableName = tableNameOf(input);
  return Promise.all(keys.map(async (Key) => (await db.send("Get", "budgets", { TableName, Key, ConsistentRead: true })).Item));
};

const keysOf = (op: Op, input: any): Record<string, unknown>[] | undefined => {
  const keyOf = ({ Key, Item }: any): Record<string, unknown> => Key ?? { pk: Item.pk, sk: Item.sk };
  if (op === "Put" || op === "Update" || op === "Delete") return [keyOf(input)];
  if (op === "TransactWrite") return input.TransactItems.map((item: object) => keyOf(Object.values(item)[0]));
  if (op === "BatchWrite")
    return Object.values<any[]>(input.RequestItems)
      .flat()
      .map((request) => keyOf(request.PutRequest ?? request.DeleteRequest));
  return undefined;
};

const floorOfWrite = (op: Op, before: readonly Image[], after: readonly Image[] | undefined): number => {
  const writes = before.map((old, at): Written => ({ before: old, after: after?.[at] }));
  if (op === "TransactWrite") return costOfTransaction(writes, gsisOf(writes)) - unchangedIndexes(writes);
  return writes.reduce((sum, write) => sum + costOfWrite(write, gsisOf([write])).total, 0);
};

/** A condition check leaves its item as it was and so costs nothing in its indexes. */
const unchangedIndexes = (writes: readonly Written[]): number =>
  writes
    .filter(({ before, after }) => isDeepStrictEqual(before, after))
    .reduce((sum, write) => sum + 2 * (costOfWrite(write, gsisOf([write])).total - costOfWrite(write, []).total), 0);

const gsisOf = (writes: readonly Written[]): string[] => [
  ...new Set(
    writes
      .flatMap(({ before, after }) => [...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
      .filter((name) => /^gsi\d+pk$/.test(name))
      .map((name) => name.slice(0, -2)),
  ),
];
