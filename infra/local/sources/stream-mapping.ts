import { DescribeStreamCommand, type DynamoDBStreamsClient, GetShardIteratorCommand, type Shard } from "@aws-sdk/client-dynamodb-streams";
import { matches, type Pattern } from "../bus/pattern.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import { REGION } from "../place.ts";
import { messageOf } from "../refusal.ts";
import { deliverBatch } from "./stream-batch.ts";
import { pause } from "./gate.ts";
import type { Mapping, MappingSurroundings } from "./mappings.ts";
import { FIRST_REST_MS, leastRestAfter, restAfter } from "./stream-rest.ts";
import { type StreamRecord, getRecords } from "./stream-records.ts";

export interface StreamMappingSettings extends MappingSurroundings {
  readonly name: string;
  readonly stream_arn: string;
  readonly lambda: LambdaFunction;
  readonly batch_size: number;
  readonly window_ms: number;
  readonly starting_position: "TRIM_HORIZON" | "LATEST";
  readonly reports_failures: boolean;
  readonly patterns: readonly Pattern[] | undefined;
  /** -1: without end. */
  readonly max_retries: number;
  /** -1: without end. */
  readonly max_age_s: number;
  readonly bisect: boolean;
  /** Seconds of a tumbling window; 0 is none. */
  readonly tumbling_s: number;
  /** ARN of the queue that is told of what was given up. */
  readonly on_failure?: string;
}

/** AWS looks four times a second; what comes in between is one batch. */
const BUSY_MS = 100;
const LOOK_MS = 10;

/** A record as Lambda hands it to a function: with its source, and its time in whole seconds. */
const recordOf = ({ dynamodb, ...record }: StreamRecord, stream_arn: string): object => ({
  ...record,
  awsRegion: REGION,
  eventSource: "aws:dynamodb",
  eventSourceARN: stream_arn,
  dynamodb: { ...dynamodb, ApproximateCreationDateTime: Math.floor(dynamodb.ApproximateCreationDateTime) },
});

/** The position in one shard: where to go on, and the iterator once there is one. */
interface Reader {
  iterator: string | undefined;
  done: boolean;
  /** The shard that this one continues; it is read to its end first, which keeps the changes of an item in order. */
  readonly parent: string | undefined;
}

const shardsOf = async (streams: DynamoDBStreamsClient, StreamArn: string): Promise<Shard[]> => {
  const all: Shard[] = [];
  let ExclusiveStartShardId: string | undefined;
  do {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn, ...(ExclusiveStartShardId ? { ExclusiveStartShardId } : {}) }));
    all.push(...(StreamDescription?.Shards ?? []));
    ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
  } while (ExclusiveStartShardId);
  return all;
};

/**
 * Feeds a function from a table's stream, shard after shard, in order. The position is kept with the data, so that a
 * restart goes on where it ended; a record is handed over at least once.
 */
export const streamMapping = (settings: StreamMappingSettings): Mapping => {
  const { streams, dynamodb_endpoint, stream_arn, name, patterns, batch_size, activity, log } = settings;
  const kept = settings.folder.records(`streams/${name}.json`);
  const stopping = new AbortController();
  const readers = new Map<string, Reader>();
  let polling: Promise<void> = Promise.resolve();
  let cycles = 0;
  let idle_cycles = 0;
  let rest_ms = FIRST_REST_MS;
  let resting = new AbortController();
  /** Aborted as soon as any work ends, since it may have left a change. */
  let quiet = new AbortController();
  activity.ended(() => quiet.abort());

  const iteratorFor = async (ShardId: string): Promise<string | undefined> => {
    const after = kept.get(ShardId);
    const from = (type: "TRIM_HORIZON" | "LATEST") => streams.send(new GetShardIteratorCommand({ StreamArn: stream_arn, ShardId, ShardIteratorType: type }));
    // Only shards that were there before the mapping ever ran begin at its starting position.
    if (after === undefined) return (await from(kept.get("started") ? "TRIM_HORIZON" : settings.starting_position)).ShardIterator;
    try {
      return (
        await streams.send(new GetShardIteratorCommand({ StreamArn: stream_arn, ShardId, ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }))
      ).ShardIterator;
    } catch (error) {
      if ((error as Error).name !== "TrimmedDataAccessException") throw error;
      return (await from("TRIM_HORIZON")).ShardIterator;
    }
  };

  const open = async (): Promise<void> => {
    const shards = await shardsOf(streams, stream_arn);
    for (const { ShardId, ParentShardId: parent } of shards)
      if (!readers.has(ShardId!)) readers.set(ShardId!, { iterator: await iteratorFor(ShardId!), done: false, parent });
    if (kept.get("started") === undefined) kept.set("started", stream_arn);
  };

  const handle = async (shard: string, records: readonly StreamRecord[]): Promise<boolean> => {
    const wanted = records.map((record) => recordOf(record, stream_arn)).filter((record) => !patterns || patterns.some((pattern) => matches(pattern, record)));
    return deliverBatch({ ...settings, shard, signal: stopping.signal }, wanted as never);
  };

  /** Reads one page; answers how many records it held. */
  const readPage = async (shard: string, reader: Reader): Promise<number> => {
    const { Records = [], NextShardIterator } = await getRecords(dynamodb_endpoint, { ShardIterator: reader.iterator!, Limit: batch_size });
    if (Records.length > 0) {
      if (!(await activity.follow(handle(shard, Records)))) return Records.length;
      kept.set(shard, Records.at(-1)!.dynamodb.SequenceNumber);
    }
    reader.iterator = NextShardIterator;
    reader.done = NextShardIterator === undefined;
    return Records.length;
  };

  const cycle = async (): Promise<number> => {
    if (cycles % 50 === 0 || [...readers.values()].every(({ done }) => done)) await open();
    let count = 0;
    for (const [shard, reader] of readers) {
      if (stopping.signal.aborted) break;
      const waits = reader.parent !== undefined && readers.get(reader.parent)?.done === false;
      if (!reader.done && !waits) count += await readPage(shard, reader);
    }
    return count;
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      quiet = new AbortController();
      const count = await cycle().catch((error: unknown) => {
        // The engine may give an iterator of a young shard that it then calls trimmed; opening anew loses nothing.
        const level = (error as Error).name === "TrimmedDataAccessException" ? "debug" : "warn";
        if (!stopping.signal.aborted) log[level](`The stream of ${name} could not be read: ${messageOf(error)}`);
        readers.clear();
        return 1;
      });
      cycles = readers.size === 0 ? 0 : cycles + 1;
      if (count === 0) idle_cycles += 1;
      const look_ms = performance.now() - began;
      rest_ms = count === 0 ? restAfter(look_ms, rest_ms) : FIRST_REST_MS;
      if (stopping.signal.aborted) return;
      resting = new AbortController();
      const least_ms = count === 0 ? leastRestAfter(look_ms, rest_ms) : BUSY_MS;
      await pause(least_ms, resting.signal);
      if (count === 0) await pause(rest_ms - least_ms, AbortSignal.any([resting.signal, quiet.signal]));
    }
  };

  const caughtUp = async (): Promise<void> => {
    // The cycle that runs now may have read before this call; the one after it has not.
    const until = idle_cycles + 2;
    while (idle_cycles < until && !stopping.signal.aborted) {
      resting.abort();
      await pause(LOOK_MS, stopping.signal);
    }
  };

  return {
    source: stream_arn.split("/")[1]!,
    caughtUp,
    start: () => void (polling = poll()),
    stop: async () => {
      stopping.abort();
      resting.abort();
      await polling;
    },
  };
};
