import type { DynamoDBRecord } from "aws-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Envelope, event } from "../../../../events/envelope.ts";
import { type Bus, busOver } from "../../../../shared/kernel/bus/bus.ts";
import { outboxStream, sweepOutbox } from "../../../../shared/kernel/bus/deliver.ts";
import { outbox } from "../../../../shared/kernel/bus/outbox.ts";
import type { JobCtx } from "../../../../shared/kernel/job.ts";
import type { Database, Op } from "../../../../shared/kernel/table/database.ts";
import { table, transact } from "../../../../shared/kernel/table/table.ts";
import { makeTable, testDatabase } from "../../../support/dynamo.ts";
import { streamRecords } from "./stream-records.ts";
import { ORG } from "../../../unit/kernel/queue/contracts.ts";
import { invocation, plainRuntime } from "../../../unit/kernel/plain-ctx.ts";

const shop = table("shop", ["gsi1", "gsi2", "gsi3", "gsi4"], { globals: ["Outbox.undelivered"] });
const { Outbox, emit } = outbox(shop);
const approved = event("shop.order-approved.v1", "An order was approved.", z.strictObject({ order: z.int() }), { order: 1 });

/** A table with its outbox, a bus that keeps what it accepts, and a database that can fail. */
const world = async () => {
  const physical = await makeTable(shop, { stream: true });
  const real = testDatabase({ tables: { shop: physical } });
  let failing: Op | undefined;
  let times = Infinity;
  const db: Database = {
    physical: (id) => real.physical(id),
    send: (op, ...rest) => (op === failing && times-- > 0 ? Promise.reject(new Error(`${op} failed`)) : real.send(op, ...rest)),
  };
  const published: Envelope[] = [];
  const refused = new Set<number>();
  const orderOf = (envelope: Envelope): number => (envelope.data as { order: number }).order;
  let meanwhile: () => Promise<unknown> = async () => undefined;
  const bus: Bus = busOver(
    async (group) => {
      await meanwhile();
      return group.flatMap((entry) => {
        if (refused.has(orderOf(entry.value))) return [{ entry, reason: "InternalFailure", permanent: false }];
        published.push(entry.value);
        return [];
      });
    },
    { random: () => 0, wait: async () => undefined },
  );
  const { runtime, ctx: plain, lines, clock } = plainRuntime({ db });
  const ctx: JobCtx & { readonly org_id: string; readonly bus: Bus } = { ...plain, org_id: ORG, remaining_ms: () => 60_000, bus };
  return {
    ctx,
    lines,
    clock,
    published,
    refused,
    /** Does something else while the bus takes events. */
    meanwhile: (act: () => Promise<unknown>) => void (meanwhile = act),
    orders: () => published.map(orderOf),
    fail: (op: Op | undefined, count = Infinity) => void ([failing, times] = [op, count]),
    handle: outboxStream("shop.outbox", Outbox, () => bus).serve(runtime),
    stored: async () => {
      const { items } = await Outbox.query.undelivered(ctx, {}, { limit: 1_000 });
      return items.map(({ data }) => (JSON.parse(data) as { order: number }).order).toSorted((a, b) => a - b);
    },
    records: () => streamRecords(physical),
  };
};

type World = Awaited<ReturnType<typeof world>>;

const emitOrders = async ({ ctx }: World, from: number, to: number): Promise<void> => {
  for (let order = from; order <= to; order += 1) await transact(ctx, shop, emit(ctx, approved, { order }), { pattern: "test.approve" });
};
const sequenceOf = (records: readonly DynamoDBRecord[], order: number): string =>
  records.find(({ dynamodb }) => dynamodb?.NewImage?.["data"]?.S === JSON.stringify({ order }))!.dynamodb!.SequenceNumber!;

let one: World;
beforeEach(async () => {
  one = await world();
});

describe("emit", () => {
  it("stores the event with the change, or neither", async () => {
    const { ctx } = one;
    const same = emit(ctx, approved, { order: 1 });
    await transact(ctx, shop, same, { pattern: "test.approve" });
    await expect(transact(ctx, shop, [...emit(ctx, approved, { order: 2 }), ...same], { pattern: "test.approve" })).rejects.toMatchObject({
      code: "already_exists",
    });
    expect(await one.stored()).toEqual([1]);
  });

  it("refuses data that break the contract, or are too large for the bus", () => {
    const { ctx } = one;
    expect(() => emit(ctx, approved, { order: 1.5 })).toThrow(/order/);
    const large = event("shop.large.v1", "", z.strictObject({ text: z.string() }), { text: "" });
    expect(() => emit(ctx, large, { text: "x".repeat(200 * 1024) })).toThrow(expect.objectContaining({ code: "event_too_large" }));
  });
});

describe("outboxStream", () => {
  it("publishes each event once and empties the outbox", async () => {
    await emitOrders(one, 1, 25);
    const records = await one.records();
    expect(await one.handle({ Records: records }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.orders()).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    expect(one.published[0]).toMatchObject({ type: approved.type, org_id: ORG, at: "2026-03-10T06:00:00.000Z", data: { order: 1 } });
    expect(await one.stored()).toEqual([]);
    // The deletions are in the stream too; neither they nor a repeated delivery publish anything.
    expect(await one.handle({ Records: await one.records() }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.published).toHaveLength(25);
  });

  it("reports exactly the refused records; repeated from the first of them, each event goes out once", async () => {
    await emitOrders(one, 1, 12);
    const records = await one.records();
    one.refused.add(3).add(7);
    const reply = await one.handle({ Records: records }, invocation());
    expect(reply.batchItemFailures).toEqual([3, 7].map((order) => ({ itemIdentifier: sequenceOf(records, order) })));
    expect(await one.stored()).toEqual([3, 7]);
    expect(one.lines.map(({ message, fields }) => [message, fields!["reason"]])).toEqual(
      Array.from({ length: 2 }, () => ["event not published", "InternalFailure"]),
    );
    one.refused.clear();
    const from = records.findIndex(({ dynamodb }) => dynamodb!.SequenceNumber === reply.batchItemFailures[0]!.itemIdentifier);
    expect(await one.handle({ Records: records.slice(from) }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.orders().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect(await one.stored()).toEqual([]);
  });

  it("publishes again under the same id when it could not delete", async () => {
    await emitOrders(one, 1, 2);
    const records = await one.records();
    one.fail("BatchWrite");
    expect((await one.handle({ Records: records }, invocation())).batchItemFailures).toHaveLength(2);
    one.fail(undefined);
    expect(await one.handle({ Records: records }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.orders()).toEqual([1, 2, 1, 2]);
    expect(new Set(one.published.map(({ id }) => id)).size).toBe(2);
    expect(await one.stored()).toEqual([]);
  });

  it("keeps none but those of the batch that was not deleted", async () => {
    await emitOrders(one, 1, 30);
    const records = await one.records();
    one.fail("BatchWrite", 1);
    expect((await one.handle({ Records: records }, invocation())).batchItemFailures).toHaveLength(25);
    expect(await one.stored()).toHaveLength(25);
    expect(await one.handle({ Records: records }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.published).toHaveLength(55);
    expect(await one.stored()).toEqual([]);
  });

  it("takes an item that another delivery has deleted meanwhile for delivered", async () => {
    await emitOrders(one, 1, 1);
    const records = await one.records();
    const { items } = await Outbox.query.undelivered(one.ctx, {});
    one.meanwhile(() => Outbox.delete(one.ctx, items[0]!));
    expect(await one.handle({ Records: records }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.lines).toEqual([]);
  });

  it("throws when the table does not answer, so that the whole batch is repeated", async () => {
    await emitOrders(one, 1, 1);
    const records = await one.records();
    one.fail("BatchGet");
    await expect(one.handle({ Records: records }, invocation())).rejects.toThrow("BatchGet failed");
    expect(one.published).toEqual([]);
  });
});

describe("sweepOutbox", () => {
  it("publishes what the stream left behind for two minutes, and nothing younger", async () => {
    for (const from of [1, 61]) {
      const writes = Array.from({ length: 60 }, (_, n) => emit(one.ctx, approved, { order: from + n })).flat();
      await transact(one.ctx, shop, writes, { pattern: "test.approve" });
    }
    one.clock.advance(60_001);
    await emitOrders(one, 121, 123);
    one.clock.advance(60_000);
    expect(await sweepOutbox(one.ctx, Outbox)).toBe(120);
    expect(one.orders().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    expect(await one.stored()).toEqual([121, 122, 123]);
    expect(one.lines).toMatchObject([{ level: "warn", fields: { published: 120 } }]);
    expect(await sweepOutbox(one.ctx, Outbox)).toBe(0);
  });

  it("goes past what the bus refuses, and fails in the end so that it is noticed", async () => {
    await emitOrders(one, 1, 5);
    one.clock.advance(120_001);
    one.refused.add(2);
    await expect(sweepOutbox(one.ctx, Outbox)).rejects.toMatchObject({ code: "events_not_published" });
    expect(await one.stored()).toEqual([2]);
    one.refused.clear();
    expect(await sweepOutbox(one.ctx, Outbox)).toBe(1);
  });

  it("stops before its time is over", async () => {
    await emitOrders(one, 1, 1);
    one.clock.advance(120_001);
    await expect(sweepOutbox({ ...one.ctx, remaining_ms: () => 9_999 }, Outbox)).rejects.toMatchObject({ code: "out_of_time" });
    expect(await one.stored()).toEqual([1]);
  });

  it("leaves an event to the stream that comes after it: it is published once", async () => {
    await emitOrders(one, 1, 3);
    const records = await one.records();
    one.clock.advance(120_001);
    await sweepOutbox(one.ctx, Outbox);
    expect(await one.handle({ Records: records }, invocation())).toEqual({ batchItemFailures: [] });
    expect(one.orders()).toEqual([1, 2, 3]);
  });
});
