import type { Database, Op } from "../../../shared/kernel/table/database.ts";
import { itemSize } from "../../../shared/kernel/table/capacity.ts";
import type { Table } from "../../../shared/kernel/table/table.ts";
import { type Marks, type Stored, attributeOf, invalidRequest, readCondition, readKeyCondition, readUpdate, requireUsed, valueOf } from "./expressions.ts";
import { type Changed, type Key, type MemoryTable, type Times, isKeyText, memoryTable } from "./memory-table.ts";

/** DynamoDB in memory: the requests that the table layer makes, answered at once and as DynamoDB answers them. */
export interface MemoryStore {
  /**
   * Carries one request out, whole, at this very moment. Throws the errors that the SDK throws. Reads of keys that are
   * not asked to be consistent may show what was there up to `stale_ms` ago.
   */
  execute(op: Op, input: any, stale_ms?: number): any;
  readonly db: Database;
  table(id: string): MemoryTable;
  add(definition: Pick<Table, "id" | "gsis">, changed?: Changed): void;
  remove(id: string): void;
}

const NO_LAG: Times = { now: () => 0, lag: () => 0 };

export const memoryStore = (definitions: readonly Pick<Table, "id" | "gsis">[], times: Times = NO_LAG): MemoryStore => {
  const tables = new Map(definitions.map(({ id, gsis }) => [id, memoryTable(id, gsis, times)]));
  const table = (id: string): MemoryTable => {
    const found = tables.get(id);
    if (!found) throw new Error(`There is no table ${id} in the memory store.`);
    return found;
  };
  const execute = (op: Op, input: any, stale_ms = 0): any => operations[op](table, input, stale_ms);
  return {
    execute,
    table,
    add: ({ id, gsis }, changed) => void tables.set(id, memoryTable(id, gsis, times, changed)),
    remove: (id) => void tables.delete(id),
    db: { physical: (tableId) => table(tableId).id, send: async (op, _pattern, input) => execute(op, input) },
  };
};

type Tables = (id: string) => MemoryTable;
type Operation = (table: Tables, input: any, stale_ms: number) => any;

const MOST = { TransactItems: 100, Keys: 100, requests: 25 } as const;

const refused = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400, attempts: 1 }, ...more });

const MOST_LEVELS = 32;

/** The SDK sends no larger ones, and DynamoDB keeps no smaller ones. */
const requireNumber = (value: number): void => {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new Error(`Number ${value} is beyond the safe integers.`);
  if (value !== 0 && Math.abs(value) < 1e-130)
    throw invalidRequest("Number underflow. Attempting to store a number with magnitude smaller than supported range");
};

/** A copy as it would come back from storage: without what is undefined. */
const copied = (value: unknown, level = 1): unknown => {
  if (level > MOST_LEVELS) throw invalidRequest("Nesting Levels have exceeded supported limits");
  if (typeof value === "number") requireNumber(value);
  if (typeof value !== "object" || value === null) {
    if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") throw new Error("The memory store keeps plain JSON only.");
    return value;
  }
  if (Array.isArray(value)) return value.filter((element) => element !== undefined).map((element) => copied(element, level + 1));
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) throw new Error(`The memory store keeps plain JSON only, not a ${value.constructor.name}.`);
  return copy(value as Stored, level + 1);
};
const copy = (item: Stored, level = 1): Record<string, unknown> => {
  const made: Record<string, unknown> = {};
  for (const name in item) {
    const value = item[name];
    if (name === "") throw invalidRequest("Attribute name must not be empty");
    if (value !== undefined) made[name] = typeof value === "string" ? value : copied(value, level);
  }
  return made;
};

const ITEM_BYTES = 400 * 1024;

const requireSize = (item: Stored): void => {
  if (itemSize(item) > ITEM_BYTES) throw invalidRequest("Item size has exceeded the maximum allowed size");
};

const keyOf = (given: Record<string, unknown>): Key => {
  const { pk, sk, ...more } = given;
  if (!isKeyText(pk, "pk") || !isKeyText(sk, "sk"))
    throw invalidRequest("One or more parameter values were invalid: a key attribute is missing, empty, too long or no text");
  if (Object.keys(more).length > 0) throw invalidRequest("The provided key element does not match the schema");
  return { pk, sk };
};
const keyIn = ({ pk, sk }: Stored): Key => keyOf({ pk, sk });

const requireIndexKeys = ({ gsis }: MemoryTable, item: Stored): void => {
  for (const index of gsis)
    for (const half of ["pk", "sk"] as const) {
      const value = item[`${index}${half}`];
      if (value !== undefined && !isKeyText(value, half))
        throw invalidRequest(`One or more parameter values were invalid: the key of index ${index} must be a text, and not too long`);
    }
};

const marksOf = ({ ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: any): Marks => ({ names, values });

const KNOWN = new Set([
  "TableName",
  "Item",
  "Key",
  "ConditionExpression",
  "UpdateExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "ReturnValuesOnConditionCheckFailure",
  "ReturnValues",
]);

/** One write, checked and prepared; `after` is what it leaves. */
interface Prepared {
  readonly table: MemoryTable;
  readonly key: Key;
  readonly before: Stored | undefined;
  readonly passes: boolean;
  readonly after: () => Stored | undefined;
  /** A condition check writes nothing. */
  readonly writes: boolean;
}
type WriteKind = "Put" | "Update" | "Delete" | "ConditionCheck";

const prepared = (tables: Tables, kind: WriteKind, input: any): Prepared => {
  for (const name in input) if (!KNOWN.has(name)) throw new Error(`The memory store does not know ${name} of a ${kind}.`);
  const table = tables(input.TableName);
  const marks = marksOf(input);
  requireUsed(`${input.ConditionExpression ?? ""} ${input.UpdateExpression ?? ""}`, marks);
  const item = kind === "Put" ? copy(input.Item) : undefined;
  if (item) requireIndexKeys(table, item);
  if (item) requireSize(item);
  const key = item ? keyIn(item) : keyOf(input.Key);
  const before = table.get(key);
  const passes = input.ConditionExpression === undefined || readCondition(input.ConditionExpression)(before, marks);
  const after = (): Stored | undefined => {
    if (kind === "Put") return item;
    if (kind === "Delete") return undefined;
    return updated(table, key, before, input.UpdateExpression, marks);
  };
  return { table, key, before, passes, after, writes: kind !== "ConditionCheck" };
};

const updated = (table: MemoryTable, key: Key, before: Stored | undefined, expression: string, marks: Marks): Stored => {
  const item: Record<string, unknown> = { ...(before ?? key) };
  const { set, remove, add } = readUpdate(expression);
  const touched = new Set<string>();
  const touch = (name: string): string => {
    const attribute = attributeOf(name, marks);
    if (attribute === "pk" || attribute === "sk") throw invalidRequest(`Cannot update attribute ${attribute}. This attribute is part of the key`);
    if (touched.has(attribute)) throw invalidRequest(`Two document paths overlap with each other: ${attribute}`);
    touched.add(attribute);
    return attribute;
  };
  for (const [name, value] of set) item[touch(name)] = copied(valueOf(value, marks));
  for (const name of remove) delete item[touch(name)];
  for (const [name, value] of add) {
    const attribute = touch(name);
    const [amount, old] = [valueOf(value, marks), item[attribute] ?? 0];
    if (typeof amount !== "number" || typeof old !== "number") throw invalidRequest("An operand in the update expression has an incorrect data type");
    item[attribute] = old + amount;
  }
  requireIndexKeys(table, item);
  requireSize(item);
  return item;
};

const single =
  (kind: "Put" | "Update" | "Delete"): Operation =>
  (tables, input) => {
    const { table, key, before, passes, after } = prepared(tables, kind, input);
    if (!passes) {
      const Item = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && before ? { Item: copy(before) } : {};
      throw refused("ConditionalCheckFailedException", "The conditional request failed", Item);
    }
    const now = after();
    table.set(key, now);
    return returnedBy(kind, input, before, now);
  };

const returnedBy = (
  kind: WriteKind,
  { ReturnValues = "NONE", UpdateExpression, ...input }: any,
  before: Stored | undefined,
  now: Stored | undefined,
): object => {
  if (ReturnValues === "NONE") return {};
  if (ReturnValues === "ALL_OLD") return before ? { Attributes: copy(before) } : {};
  if (kind === "Update" && ReturnValues === "ALL_NEW") return { Attributes: copy(now!) };
  if (kind !== "Update" || ReturnValues !== "UPDATED_NEW") throw new Error(`The memory store does not know the ReturnValues ${ReturnValues} of a ${kind}.`);
  const { set, add } = readUpdate(UpdateExpression);
  const names = [...set, ...add].map(([name]) => attributeOf(name, marksOf(input)));
  return { Attributes: copy(Object.fromEntries(names.map((name) => [name, now![name]]))) };
};

const transaction: Operation = (tables, { TransactItems, ...more }) => {
  if (Object.keys(more).some((name) => name !== "ClientRequestToken")) throw new Error(`The memory store does not know ${Object.keys(more).join(", ")}.`);
  if (TransactItems.length > MOST.TransactItems || TransactItems.length === 0)
    throw invalidRequest("Member must have length less than or equal to 100 and at least 1");
  const inputs = (TransactItems as Record<WriteKind, any>[]).map((item) => Object.entries(item)[0] as [WriteKind, any]);
  const writes = inputs.map(([kind, input]) => prepared(tables, kind, input));
  if (new Set(writes.map(({ table, key }) => `${table.id}\n${key.pk}\n${key.sk}`)).size < writes.length)
    throw invalidRequest("Transaction request cannot include multiple operations on one item");
  const after: (Stored | undefined)[] = [];
  const reasons = writes.map((write, at) => {
    if (!write.passes) return conditionFailed(inputs[at]![1], write);
    if (write.writes) after[at] = write.after();
    return PASSED;
  });
  if (reasons.some((reason) => reason !== PASSED)) throw cancelled(reasons);
  writes.forEach(({ table, key, writes: does }, at) => does && table.set(key, after[at]));
  return {};
};

const PASSED: Reason = { Code: "None" };
const conditionFailed = ({ ReturnValuesOnConditionCheckFailure: returned }: any, { before }: Prepared): Reason => ({
  Code: "ConditionalCheckFailed",
  Message: "The conditional request failed",
  ...(returned === "ALL_OLD" && before ? { Item: copy(before) } : {}),
});

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Stored;
}
export const cancelled = (CancellationReasons: readonly Reason[]): Error =>
  refused(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${CancellationReasons.map(({ Code }) => Code).join(", ")}]`,
    { CancellationReasons },
  );

const requireDistinct = (keys: readonly Key[]): void => {
  if (new Set(keys.map(({ pk, sk }) => `${pk}\n${sk}`)).size < keys.length) throw invalidRequest("Provided list of item keys contains duplicates");
};

/** Reads show what was there before a write only if they may, and while the write is young. */
const read = (table: MemoryTable, key: Key, consistent: boolean | undefined, stale_ms: number): object | undefined => {
  const item = stale_ms === 0 || consistent ? table.get(key) : table.earlier(key, stale_ms);
  return item && copy(item);
};

const batchGet: Operation = (tables, { RequestItems }, stale_ms) => {
  const Responses: Record<string, object[]> = {};
  for (const [name, { Keys, ConsistentRead }] of Object.entries<{ Keys: Record<string, unknown>[]; ConsistentRead?: boolean }>(RequestItems)) {
    if (Keys.length > MOST.Keys || Keys.length === 0) throw invalidRequest("Too many items requested for the BatchGetItem call");
    const keys = Keys.map(keyOf);
    requireDistinct(keys);
    Responses[name] = keys.flatMap((key) => read(tables(name), key, ConsistentRead, stale_ms) ?? []);
  }
  return { Responses, UnprocessedKeys: {} };
};

const batchWrite: Operation = (tables, { RequestItems }) => {
  for (const [name, requests] of Object.entries<any[]>(RequestItems)) {
    const table = tables(name);
    if (requests.length > MOST.requests || requests.length === 0) throw invalidRequest("Member must have length less than or equal to 25 and at least 1");
    const items = requests.map(({ PutRequest }) => (PutRequest ? copy(PutRequest.Item) : undefined));
    const keys = requests.map(({ DeleteRequest }, at) => (items[at] ? keyIn(items[at]) : keyOf(DeleteRequest.Key)));
    requireDistinct(keys);
    for (const item of items)
      if (item) {
        requireIndexKeys(table, item);
        requireSize(item);
      }
    keys.forEach((key, at) => table.set(key, items[at]));
  }
  return { UnprocessedItems: {} };
};

const QUERY = new Set([
  "TableName",
  "IndexName",
  "KeyConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
  "Limit",
  "ScanIndexForward",
  "ExclusiveStartKey",
  "ConsistentRead",
]);

const query: Operation = (tables, input) => {
  for (const name in input) if (!QUERY.has(name)) throw new Error(`The memory store does not know ${name} of a Query.`);
  const table = tables(input.TableName);
  if (input.IndexName !== undefined && !table.gsis.includes(input.IndexName)) throw invalidRequest("The table does not have the specified index");
  if (input.IndexName !== undefined && input.ConsistentRead) throw invalidRequest("Consistent reads are not supported on global secondary indexes");
  if (input.Limit !== undefined && !(input.Limit >= 1)) throw invalidRequest("Limit must be at least 1");
  const marks = marksOf(input);
  requireUsed(input.KeyConditionExpression, marks);
  const { items, last } = table.page(input.IndexName, {
    condition: readKeyCondition(input.KeyConditionExpression),
    marks,
    limit: input.Limit ?? Number.MAX_SAFE_INTEGER,
    desc: input.ScanIndexForward === false,
    start: input.ExclusiveStartKey,
  });
  return { Items: items.map((item) => copy(item)), Count: items.length, ScannedCount: items.length, ...(last ? { LastEvaluatedKey: last } : {}) };
};

const operations: Record<Op, Operation> = {
  Get: (tables, { TableName, Key: key, ConsistentRead }, stale_ms) => {
    const Item = read(tables(TableName), keyOf(key), ConsistentRead, stale_ms);
    return Item ? { Item } : {};
  },
  Put: single("Put"),
  Update: single("Update"),
  Delete: single("Delete"),
  TransactWrite: transaction,
  BatchGet: batchGet,
  BatchWrite: batchWrite,
  Query: query,
};
