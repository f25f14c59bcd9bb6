import type { Op, Use } from "./database.ts";

const READS: ReadonlySet<Op> = new Set(["Get", "BatchGet", "Query"]);

/** What a request consumed, from its input and DynamoDB's reply with ReturnConsumedCapacity INDEXES. */
export const useOf = (op: Op, pattern: string, table: string, input: any, reply: any): Use => {
  const by_index: Record<string, number> = {};
  const add = (index: string, units = 0): void => {
    by_index[index] = (by_index[index] ?? 0) + units;
  };
  let total = 0;
  for (const consumed of [reply.ConsumedCapacity ?? []].flat()) {
    total += consumed.CapacityUnits;
    add("table", consumed.Table?.CapacityUnits);
    for (const [index, part] of Object.entries<{ CapacityUnits: number }>(consumed.GlobalSecondaryIndexes ?? {})) add(index, part.CapacityUnits);
  }
  const items = reply.Count ?? (reply.Item ? 1 : Object.values(reply.Responses ?? {}).flat().length);
  return {
    pattern,
    op,
    table,
    index: input.IndexName ?? "table",
    items,
    scanned: reply.ScannedCount ?? items,
    read: READS.has(op) ? total : 0,
    write: READS.has(op) ? 0 : total,
    by_index,
    attempts: reply.$metadata?.attempts ?? 1,
  };
};

/** The physical table of a request: of a transaction, that of its first write. */
export const tableNameOf = (input: any): string => {
  if (input.TableName) return input.TableName;
  if (input.RequestItems) return Object.keys(input.RequestItems)[0]!;
  return (Object.values(input.TransactItems[0])[0] as { TableName: string }).TableName;
};
