import type { DynamoDBRecord } from "aws-lambda";
import { countEventsJob } from "../../functions/social/count-events.stream.ts";
import { ingestEventsWorker } from "../../functions/social/ingest-events.worker.ts";
import { every } from "../../shared/kernel/table/every.ts";
import type { QueuedEvent } from "../../shared/social/engagement/arrived-event.ts";
import { PostDay } from "../../shared/social/engagement/post-day.ts";
import { sumOf } from "../../shared/social/engagement/read-counts.ts";
import { serveRecorded } from "./recorder/served.ts";
import { socialWorld } from "./social.ts";
import { type ShardRecords, readStream, streamReader } from "./stream.ts";
import type { WorldOptions } from "./world.ts";

/** Of what the stream tells, the entities that the mapping lets through. */
const wanted = (shards: readonly ShardRecords[]): ShardRecords[] => {
  const isWanted = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
    eventName !== "REMOVE" && ["EngagementEvent", "Touch"].includes(dynamodb?.NewImage?.["_t"]?.S ?? "");
  return shards.map(({ shard, records }) => ({ shard, records: records.filter(isWanted) }));
};

/** A world whose stream is read; `count` brings to its consumer what came since the last time, in batches of one size. */
export const engagementWorld = async (options: WorldOptions = {}) => {
  const world = await socialWorld({ ...options, streams: true });
  const handle = serveRecorded(countEventsJob, { ...world.boot, ports: world.ports });
  const invocation = { getRemainingTimeInMillis: () => 60_000 };
  const next = streamReader(world.physical.social);
  /** By shard, what was read and has not been taken yet. */
  const waiting = new Map<string, readonly DynamoDBRecord[]>();

  /** One batch of a shard; answers from which record on the stream comes again. */
  const bring = async (Records: readonly DynamoDBRecord[], shardId: string): Promise<string | undefined> =>
    (await handle({ Records: [...Records], shardId }, invocation)).batchItemFailures[0]?.itemIdentifier;
  /** What the stream has told of the entities that the mapping lets through. */
  const told = async () => wanted(await readStream(world.physical.social));
  const count = async (size = 100): Promise<void> => {
    for (const { shard, records } of wanted(await next())) waiting.set(shard, [...(waiting.get(shard) ?? []), ...records]);
    for (const [shard, records] of waiting) {
      for (let from = 0; from < records.length; from += size) {
        const failed = await bring(records.slice(from, from + size), shard);
        if (failed !== undefined) throw new Error(`The stream comes again from ${failed}: ${JSON.stringify(world.log.lines.at(-1))}`);
      }
      waiting.delete(shard);
    }
  };
  /** Hands events to the worker as one message, the same one again when it has the same id. */
  const ingest = async (events: readonly QueuedEvent[], id?: string): Promise<void> => {
    const failed = await world.deliver(ingestEventsWorker, [ingestMessage(world, events, id)]);
    if (failed > 0) throw new Error(`The message failed: ${JSON.stringify(world.log.lines.at(-1))}`);
  };
  /** What is counted of a post, all days and shards together. */
  const counted = async (post_id: string) =>
    sumOf(await Array.fromAsync(every((page) => PostDay.list(world.ctx, { org_id: world.org_id, post_id }, { ...page, consistent: true }))));
  return { ...world, bring, told, count, ingest, counted };
};
export type EngagementWorld = Awaited<ReturnType<typeof engagementWorld>>;

const ingestMessage = (world: { readonly message: Awaited<ReturnType<typeof socialWorld>>["message"] }, events: readonly QueuedEvent[], id?: string): string =>
  id === undefined ? world.message(ingestEventsWorker.command, { events }) : world.message(ingestEventsWorker.command, { events }, id);
