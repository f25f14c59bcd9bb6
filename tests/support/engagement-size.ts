import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { costOfWrite, itemSize } from "../../shared/kernel/table/capacity.ts";
import { type Notated, plainImage } from "../../shared/kernel/table/image.ts";
import type { QueuedEvent } from "../../shared/social/engagement/arrived-event.ts";
import { social } from "../../shared/social/table.ts";
import { dynamoClient } from "./dynamo.ts";
import { type EngagementWorld, engagementWorld } from "./engagement.ts";
import { randomOf } from "./faults/random.ts";
import { readStream } from "./stream.ts";

export const EVENTS = 2_000;
/** A gigabyte for ten thousand posts. */
export const MOST_BYTES = Math.floor(1024 ** 3 / 10_000);
/** Write units, counters and indexes included. */
export const MOST_WRITES = { event: 2.3, view: 0.1 };

const MESSAGES = 4;
/** As many records at a time as the mapping hands over. */
const RECORDS = 1000;
/** What is still there when batches and touches have expired. */
const LASTING = ["EngagementEvent", "PostDay", "PostMonth"];
/** Written in transactions, which cost twice; events are written alone. */
const IN_TRANSACTIONS = ["PostDay", "PostMonth", "StreamCheckpoint", "EventBatch"];
const TYPES = ["like", "like", "like", "comment", "share", "save"] as const;

/** A post's events over its first week, most of them early; one in ten is no view. Half of those have an id of the network. */
export const eventsOf = (post_id: string, random: () => number): QueuedEvent[] =>
  Array.from({ length: EVENTS }, (_, n) => {
    const event_timestamp = new Date(Date.parse("2026-11-12T18:00:00.000Z") + Math.floor(random() ** 3 * 7 * 86_400) * 1000).toISOString();
    if (n % 10 > 0) return { post_id, event_type: "view" as const, event_timestamp };
    const platform_user_id = `1784140${Math.floor(random() * 1e10)}`;
    return { post_id, event_type: TYPES[n % 6]!, event_timestamp, platform_user_id, ...(n % 20 > 0 ? {} : { id: `179${Math.floor(random() * 1e14)}` }) };
  });

const lastingBytes = async (table: string): Promise<number> => {
  const client = new DynamoDBClient(dynamoClient());
  let bytes = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table }))
    for (const item of Items.map((one) => plainImage(one as Record<string, Notated>)))
      if (LASTING.includes(item["_t"])) bytes += itemSize(item) * (1 + social.gsis.filter((index) => item[`${index}pk`] !== undefined).length);
  client.destroy();
  return bytes;
};

/** Write units by entity, told from both images of each write. */
const writesByEntity = async (table: string): Promise<Readonly<Record<string, number>>> => {
  const cost: Record<string, number> = {};
  for (const { records } of await readStream(table))
    for (const { dynamodb } of records) {
      const image = (one: "OldImage" | "NewImage") => dynamodb?.[one] && plainImage(dynamodb[one] as Record<string, Notated>);
      const written = { before: image("OldImage"), after: image("NewImage") };
      const { _t } = (written.after ?? written.before)!;
      cost[_t] = (cost[_t] ?? 0) + costOfWrite(written, social.gsis).total * (IN_TRANSACTIONS.includes(_t) ? 2 : 1);
    }
  return cost;
};

const play = async (world: EngagementWorld, random: () => number): Promise<void> => {
  const { id } = await world.post({ status: "published" });
  const events = eventsOf(id, random);
  const size = EVENTS / MESSAGES;
  for (let at = 0; at < EVENTS; at += size) await world.ingest(events.slice(at, at + size));
  await world.count(RECORDS);
  const { views } = await world.counted(id);
  if (views !== EVENTS * 0.9) throw new Error(`${views} views were counted.`);
};

/** What the engagement of some posts takes: bytes that stay, and write units. */
export const measureEngagement = async (posts: number) => {
  const world = await engagementWorld();
  const random = randomOf(20_261_120);
  for (let n = 0; n < posts; n += 1) await play(world, random);
  const cost = await writesByEntity(world.physical.social);
  const [identified, views] = [posts * EVENTS * 0.1, posts * EVENTS * 0.9];
  // Each day of a post is written five times: by four messages for their views, and once from the stream for the events.
  const day = cost["PostDay"]! / (MESSAGES + 1);
  return {
    bytes_per_post: Math.round((await lastingBytes(world.physical.social)) / posts),
    per_event: (cost["EngagementEvent"]! + cost["PostMonth"]! + cost["StreamCheckpoint"]! + day) / identified,
    per_view: (cost["EventBatch"]! + day * MESSAGES) / views,
  };
};
