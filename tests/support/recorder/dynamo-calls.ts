import type { TestDatabaseOptions } from "../dynamo.ts";
import { type Reply, bytesOf, intercept } from "../faults/wire.ts";
import { type Acting, type Way, acting, orgOfItem, orgOfKey } from "./acting.ts";
import { type Needed, recordCall } from "./records.ts";

type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;

/** Records what the SDK sends to DynamoDB: above the gates of faults, below the SDK's own repeats. */
export const recordedHandler: Wrap = (handler) => {
  const recorded = intercept(handler, async ({ operation, body, forward }) => {
    const who = acting()!;
    const making = withMade(who, operation, body);
    recordCall(() => neededFor(operation, body), making);
    const way = wayOf(who, operation, body);
    const reply = await forward();
    if (reply.response.statusCode !== 200) return reply;
    for (const [org, by] of making.reached) who.reached.set(org, by);
    for (const person of making.persons) who.persons.add(person);
    return way ? learned(who, way, reply) : reply;
  });
  // A test's own calls are counted, not read.
  return {
    ...recorded,
    destroy: () => recorded.destroy?.(),
    handle: (request: never, options: never) => {
      if (acting()) return recorded.handle(request, options);
      recordCall(() => []);
      return handler.handle(request, options);
    },
  } as unknown as typeof handler;
};

/** The acting together with the orgs and persons that a transaction makes: there was none of that id before, or it fails. */
const withMade = (who: Acting, operation: string, { TransactItems = [] }: any): Acting => {
  if (operation !== "TransactWriteItems") return who;
  const made = TransactItems.flatMap(({ Put }: any): any[] =>
    Put?.ConditionExpression === "attribute_not_exists(pk)" && tableOf(Put.TableName) === "identity" ? [Put.Item] : [],
  );
  const idsOf = (entity: string): string[] => made.filter(({ _t }: any) => _t?.S === entity).map(({ id }: any) => id.S);
  const [orgs, persons] = [idsOf("Org"), idsOf("User")];
  if (orgs.length + persons.length === 0) return who;
  return { ...who, persons: new Set([...who.persons, ...persons]), reached: new Map([...who.reached, ...orgs.map((org) => [org, "new"] as const)]) };
};

/** Whether what a read finds names further orgs: one of a list that a schedule goes through, or of a record of the acting person's. */
const wayOf = ({ persons, goesThroughLists }: Acting, operation: string, body: any): Way | undefined => {
  if (operation !== "Query" && operation !== "GetItem") return undefined;
  const key = operation === "Query" ? queried(body).key! : (body.Key.pk.S as string);
  if (orgOfKey(key)) return undefined;
  if (key.split("#").some((part) => persons.has(part))) return "person";
  return goesThroughLists && operation === "Query" ? "list" : undefined;
};

/** Lists name orgs; a person's records their orgs, and the id and address that they are known by as well. */
const learned = async ({ persons, reached }: Acting, way: Way, reply: Reply): Promise<Reply> => {
  const bytes = await bytesOf(reply);
  const { Item, Items = Item ? [Item] : [] } = JSON.parse(bytes.toString());
  const named = (...fields: string[]): string[] => Items.flatMap((item: Attributes) => fields.flatMap((field) => item[field]?.S ?? []));
  const orgs = [...Items.flatMap((item: Attributes) => orgOfItem(item) ?? []), ...named("personal_org_id")];
  for (const org of orgs) if (!reached.has(org)) reached.set(org, way);
  if (way === "person") for (const person of named("user_id", "email")) persons.add(person);
  return { response: { ...reply.response, body: bytes } } as Reply;
};

interface Value {
  readonly S?: string;
}
type Attributes = Readonly<Record<string, Value>>;

/** The permissions that IAM asks for, with each partition key: a transaction needs those of its writes. */
const neededFor = (operation: string, body: any): Needed[] => {
  switch (operation) {
    case "Query":
      return [queried(body)];
    case "BatchGetItem":
      return Object.entries<any>(body.RequestItems).flatMap(([table, { Keys }]) => Keys.map((key: Attributes) => on("BatchGetItem", table, key)));
    case "BatchWriteItem":
      return Object.entries<any[]>(body.RequestItems).flatMap(([table, requests]) =>
        requests.flatMap(({ PutRequest, DeleteRequest }) => written("BatchWriteItem", table, PutRequest?.Item ?? DeleteRequest.Key)),
      );
    case "TransactWriteItems":
      return body.TransactItems.flatMap((item: Record<string, any>) =>
        Object.entries(item).flatMap(([kind, write]) =>
          written(kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`, write.TableName, itemOf(write)),
        ),
      );
    default:
      return written(operation, body.TableName, itemOf(body));
  }
};

/** `makeTable` names a table by its id and a UUID. */
const tableOf = (physical: string): string => physical.replace(/-[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, "");

const on = (action: string, table: string, key: Attributes, attribute = "pk"): Needed => ({
  action: `dynamodb:${action}`,
  resource: `table ${tableOf(table)}`,
  key: key[attribute]?.S ?? "",
});

/** An item as far as a write tells it: an update's key, and the index keys that its expression sets. */
const itemOf = ({ Item, Key, UpdateExpression = "", ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: any): Attributes => {
  if (Item) return Item;
  const set = [...UpdateExpression.matchAll(/(#\w+) = (:\w+)/g)].map(([, name, value]) => [ExpressionAttributeNames[name], ExpressionAttributeValues[value]]);
  return { ...Object.fromEntries(set.filter(([name]) => /^gsi\dpk$/.test(name))), ...Key };
};

/** The item's own partition, and those of the indexes that it enters. */
const written = (action: string, table: string, item: Attributes): Needed[] =>
  ["pk", ...Object.keys(item).filter((name) => /^gsi\dpk$/.test(name))].map((attribute) => on(action, table, item, attribute));

const queried = ({ TableName, IndexName, ExpressionAttributeValues, KeyConditionExpression }: any): Needed => {
  const value = /^#?\w+ = (:\w+)/.exec(KeyConditionExpression)?.[1] ?? "";
  const table = tableOf(TableName);
  return {
    action: "dynamodb:Query",
    resource: IndexName ? `index ${table}/${IndexName}` : `table ${table}`,
    key: (ExpressionAttributeValues[value] as Value | undefined)?.S ?? "",
  };
};
