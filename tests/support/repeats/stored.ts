import { isDeepStrictEqual } from "node:util";
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Notated, plainImage } from "../../../shared/kernel/table/image.ts";
import { dynamoClient } from "../dynamo.ts";
import { type Wrap, intercept } from "../faults/wire.ts";

type Image = Record<string, any>;
export type Items = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

interface Touched {
  readonly TableName: string;
  readonly Key: Image;
  readonly before: Image | undefined;
}

export interface Tables {
  readonly wrap: Wrap;
  /** What is written from here on is what `changed` tells of and `restore` takes back. */
  keep(): void;
  /** The items that are other than they were, by their keys; those that are gone are empty. */
  changed(): Promise<Items>;
  restore(): Promise<void>;
}

const writesOf = (operation: string, body: any): { TableName: string; Key: Image }[] => {
  const keyOf = ({ Key, Item }: any): Image => Key ?? { pk: Item.pk, sk: Item.sk };
  if (/^(Put|Update|Delete)Item$/.test(operation)) return [{ TableName: body.TableName, Key: keyOf(body) }];
  if (operation === "TransactWriteItems")
    return body.TransactItems.map((item: object) => Object.values(item)[0]).map((write: any) => ({ TableName: write.TableName, Key: keyOf(write) }));
  if (operation === "BatchWriteItem")
    return Object.entries<any[]>(body.RequestItems).flatMap(([TableName, requests]) =>
      requests.map((request) => ({ TableName, Key: keyOf(request.PutRequest ?? request.DeleteRequest) })),
    );
  return [];
};

/** Sees every write before it is carried out, so that what it did can be told and taken back. */
export const trackedTables = (): Tables => {
  const client = new DynamoDBClient(dynamoClient());
  const touched = new Map<string, Touched>();
  const imageOf = async ({ TableName, Key }: Pick<Touched, "TableName" | "Key">): Promise<Image | undefined> =>
    (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const note = async ({ TableName, Key }: Pick<Touched, "TableName" | "Key">): Promise<void> => {
    const name = `${TableName.replace(/-.*/, "")} ${Key["pk"].S} ${Key["sk"].S}`;
    if (touched.has(name)) return;
    const before = await imageOf({ TableName, Key });
    if (!touched.has(name)) touched.set(name, { TableName, Key, before });
  };
  const others = async (): Promise<{ name: string; one: Touched; after: Image | undefined }[]> => {
    const all = await Promise.all([...touched].map(async ([name, one]) => ({ name, one, after: await imageOf(one) })));
    return all.filter(({ one, after }) => !isDeepStrictEqual(one.before, after));
  };
  return {
    wrap: (handler) =>
      intercept(handler, async ({ operation, body, forward }) => {
        await Promise.all(writesOf(operation, body).map(note));
        return forward();
      }),
    keep: () => touched.clear(),
    changed: async () => new Map((await others()).map(({ name, after }) => [name, after ? plainImage(after as Record<string, Notated>) : { gone: true }])),
    restore: async () => {
      for (const { one } of await others())
        await client.send(
          one.before
            ? new PutItemCommand({ TableName: one.TableName, Item: one.before })
            : (new DeleteItemCommand({ TableName: one.TableName, Key: one.Key }) as never),
        );
    },
  };
};
