import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import type { Database, Op } from "../../shared/kernel/table/database.ts";
import { makeTable, testDatabase } from "../support/dynamo.ts";
import { randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { type StoreCommand, commandsOf, wrongCommands } from "../support/simulation/commands.ts";
import { leaveThisProcess, stayInThisProcess } from "../support/simulation/in-memory.ts";
import { type MemoryStore, memoryStore } from "../support/simulation/memory-store.ts";

/** Each on tables of its own, at the same time. */
const SEEDS = Array.from({ length: atSize({ test: 1, soak: 8 }) }, (_, n) => 11 + n);
const COMMANDS = atSize({ test: 300, soak: 3_000 });
const TIMEOUT_MS = atSize({ test: 120_000, soak: 3_600_000 });
const GSIS = ["gsi1", "gsi2"];
const ID = "things";

type Outcome = Readonly<Record<string, unknown>>;
type Row = Readonly<Record<"pk" | "sk", string>>;

/** A reply or an error, without what nobody relies on. */
const outcomeOf = async (work: () => Promise<object>): Promise<Outcome> => {
  try {
    const { $metadata: _, ConsumedCapacity: __, ItemCollectionMetrics: ___, ...reply } = (await work()) as Outcome;
    return Object.fromEntries(Object.entries(reply).filter(([, value]) => value !== undefined && !isDeepStrictEqual(value, {})));
  } catch (error) {
    const { name, Item, CancellationReasons } = error as { name: string; Item?: unknown; CancellationReasons?: { Code?: string; Item?: unknown }[] };
    const reasons = CancellationReasons?.map((reason) => ({ Code: reason.Code, ...(reason.Item ? { Item: reason.Item } : {}) }));
    return { error: name, ...(Item ? { Item } : {}), ...(reasons ? { reasons } : {}) };
  }
};

/** A batch's items come in any order. */
const sorted = (outcome: Outcome): Outcome => {
  if (!outcome["Responses"]) return outcome;
  const order = ({ pk, sk }: Row): string => `${pk}\n${sk}`;
  const tables = Object.values(outcome["Responses"] as Readonly<Record<string, Row[]>>).map((items) =>
    items.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
  );
  return { items: tables.flat(), unprocessed: outcome["UnprocessedKeys"] ?? {} };
};

const run = async (db: Database, { op, input, pages }: StoreCommand): Promise<unknown[]> => {
  const named = JSON.parse(JSON.stringify(input).replaceAll(`"${ID}"`, JSON.stringify(db.physical(ID)))) as Outcome;
  const outcomes: Outcome[] = [];
  for (let start: unknown; ;) {
    const outcome = await outcomeOf(() => db.send(op, "test", start ? { ...named, ExclusiveStartKey: start } : named));
    outcomes.push(sorted(outcome));
    start = pages ? outcome["LastEvaluatedKey"] : undefined;
    if (start === undefined) return withoutEmptyEnd(outcomes);
  }
};

/** Whether a page that ends exactly at the end is followed by an empty one is nobody's promise. */
const withoutEmptyEnd = (outcomes: readonly Outcome[]): unknown[] => {
  const pages = outcomes.length > 1 && outcomes.at(-1)!["Count"] === 0 ? outcomes.slice(0, -1) : [...outcomes];
  const { LastEvaluatedKey: _, ...end } = pages.pop()!;
  return [...pages, end];
};

const everything = async (db: Database): Promise<unknown> => {
  const partitions: unknown[] = [];
  for (const pk of ["o1#A", "o1#B", "o1#Ä", "o2#A", "many", "long", "odd"])
    partitions.push(
      await run(db, {
        op: "Query",
        input: { TableName: ID, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk }, ConsistentRead: true },
      }),
    );
  return partitions;
};

/** The first command after which the two differ, with what each of them said. */
const difference = async (seed: number, engine: Database, memory: Database, commands: number): Promise<object | undefined> => {
  const next = commandsOf(randomOf(seed), ID);
  for (let at = 0; at < commands; at++) {
    const command = next();
    const [real, ours] = await Promise.all([run(engine, command), run(memory, command)]);
    if (!isDeepStrictEqual(real, ours)) return { seed, at, command, real, ours };
  }
  const [real, ours] = await Promise.all([everything(engine), everything(memory)]);
  return isDeepStrictEqual(real, ours) ? undefined : { seed, at: "the end", real, ours };
};

const engineOf = async (): Promise<Database> => testDatabase({ tables: { [ID]: await makeTable({ id: ID, gsis: GSIS }) } });
/** The memory store as tests reach it: through the SDK. */
const wiredOf = async (): Promise<Database> => {
  stayInThisProcess();
  try {
    return await engineOf();
  } finally {
    leaveThisProcess();
  }
};
const ours = (): MemoryStore => memoryStore([{ id: ID, gsis: GSIS }]);

describe("the memory store", () => {
  it(
    `answers ${SEEDS.length * COMMANDS} random commands as DynamoDB Local does`,
    async () => {
      const found = await Promise.all(SEEDS.map(async (seed) => difference(seed, await engineOf(), await wiredOf(), COMMANDS)));
      expect(found.filter((one) => one !== undefined)).toEqual([]);
      figures("R1a", { "commands on both stores": SEEDS.length * COMMANDS, differences: 0 });
    },
    TIMEOUT_MS,
  );

  it("refuses what DynamoDB Local refuses, and keeps to its limits", async () => {
    const [engine, memory] = [await engineOf(), await wiredOf()];
    const found: object[] = [];
    for (const command of wrongCommands(randomOf(5), ID, atSize({ test: 4, soak: 40 }))) {
      const [real, own] = [await run(engine, command), await run(memory, command)];
      if (!isDeepStrictEqual(real, own)) found.push({ command, real, own });
    }
    expect(found).toEqual([]);
    expect(await everything(memory)).toEqual(await everything(engine));
  });

  it("carries a transaction out once that is sent again under its token, as DynamoDB Local does", async () => {
    const on = async (db: Database): Promise<unknown[]> => {
      const Update = {
        TableName: db.physical(ID),
        Key: { pk: "counted", sk: "n" },
        UpdateExpression: "ADD #n :one",
        ExpressionAttributeNames: { "#n": "n" },
        ExpressionAttributeValues: { ":one": 1 },
      };
      const told: unknown[] = [];
      for (const ClientRequestToken of ["first", "first", "second"])
        told.push(await outcomeOf(() => db.send("TransactWrite", "test", { TransactItems: [{ Update }], ClientRequestToken })));
      return [...told, await outcomeOf(() => db.send("Get", "test", { TableName: db.physical(ID), Key: Update.Key, ConsistentRead: true }))];
    };
    const own = await on(await wiredOf());
    expect(own).toEqual(await on(await engineOf()));
    expect(own.at(-1)).toMatchObject({ Item: { n: 2 } });
  });

  it("ends pages of large items where DynamoDB Local does", async () => {
    const items = Array.from({ length: 14 }, (_, n) => ({
      pk: "large",
      sk: `S#${n}`,
      gsi1pk: "large",
      gsi1sk: `${n % 3}#${n}`,
      text: "t".repeat(90_000 + n * 20_011),
    }));
    const on = async (db: Database): Promise<unknown[]> => {
      for (const Item of items) await db.send("Put", "test", { TableName: db.physical(ID), Item });
      const query = { TableName: ID, KeyConditionExpression: "#pk = :pk", ExpressionAttributeValues: { ":pk": "large" } };
      return [
        await run(db, { op: "Query", input: { ...query, ExpressionAttributeNames: { "#pk": "pk" } }, pages: true }),
        await run(db, {
          op: "Query",
          input: { ...query, ExpressionAttributeNames: { "#pk": "gsi1pk" }, IndexName: "gsi1", ScanIndexForward: false },
          pages: true,
        }),
      ];
    };
    const [real, own] = [await on(await engineOf()), await on(ours().db)];
    expect(own).toEqual(real);
    expect((own[0] as unknown[]).length).toBeGreaterThan(2);
  });

  const faults: Readonly<Record<string, (op: Op, input: Outcome) => Outcome>> = {
    "forgets a condition": (op, input) => (op === "Put" ? { TableName: input["TableName"], Item: input["Item"] } : input),
    "forgets the direction of a query": (op, input) => (op === "Query" ? { ...input, ScanIndexForward: true } : input),
    "forgets a limit": (op, input) => (op === "Query" ? { ...input, Limit: undefined } : input),
    "forgets the item of a refusal": (op, input) => (op === "Delete" ? { ...input, ReturnValuesOnConditionCheckFailure: "NONE" } : input),
  };
  it.each(Object.entries(faults))("would be found out if it %s", async (_, wrong) => {
    const { db, execute } = ours();
    const faulty: Database = { ...db, send: async (op, _pattern, input) => execute(op, wrong(op, input)) };
    expect(await difference(1, await engineOf(), faulty, 400)).toBeDefined();
  });

  it("throws at what it does not know", async () => {
    const { execute } = ours();
    const query = (more: object) => () =>
      execute("Query", { TableName: ID, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "x" }, ...more });
    expect(query({ FilterExpression: "a = :pk" })).toThrow(/FilterExpression/);
    const update = (UpdateExpression: string) => () =>
      execute("Update", { TableName: ID, Key: { pk: "a", sk: "b" }, UpdateExpression, ExpressionAttributeValues: { ":x": 1 } });
    expect(update("SET a = a + :x")).toThrow(/does not know|cannot read|at this place/);
    expect(update("SET a.b = :x")).toThrow(/cannot read/);
    expect(() => execute("Put", { TableName: ID, Item: { pk: "a", sk: "b", when: new Date() } })).toThrow(/plain JSON/);
  });
});
