import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { boundedCalls } from "../aws-client.ts";
import type { Database, Op, Use } from "./database.ts";
import { type Notated, plainImage } from "./image.ts";
import { tableNameOf, useOf } from "./meter.ts";

/** The document client's command of each operation. */
export const commands = {
  Get: GetCommand,
  Put: PutCommand,
  Update: UpdateCommand,
  Delete: DeleteCommand,
  Query: QueryCommand,
  BatchGet: BatchGetCommand,
  BatchWrite: BatchWriteCommand,
  TransactWrite: TransactWriteCommand,
} satisfies Record<Op, unknown>;

export interface DatabaseOptions {
  /** Physical table names by table id. */
  readonly tables: Readonly<Record<string, string>>;
  readonly client?: DynamoDBClientConfig;
  /** Told what every request consumed; capacity is asked for only when there is a meter. */
  readonly meter?: ((use: Use) => void) | undefined;
}

/** DynamoDB through the AWS SDK: calls are bounded in time and tried up to four times; a transaction's repeats carry the same token. */
export const openDatabase = ({ tables, client, meter }: DatabaseOptions): Database => {
  const dynamo = new DynamoDBClient({ ...boundedCalls, ...client });
  dynamo.middlewareStack.add((next) => (args) => next(args).catch(withRepeats), { step: "deserialize", priority: "high" });
  const documents = DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });
  const request = async (op: Op, input: any): Promise<any> => {
    try {
      return await documents.send(new commands[op](input) as never);
    } catch (error) {
      throw withPlainItems(error);
    }
  };
  const idOf = (physical: string): string => Object.keys(tables).find((id) => tables[id] === physical) ?? physical;
  return {
    physical: (tableId) => {
      const name = tables[tableId];
      if (!name) throw new Error(`No physical table is known for "${tableId}". Set the environment variable TABLE_${tableId.toUpperCase()}.`);
      return name;
    },
    send: async (op, pattern, input) => {
      if (!meter) return request(op, input);
      const reply = await request(op, { ...input, ReturnConsumedCapacity: "INDEXES" });
      meter(useOf(op, pattern, idOf(tableNameOf(input)), input, reply));
      return reply;
    },
  };
};

const THROTTLED = /Throttl|Throughput/;

/** A transaction that was only throttled is marked as such, so that its repeats come out of the client's budget. */
const withRepeats = (error: Error & { CancellationReasons?: { Code?: string }[]; $retryable?: object }): never => {
  const codes = (error.CancellationReasons ?? []).map(({ Code = "None" }) => Code).filter((code) => code !== "None");
  if (codes.length > 0 && codes.every((code) => THROTTLED.test(code))) error.$retryable = { throttling: true };
  throw error;
};

interface WithItems {
  Item?: unknown;
  CancellationReasons?: { Item?: unknown }[];
}

/** The document client translates replies, but not the items that errors carry. */
const withPlainItems = (error: unknown): unknown => {
  const failed = error as WithItems;
  for (const holder of [failed, ...(failed.CancellationReasons ?? [])]) if (holder.Item) holder.Item = plainImage(holder.Item as Record<string, Notated>);
  return error;
};
