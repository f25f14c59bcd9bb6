import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { dynamoClient } from "../../../support/dynamo.ts";

/** Everything in a table's stream so far, in order, in the form that Lambda delivers. */
export const streamRecords = async (table: string): Promise<DynamoDBRecord[]> => {
  const client = new DynamoDBStreamsClient(dynamoClient());
  const records: DynamoDBRecord[] = [];
  try {
    const { Streams } = await client.send(new ListStreamsCommand({ TableName: table }));
    const StreamArn = Streams![0]!.StreamArn;
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId } of StreamDescription!.Shards!) {
      let { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
      while (ShardIterator) {
        const page = await client.send(new GetRecordsCommand({ ShardIterator }));
        records.push(...(page.Records as unknown as DynamoDBRecord[]));
        ShardIterator = page.Records!.length > 0 ? page.NextShardIterator : undefined;
      }
    }
    return records;
  } finally {
    client.destroy();
  }
};
