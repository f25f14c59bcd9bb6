import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { costOfWrite, itemSize } from "../../shared/kernel/table/capacity.ts";
import { type Notated, plainImage } from "../../shared/kernel/table/image.ts";
import type { QueuedEvent } from "../../shared/social/engagement/arrived-event.ts";
import { social } from "../../shared/social/table.ts";
import { dynamoClient } from "../support/dynamo.ts";
import { engagementWorld } from "../support/engagement.ts";
import { randomOf } from "../support/faults/random.ts";
import { atSize, figures } from "../support/figures.ts";
import { readStream } from "../support/stream.ts";

const POSTS = atSize({ test: 3, soak: 1_000 });
const EVENTS = 2_000;
const MESSAGE = 500;
/** A gigabyte for ten thousand posts. */
const MOST_BYTES = Math.floor(1024 ** 3 / 10_000);
const MOST_WRITES = { event: 2.3, view: 0.1 };
/** What is still there when batches and touches have expired. */
const LASTING = ["EngagementEvent", "PostDay", "PostMonth"];
/** Written in transactions, which cost twice; events are written alone. */
const IN_TRANSACTIONS = ["PostDay", "PostMonth", "StreamCheckpoint", "EventBatch"];
const TYPES = ["like", "like", "like", "comment", "share", "save"] as const;

/** A post's events over its first week, most of them early; one in ten is no view. A half of them has an id of the network. */
const eventsOf = (post_id: string, random: () => number): QueuedEvent[] =>
  Array.from({ length: EVENTS }, (_, n) => {
    const event_timestamp = new Date(Date.parse("2026-11-12T18:00:00.000Z") + Math.floor(random() ** 3 * 7 * 86_400) * 1000).toISOString();
    if (n % 10 > 0) return { post_id, event_type: "view" as const, event_timestamp };
    const platform_user_id = `1784140${Math.floor(random() * 1e10)}`;
    return { post_id, event_type: TYPES[n % 6]!, event_timestamp, platform_user_id, ...(n % 20 > 0 ? {} : { id: `179${Math.floor(random() * 1e14)}` }) };
  });

describe("the engagement of a post", () => {
  it(
    `of ${EVENTS} events stays below ${MOST_BYTES} bytes, and within what an event and a view may cost`,
    async () => {
      const world = await engagementWorld();
      const random = randomOf(20_261_120);
      for (let n = 0; n < POSTS; n += 1) {
        const { id } = await world.post({ status: "published" });
        const events = eventsOf(id, random);
        for (let at = 0; at < EVENTS; at += MESSAGE) await world.ingest(events.slice(at, at + MESSAGE));
        // As many records at a time as the mapping hands over.
        await world.count(1000);
        expect(await world.counted(id)).toMatchObject({ views: EVENTS * 0.9 });
      }
      const client = new DynamoDBClient(dynamoClient());
      let bytes = 0;
      for await (const { Items = [] } of paginateScan({ client }, { TableName: world.physical.social }))
        for (const item of Items.map((one) => plainImage(one as Record<string, Notated>)))
          if (LASTING.includes(item["_t"])) bytes += itemSize(item) * (1 + social.gsis.filter((index) => item[`${index}pk`] !== undefined).length);
      client.destroy();
      const per_post = Math.round(bytes / POSTS);
      expect(per_post).toBeLessThanOrEqual(MOST_BYTES);

      const cost: Record<string, number> = {};
      for (const { records } of await readStream(world.physical.social))
        for (const { dynamodb } of records) {
          const image = (one: "OldImage" | "NewImage") => dynamodb?.[one] && plainImage(dynamodb[one] as Record<string, Notated>);
          const written = { before: image("OldImage"), after: image("NewImage") };
          const { _t } = (written.after ?? written.before)!;
          cost[_t] = (cost[_t] ?? 0) + costOfWrite(written, social.gsis).total * (IN_TRANSACTIONS.includes(_t) ? 2 : 1);
        }
      const identified = POSTS * EVENTS * 0.1;
      // Each day of a post is written five times: by four messages for their views, and once from the stream for the events.
      const days = cost["PostDay"]! / 5;
      const per_event = (cost["EngagementEvent"]! + cost["PostMonth"]! + cost["StreamCheckpoint"]! + days) / identified;
      const per_view = (cost["EventBatch"]! + days * 4) / (POSTS * EVENTS * 0.9);
      expect(cost["EngagementEvent"]! / identified).toBe(2);
      expect(per_event).toBeLessThanOrEqual(MOST_WRITES.event);
      expect(per_view).toBeLessThanOrEqual(MOST_WRITES.view);
      figures("R4", { "bytes a post": per_post, "write units an event": per_event.toFixed(3), "write units a view": per_view.toFixed(4) });
    },
    atSize({ test: 240_000, soak: 7_200_000 }),
  );
});
