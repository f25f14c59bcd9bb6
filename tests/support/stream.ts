import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { dynamoClient } from "./dynamo.ts";

export interface ShardRecords {
  readonly shard: string;
  readonly records: readonly DynamoDBRecord[];
}

/** Everything that a table's stream has told since the table was made, by shard, as the engine tells it. */
export const readStream = async (table: string): Promise<ShardRecords[]> => {
  const tables = new DynamoDBClient(dynamoClient());
  const streams = new DynamoDBStreamsClient(dynamoClient());
  const { Table } = await tables.send(new DescribeTableCommand({ TableName: table }));
  const StreamArn = Table!.LatestStreamArn!;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const shards = await Promise.all(
    StreamDescription!.Shards!.map(async ({ ShardId }) => ({ shard: ShardId!, records: await readShard(streams, StreamArn, ShardId!) })),
  );
  tables.destroy();
  streams.destroy();
  return shards;
};

const readShard = async (streams: DynamoDBStreamsClient, StreamArn: string, ShardId: string): Promise<DynamoDBRecord[]> => {
  const records: DynamoDBRecord[] = [];
  let { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
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
