import type { Op } from "../../../shared/kernel/table/database.ts";
import { pick } from "../faults/random.ts";

export interface StoreCommand {
  readonly op: Op;
  readonly input: any;
  /** Goes on from where the reply ended, while it says so. */
  readonly pages?: true;
}

interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

const PARTITIONS = ["o1#A", "o1#B", "o1#Ä", "o2#A"];
const nested = (levels: number): unknown => (levels === 0 ? "leaf" : levels % 2 === 0 ? { in: nested(levels - 1) } : [nested(levels - 1)]);
const STATES = ["new", "done", "é", "\u{1f3b5}"];

/**
 * Random requests of the kinds that the table layer makes, over few keys so that they meet: conditions that pass and
 * fail, moves between index partitions, transactions, batches, pages, and requests that are
 * wrong in themselves.
 */
export const commandsOf = (random: () => number, table: string): (() => StoreCommand) => drawer(random, table).draw;

/** Requests that are wrong in themselves or at a limit, each kind so many times. */
export const wrongCommands = (random: () => number, table: string, times: number): StoreCommand[] =>
  Array.from({ length: times }, () => drawer(random, table).wrong.map((make) => make())).flat();

const drawer = (random: () => number, table: string) => {
  const whole = (below: number): number => Math.floor(random() * below);
  const chance = (share: number): boolean => random() < share;
  // Numbers, letters beyond ASCII and beyond the first plane: the order of sort keys is that of their bytes.
  const sortKey = (): string => `S#${pick(random, ["a", "b", "ä", "\u{10ffff}", "\ufffd", "Z"])}${whole(4)}`;
  const key = (): { pk: string; sk: string } => ({ pk: pick(random, PARTITIONS), sk: sortKey() });
  const value = (): unknown =>
    pick(random, [whole(5), -whole(5), 1.5, "text", "", true, false, null, [1, "two", { three: 3 }], { deep: { er: [null] } }, [], {}]);
  /** Index sort keys are the items' own, so that no two are equal and their order is defined. */
  const indexed = ({ pk, sk }: { pk: string; sk: string }): object => ({
    ...(chance(0.7) ? { gsi1pk: `I#${pick(random, STATES)}`, gsi1sk: `${sk}#${pk}` } : {}),
    ...(chance(0.5) ? { gsi2pk: "all", gsi2sk: `${pick(random, STATES)}#${pk}#${sk}` } : {}),
  });
  const item = (): Record<string, unknown> => {
    const at = key();
    return { ...at, ...indexed(at), _t: "Thing", version: whole(3), state: pick(random, STATES), n: whole(4), value: value(), gone: undefined };
  };
  const returned = (): object => (chance(0.7) ? { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } : {});
  const condition = (): Condition =>
    pick<() => Condition>(random, [
      () => ({}),
      () => ({ ConditionExpression: "attribute_not_exists(pk)" }),
      () => ({ ConditionExpression: "attribute_exists(pk)" }),
      () => ({ ConditionExpression: "#version = :c0", ExpressionAttributeNames: { "#version": "version" }, ExpressionAttributeValues: { ":c0": whole(3) } }),
      () => ({
        ConditionExpression: "#version = :c0 AND #state = :c1",
        ExpressionAttributeNames: { "#version": "version", "#state": "state" },
        ExpressionAttributeValues: { ":c0": whole(3), ":c1": pick(random, STATES) },
      }),
      () => ({
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(#n) AND #value = :c0",
        ExpressionAttributeNames: { "#n": "n", "#value": "value" },
        ExpressionAttributeValues: { ":c0": value() },
      }),
      () => ({
        ConditionExpression: `attribute_not_exists(#n) OR #n ${pick(random, ["<", "<=", ">", ">="])} :c0`,
        ExpressionAttributeNames: { "#n": "n" },
        ExpressionAttributeValues: { ":c0": pick(random, [whole(4), "text"]) },
      }),
    ])();
  const put = () => ({ TableName: table, Item: item(), ...condition(), ...returned() });
  const remove = () => ({ TableName: table, Key: key(), ...condition(), ...returned() });
  const update = () => {
    const at = key();
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {}, ...more } = condition();
    const moved = chance(0.3);
    const removed = chance(0.4);
    const added = chance(0.6);
    const parts = [
      `SET #set = :set${moved ? ", #gsi1pk = :gsi1pk, #gsi1sk = :gsi1sk" : ""}`,
      ...(removed ? [`REMOVE #value${moved ? "" : ", #gsi1pk, #gsi1sk"}`] : []),
      ...(added ? ["ADD #version :one, #count :amount"] : []),
    ];
    return {
      TableName: table,
      Key: at,
      UpdateExpression: parts.join(" "),
      ExpressionAttributeNames: {
        ...names,
        "#set": pick(random, ["set", "other"]),
        ...(moved || removed ? { "#gsi1pk": "gsi1pk", "#gsi1sk": "gsi1sk" } : {}),
        ...(removed ? { "#value": "value" } : {}),
        ...(added ? { "#version": "version", "#count": chance(0.1) ? "state" : "count" } : {}),
      },
      ExpressionAttributeValues: {
        ...values,
        ":set": value(),
        ...(moved ? { ":gsi1pk": `I#${pick(random, STATES)}`, ":gsi1sk": `${at.sk}#${at.pk}` } : {}),
        ...(added ? { ":one": 1, ":amount": whole(5) - 2 } : {}),
      },
      ...more,
      ...returned(),
    };
  };
  const check = () => {
    const given = condition();
    return given.ConditionExpression ? { TableName: table, Key: key(), ...given, ...returned() } : undefined;
  };
  const write = (): object => {
    const checked = chance(0.2) ? check() : undefined;
    if (checked) return { ConditionCheck: checked };
    return pick<() => object>(random, [() => ({ Put: put() }), () => ({ Update: update() }), () => ({ Delete: remove() })])();
  };
  const keys = (count: number): { pk: string; sk: string }[] => Array.from({ length: count }, key);
  const distinct = <T>(all: readonly T[], of: (one: T) => { pk: string; sk: string }): T[] =>
    chance(0.05) ? [...all] : [...new Map(all.map((one) => [`${of(one).pk}\n${of(one).sk}`, one])).values()];
  const ofKey = (one: { pk: string; sk: string }) => one;
  const range = (name: string): { text: string; names: object; values: object } =>
    pick<() => { text: string; names: object; values: object }>(random, [
      () => ({ text: "", names: {}, values: {} }),
      () => ({ text: " AND begins_with(#sk, :low)", names: { "#sk": name }, values: { ":low": pick(random, ["S#", "S#a", "S#ä", "new", "é"]) } }),
      () => ({
        text: " AND #sk BETWEEN :low AND :high",
        names: { "#sk": name },
        values: { ":low": "S#a", ":high": pick(random, ["S#b", "S#\u{10ffff}", "\u{10ffff}"]) },
      }),
      () => ({
        text: ` AND #sk ${pick(random, ["<=", ">=", "<", ">", "="])} :high`,
        names: { "#sk": name },
        values: { ":high": chance(0.5) ? sortKey() : "S#\ufffd9" },
      }),
    ])();
  const query = () => {
    const on = pick(random, [undefined, undefined, "gsi1", "gsi2"]);
    const { text, names, values } = range(`${on ?? ""}sk`);
    const pk = on === undefined ? pick(random, PARTITIONS) : on === "gsi1" ? `I#${pick(random, STATES)}` : "all";
    return {
      TableName: table,
      ...(on ? { IndexName: on } : { ConsistentRead: chance(0.5) }),
      KeyConditionExpression: `#pk = :pk${text}`,
      ExpressionAttributeNames: { "#pk": `${on ?? ""}pk`, ...names },
      ExpressionAttributeValues: { ":pk": pk, ...values },
      ScanIndexForward: chance(0.5),
      ...(chance(0.8) ? { Limit: 1 + whole(6) } : {}),
    };
  };
  /** DynamoDB Local looks at conditions first and refuses a second write to an item only when they hold; DynamoDB refuses at once. */
  const onItemsOfTheirOwn = (writes: readonly object[]): object[] => {
    const at = ({ Put, Update, Delete, ConditionCheck }: any): string => {
      const { pk, sk } = Put?.Item ?? (Update ?? Delete ?? ConditionCheck).Key;
      return `${pk}\n${sk}`;
    };
    return [...new Map(writes.map((one) => [at(one), one])).values()];
  };
  const twice = (): object[] => {
    const Key = { pk: "o1#A", sk: "S#twice" };
    return [{ Delete: { TableName: table, Key } }, { Put: { TableName: table, Item: Key } }];
  };
  const wrong: readonly (() => StoreCommand)[] = [
    () => ({ op: "TransactWrite", input: { TransactItems: [{ Put: { TableName: table, Item: item() } }, ...twice()] } }),
    () => ({ op: "Put", input: { TableName: table, Item: { ...item(), pk: "" } } }),
    () => ({ op: "Get", input: { TableName: table, Key: { pk: "k".repeat(2048 + whole(2)), sk: "ä".repeat(512) } } }),
    () => ({ op: "Put", input: { TableName: table, Item: { ...item(), pk: "long", sk: `${"k".repeat(1023)}${pick(random, ["a", "ä"])}` } } }),
    () => ({ op: "Put", input: { TableName: table, Item: { ...item(), gsi1pk: "long", gsi1sk: "k".repeat(1024 + whole(2)) } } }),
    () => ({
      op: "Put",
      input: { TableName: table, Item: { pk: "odd", sk: "number", n: pick(random, [1e126, -1e126, 9.9e125, 1e-130, 9e-131, 5e-324, [1e-140]]) } },
    }),
    () => ({ op: "Put", input: { TableName: table, Item: { pk: "odd", sk: "name", map: { [pick(random, ["", "n"])]: 1 } } } }),
    () => ({ op: "Put", input: { TableName: table, Item: { pk: "odd", sk: "levels", map: nested(29 + whole(4)) } } }),
    () => ({
      op: "Query",
      input: {
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :low AND :high",
        ExpressionAttributeValues: { ":pk": "o1#A", ":low": "b", ":high": pick(random, ["a", "b", "c"]) },
      },
    }),
    () => ({ op: "Put", input: { TableName: table, Item: { pk: "long", sk: "item", text: "t".repeat(400 * 1024 - 16 + whole(3)) } } }),
    () => ({ op: "Put", input: { TableName: table, Item: { ...item(), gsi1pk: 5, gsi1sk: "x" } } }),
    () => ({ op: "Put", input: { ...put(), ExpressionAttributeNames: { "#nobody": "n", "#asks": "m" } } }),
    () => ({ op: "Update", input: { TableName: table, Key: key(), UpdateExpression: "SET #x = :missing", ExpressionAttributeNames: { "#x": "x" } } }),
    () => ({
      op: "Update",
      input: {
        TableName: table,
        Key: key(),
        UpdateExpression: "SET #sk = :x",
        ExpressionAttributeNames: { "#sk": "sk" },
        ExpressionAttributeValues: { ":x": "x" },
      },
    }),
    () => ({ op: "Get", input: { TableName: table, Key: { pk: "o1#A" } } }),
    () => ({
      op: "TransactWrite",
      input: { TransactItems: Array.from({ length: 101 }, (_, n) => ({ Put: { TableName: table, Item: { pk: "many", sk: String(n) } } })) },
    }),
    () => ({
      op: "BatchWrite",
      input: { RequestItems: { [table]: Array.from({ length: 26 }, (_, n) => ({ DeleteRequest: { Key: { pk: "many", sk: String(n) } } })) } },
    }),
    () => ({ op: "Query", input: { ...query(), IndexName: "gsi1", ConsistentRead: true } }),
  ];
  const draw = (): StoreCommand => {
    const kind = random();
    if (kind < 0.14) return { op: "Put", input: put() };
    if (kind < 0.32)
      return { op: "Update", input: { ...update(), ...(chance(0.4) ? { ReturnValues: pick(random, ["ALL_NEW", "ALL_OLD", "UPDATED_NEW"]) } : {}) } };
    if (kind < 0.4) return { op: "Delete", input: remove() };
    if (kind < 0.5) return { op: "Get", input: { TableName: table, Key: key(), ConsistentRead: chance(0.5) } };
    if (kind < 0.7) return { op: "TransactWrite", input: { TransactItems: onItemsOfTheirOwn(Array.from({ length: 1 + whole(5) }, write)) } };
    if (kind < 0.76)
      return { op: "BatchGet", input: { RequestItems: { [table]: { Keys: distinct(keys(1 + whole(8)), ofKey), ConsistentRead: chance(0.5) } } } };
    if (kind < 0.82) {
      const requests = Array.from({ length: 1 + whole(8) }, () => (chance(0.7) ? { PutRequest: { Item: item() } } : { DeleteRequest: { Key: key() } }));
      const at = (one: any): { pk: string; sk: string } => one.DeleteRequest?.Key ?? one.PutRequest.Item;
      return { op: "BatchWrite", input: { RequestItems: { [table]: distinct(requests, at) } } };
    }
    if (kind < 0.97) return { op: "Query", input: query(), pages: true };
    return pick(random, wrong)();
  };
  return { draw, wrong };
};
