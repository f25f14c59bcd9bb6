import { expect } from "vitest";
import type { Database } from "../../shared/kernel/table/database.ts";
import { patternsOf } from "../../shared/kernel/table/patterns.ts";
import type { Table } from "../../shared/kernel/table/table.ts";
import { type Measured, floors } from "./floors.ts";

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

export const budgets = (real: Database): Budgets => {
  const met = new Set<string>();
  const { db, take } = floors(real);
  const note = (): Measured[] => {
    const measured = take();
    for (const { pattern } of measured) met.add(pattern);
    return measured;
  };
  return {
    db,
    within: async (pattern, work, budget = {}) => {
      note();
      const result = await work();
      check(pattern, note(), budget, result);
      return result;
    },
    unmet: (table) => {
      note();
      return patternsOf(table)
        .filter(({ name, declared }) => declared && !met.has(name))
        .map(({ name }) => name);
    },
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
