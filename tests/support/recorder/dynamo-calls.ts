import type { TestDatabaseOptions } from "../dynamo.ts";
import { intercept } from "../faults/wire.ts";
import { acting } from "./acting.ts";
import { type Needed, recordCall } from "./records.ts";

type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;

/** Records what the SDK sends to DynamoDB: above the gates of faults, below the SDK's own repeats. */
export const recordedHandler: Wrap = (handler) => {
  const recorded = intercept(handler, ({ operation, body, forward }) => {
    recordCall(() => neededFor(operation, body));
    return forward();
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
