import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { dynamoClient } from "./dynamo.ts";

export interface ShardRecords {
  readonly shard: string;
  readonly records: readonly DynamoDBRecord[];
}

/** Everything that a table's stream has told since the table was made, by shard, as the engine tells it. */
export const readStream = (table: string): Promise<ShardRecords[]> => streamReader(table)();

/** Reads a table's stream; each reading tells what has come since the last one. */
export const streamReader = (table: string): (() => Promise<ShardRecords[]>) => {
  const read = new Map<string, string>();
  return async () => {
    const shards = await readFrom(table, read);
    for (const { shard, records } of shards) if (records.length > 0) read.set(shard, records.at(-1)!.dynamodb!.SequenceNumber!);
    return shards;
  };
};

/** By shard, what comes behind the record that was read last of it. */
const readFrom = async (table: string, read: ReadonlyMap<string, string>): Promise<ShardRecords[]> => {
  const tables = new DynamoDBClient(dynamoClient());
  const streams = new DynamoDBStreamsClient(dynamoClient());
  const { Table } = await tables.send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = Table!.LatestStreamArn!;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const shards = await Promise.all(
    StreamDescription!.Shards!.map(async ({ ShardId }) => ({
      shard: ShardId!,
      records: await readShard(streams, { StreamArn, ShardId: ShardId! }, read.get(ShardId!)),
    })),
  );
  tables.destroy();
  streams.destroy();
  return shards;
};

interface Shard {
  readonly StreamArn: string;
  readonly ShardId: string;
}

const readShard = async (streams: DynamoDBStreamsClient, shard: Shard, last: string | undefined): Promise<DynamoDBRecord[]> => {
  const records: DynamoDBRecord[] = [];
  const from =
    last === undefined ? ({ ShardIteratorType: "TRIM_HORIZON" } as const) : ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: last } as const);
  let { ShardIterator } = await streams.send(new GetShardIteratorCommand({ ...shard, ...from }));
  // An open shard always has a next iterator; a page without records is its end for now.
  for (;;) {
    if (ShardIterator === undefined) return records;
    const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 1000 }));
    const found = (page.Records ?? []) as unknown as DynamoDBRecord[];
    if (found.length === 0) return records;
    records.push(...found);
    ShardIterator = page.NextShardIterator;
  }
};
