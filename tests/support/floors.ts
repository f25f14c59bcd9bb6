import { isDeepStrictEqual } from "node:util";
import { type Written, costOfTransaction, costOfWrite, itemSize, readUnits } from "../../shared/kernel/table/capacity.ts";
import type { Database, Op, Use } from "../../shared/kernel/table/database.ts";
import { tableNameOf, useOf } from "../../shared/kernel/table/meter.ts";
import { inThisProcess } from "./simulation/in-memory.ts";

/** A request as it went, with the least it could cost. */
export interface Measured extends Use {
  readonly floor: number;
}

export interface Floors {
  /** The database to run on: it measures. */
  readonly db: Database;
  /** What went since this was last asked. */
  take(): Measured[];
}

/**
 * Measures each request beside the least units that DynamoDB's rules allow for the items it touched. What a transaction
 * consumed is computed, since DynamoDB Local reports it wrong.
 */
export const floors = (real: Database): Floors => {
  if (inThisProcess())
    throw new Error("What a request costs is only told by the engine. Name the test's file in ON_THE_ENGINE of tests/support/tables-setup.ts.");
  let measured: Measured[] = [];
  return {
    db: {
      physical: (tableId) => real.physical(tableId),
      send: async (op, pattern, input) => {
        const before = await images(real, op, input);
        const reply = await real.send(op, pattern, { ...input, ReturnConsumedCapacity: "INDEXES" });
        const use = useOf(op, pattern, tableNameOf(input), input, reply);
        const floor = before ? floorOfWrite(op, before, await images(real, op, input)) : floorOfRead(op, input, reply);
        measured.push({ ...use, ...(op === "TransactWrite" ? { write: floor } : {}), floor });
        return reply;
      },
    },
    take: () => {
      const taken = measured;
      measured = [];
      return taken;
    },
  };
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
