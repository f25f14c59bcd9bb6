import {
  type AttributeDefinition,
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type LocalSecondaryIndex,
  PutItemCommand,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { Resource } from "../assembly/read-assembly.ts";
import type { Resolver } from "../assembly/resolve.ts";
import { Refusal } from "../refusal.ts";

export interface Table {
  readonly name: string;
  readonly key: readonly string[];
  readonly indexes: readonly { readonly name: string; readonly key: readonly string[] }[];
  readonly stream_arn?: string;
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: KeySchemaElement[];
  readonly Projection: GlobalSecondaryIndex["Projection"];
}
interface TableProperties {
  readonly KeySchema: KeySchemaElement[];
  readonly AttributeDefinitions: AttributeDefinition[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
  readonly StreamSpecification?: { readonly StreamViewType: "NEW_AND_OLD_IMAGES" | "NEW_IMAGE" | "OLD_IMAGE" | "KEYS_ONLY" };
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean; readonly AttributeName: string };
}

const keyNames = (key: readonly KeySchemaElement[] | undefined): string[] => (key ?? []).map(({ AttributeName }) => AttributeName!);

const engineIndex = ({ IndexName, KeySchema, Projection }: Index): GlobalSecondaryIndex & LocalSecondaryIndex => ({ IndexName, KeySchema, Projection });

const describe = async (db: DynamoDBClient, name: string): Promise<TableDescription | undefined> => {
  try {
    return (await db.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw error;
  }
};

const markerValues: Readonly<Record<string, AttributeValue>> = { S: { S: "begin" }, N: { N: "0" }, B: { B: Uint8Array.of(0) } };

/**
 * The engine keeps the changes of all tables in one list, and with each write looks from its begin for the first one of
 * the table. A change while the list is short ends that search early, whatever other tables write later.
 */
const beginStream = async (db: DynamoDBClient, TableName: string, { KeySchema, AttributeDefinitions }: TableProperties): Promise<void> => {
  const typeOf = (name: string): string => AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)!.AttributeType!;
  const Key = Object.fromEntries(keyNames(KeySchema).map((name) => [name, markerValues[typeOf(name)]!]));
  await db.send(new PutItemCommand({ TableName, Item: Key }));
  await db.send(new DeleteItemCommand({ TableName, Key }));
};

const create = async (db: DynamoDBClient, name: string, properties: TableProperties): Promise<void> => {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification, TimeToLiveSpecification } = properties;
  await db.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema,
      AttributeDefinitions,
      ...(GlobalSecondaryIndexes?.length ? { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(engineIndex) } : {}),
      ...(LocalSecondaryIndexes?.length ? { LocalSecondaryIndexes: LocalSecondaryIndexes.map(engineIndex) } : {}),
      ...(StreamSpecification ? { StreamSpecification: { StreamEnabled: true, StreamViewType: StreamSpecification.StreamViewType } } : {}),
    }),
  );
  if (StreamSpecification) await beginStream(db, name, properties);
  if (TimeToLiveSpecification?.Enabled) await db.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
};

const shapeOf = (key: readonly KeySchemaElement[] | undefined): string =>
  (key ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(", ");

/** What a deployment would do to a table that exists: add the missing indexes. Everything else would replace the table. */
const update = async (db: DynamoDBClient, name: string, properties: TableProperties, found: TableDescription): Promise<void> => {
  const kept = new Map(found.GlobalSecondaryIndexes?.map((index) => [index.IndexName, index]));
  const changed = (properties.GlobalSecondaryIndexes ?? []).filter(
    ({ IndexName, KeySchema }) => kept.has(IndexName) && shapeOf(kept.get(IndexName)!.KeySchema) !== shapeOf(KeySchema),
  );
  if (shapeOf(found.KeySchema) !== shapeOf(properties.KeySchema) || changed.length > 0)
    throw new Refusal(
      `The table ${name} in the data folder has other keys than the template.`,
      "A deployment would replace the table and lose its items.",
      "Start with --fresh, or bring the old keys back.",
    );
  for (const index of (properties.GlobalSecondaryIndexes ?? []).filter(({ IndexName }) => !kept.has(IndexName)))
    await db.send(
      new UpdateTableCommand({
        TableName: name,
        AttributeDefinitions: properties.AttributeDefinitions,
        GlobalSecondaryIndexUpdates: [{ Create: engineIndex(index) }],
      }),
    );
};

const provide = async (db: DynamoDBClient, resolver: Resolver, resource: Resource): Promise<Table> => {
  const { ref: name } = resolver.identity(resource);
  const properties = resolver.properties<TableProperties>(resource);
  const found = await describe(db, name);
  await (found ? update(db, name, properties, found) : create(db, name, properties));
  const { KeySchema, GlobalSecondaryIndexes, LatestStreamArn } = (await describe(db, name))!;
  return {
    name,
    key: keyNames(KeySchema),
    indexes: (GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema: key }) => ({ name: IndexName!, key: keyNames(key) })),
    ...(LatestStreamArn ? { stream_arn: LatestStreamArn } : {}),
  };
};

/** Makes the tables of the templates, or brings those that exist up to date. */
export const provideTables = (db: DynamoDBClient, resolver: Resolver): Promise<Table[]> =>
  Promise.all(resolver.ofType("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table").map((resource) => provide(db, resolver, resource)));
