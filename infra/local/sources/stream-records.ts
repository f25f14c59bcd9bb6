import { REGION, credentials } from "../place.ts";

/** A change as DynamoDB tells it, and as Lambda hands it on: times in seconds, binary values as base64. */
export interface StreamRecord {
  readonly dynamodb: { readonly SequenceNumber: string; readonly ApproximateCreationDateTime: number };
}

interface RecordsPage {
  readonly Records?: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}

/** The engine asks for a signature's form and never checks it. */
const headers = {
  "content-type": "application/x-amz-json-1.0",
  "x-amz-target": "DynamoDBStreams_20120810.GetRecords",
  authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
};

/**
 * One page of a shard, as the engine writes it. The SDK would make objects of every value of both images, which the
 * mapping would turn back; on a busy start that was a tenth of its work. Throws an Error with the engine's own name.
 */
export const getRecords = async (endpoint: string, page: { readonly ShardIterator: string; readonly Limit: number }): Promise<RecordsPage> => {
  const reply = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(page) });
  const answer = (await reply.json()) as RecordsPage & { readonly __type?: string; readonly message?: string };
  if (reply.ok) return answer;
  throw Object.assign(new Error(answer.message ?? `The engine answered ${reply.status}.`), { name: answer.__type?.split("#").at(-1) ?? "StreamError" });
};
