import { isDeepStrictEqual } from "node:util";
import type { Op } from "../../../shared/kernel/table/database.ts";
import { type Notated, plainImage } from "../../../shared/kernel/table/image.ts";
import { type Handler, type Reply, intercept, replied } from "../faults/wire.ts";
import { memoryStore } from "./memory-store.ts";
import type { Changed } from "./memory-table.ts";

type Plain = Record<string, any>;
type Image = Readonly<Record<string, Notated>>;

/** A value in DynamoDB's own notation. */
const notated = (value: unknown): Notated => {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return Array.isArray(value) ? { L: value.map(notated) } : { M: imageOf(value as Plain) };
};
const imageOf = (item: Plain): Image => Object.fromEntries(Object.entries(item).map(([name, value]) => [name, notated(value)]));

/** The parts of a request that are items, keys or values. */
const plainParts = ({ Item, Key, ExpressionAttributeValues, ExclusiveStartKey }: Plain): Plain => ({
  ...(Item ? { Item: plainImage(Item) } : {}),
  ...(Key ? { Key: plainImage(Key) } : {}),
  ...(ExpressionAttributeValues ? { ExpressionAttributeValues: plainImage(ExpressionAttributeValues) } : {}),
  ...(ExclusiveStartKey ? { ExclusiveStartKey: plainImage(ExclusiveStartKey) } : {}),
});
const plainRequest = ({ ReturnConsumedCapacity: _, TransactItems, RequestItems, ...rest }: Plain): Plain => ({
  ...rest,
  ...plainParts(rest),
  ...(TransactItems ? { TransactItems: TransactItems.map((item: Plain) => eachValue(item, (write) => ({ ...write, ...plainParts(write) }))) } : {}),
  ...(RequestItems ? { RequestItems: eachValue(RequestItems, plainBatch) } : {}),
});
const plainBatch = (batch: Plain): unknown =>
  Array.isArray(batch) ? batch.map((request) => eachValue(request, plainParts)) : { ...batch, Keys: batch["Keys"].map(plainImage) };
const eachValue = (all: Plain, change: (value: any) => unknown): Plain => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, change(value)]));

const notatedReply = ({ Item, Items, Attributes, LastEvaluatedKey, Responses, CancellationReasons, ...rest }: Plain): Plain => ({
  ...rest,
  ...(Item ? { Item: imageOf(Item) } : {}),
  ...(Items ? { Items: Items.map(imageOf) } : {}),
  ...(Attributes ? { Attributes: imageOf(Attributes) } : {}),
  ...(LastEvaluatedKey ? { LastEvaluatedKey: imageOf(LastEvaluatedKey) } : {}),
  ...(Responses ? { Responses: eachValue(Responses, (items) => items.map(imageOf)) } : {}),
  ...(CancellationReasons ? { CancellationReasons: CancellationReasons.map((reason: Plain) => notatedReply(reason)) } : {}),
});

const OPS: Readonly<Record<string, Op>> = {
  GetItem: "Get",
  PutItem: "Put",
  UpdateItem: "Update",
  DeleteItem: "Delete",
  Query: "Query",
  BatchGetItem: "BatchGet",
  BatchWriteItem: "BatchWrite",
  TransactWriteItems: "TransactWrite",
};

/** What was written to a table, oldest first, in the notation of stream records. */
const streamOf = () => {
  const records: Plain[] = [];
  const changed: Changed = ({ pk, sk }, before, after) => {
    if (isDeepStrictEqual(before, after)) return;
    records.push({
      eventID: String(records.length),
      eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
      dynamodb: {
        Keys: imageOf({ pk, sk }),
        SequenceNumber: String(records.length + 1).padStart(21, "0"),
        ...(before ? { OldImage: imageOf(before) } : {}),
        ...(after ? { NewImage: imageOf(after) } : {}),
      },
    });
  };
  return { records, changed };
};

/** What is sent again under its token is answered as it was, and not carried out again. */
const onceByToken = (carryOut: (body: Plain) => Plain) => {
  const told = new Map<string, Plain>();
  return (body: Plain): Plain => {
    const { ClientRequestToken: token } = body;
    const reply = told.get(token) ?? carryOut(body);
    if (token !== undefined) told.set(token, reply);
    return reply;
  };
};

/**
 * A handler for clients of DynamoDB and its streams that answers in this process, from one memory store: what is sent to
 * it takes the SDK's whole way but for the network. A stream has one shard.
 */
export const memoryEngine = (): Handler => {
  const store = memoryStore([]);
  const streams = new Map<string, readonly Plain[]>();
  const recordsOf = (arn: string): readonly Plain[] => {
    const found = streams.get(arn);
    if (!found) throw new Error(`There is no stream ${arn} in the memory engine.`);
    return found;
  };
  const create = ({ TableName: id, GlobalSecondaryIndexes: indexes = [], StreamSpecification }: Plain): void => {
    const { records, changed } = streamOf();
    if (StreamSpecification) streams.set(id, records);
    store.add({ id, gsis: indexes.map(({ IndexName }: Plain) => IndexName) }, StreamSpecification && changed);
  };
  const about = (operation: string, body: Plain): Plain => {
    const { TableName: id, StreamArn, ShardIterator, SequenceNumber = 0 } = body;
    switch (operation) {
      case "CreateTable":
        create(body);
        return {};
      case "DeleteTable":
        streams.delete(id);
        store.remove(id);
        return {};
      case "Scan":
        return notatedReply({ Items: store.table(id).items() });
      case "DescribeTable":
        return { Table: { TableName: id, LatestStreamArn: streams.has(id) ? id : undefined } };
      case "DescribeStream":
        return { StreamDescription: { StreamArn, Shards: [{ ShardId: "shard" }] } };
      case "GetShardIterator":
        return { ShardIterator: `${Number(SequenceNumber)} ${StreamArn}` };
      case "GetRecords": {
        const [from, arn] = ShardIterator.split(" ");
        const Records = recordsOf(arn).slice(Number(from), Number(from) + body["Limit"]);
        return { Records, NextShardIterator: `${Number(from) + Records.length} ${arn}` };
      }
      default:
        throw new Error(`The memory engine does not know ${operation}.`);
    }
  };
  const carryOut = (op: Op) => (body: Plain) => notatedReply(store.execute(op, plainRequest(body)));
  const transact = onceByToken(carryOut("TransactWrite"));
  const answer = (operation: string, body: Plain): Plain => {
    const op = OPS[operation];
    if (op === undefined) return about(operation, body);
    return op === "TransactWrite" ? transact(body) : carryOut(op)(body);
  };
  const reply = (operation: string, body: Plain): Reply => {
    try {
      return replied(200, answer(operation, body));
    } catch (error) {
      const { name, message, $metadata, ...more } = error as Error & Plain;
      // Whatever is no answer of DynamoDB's is a mistake of the test.
      if (!$metadata) throw error;
      return replied($metadata.httpStatusCode, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...notatedReply(more) });
    }
  };
  return intercept(nowhere, ({ operation, body }) => reply(operation, body));
};

const nowhere = { metadata: { handlerProtocol: "http/1.1" }, handle: () => Promise.reject(new Error("Nothing leaves this process.")) } as unknown as Handler;
