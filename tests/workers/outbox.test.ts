import type { DynamoDBStreamEvent } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { SubmissionApproved } from "../../events/soundcloud/submission-approved.v1.ts";
import type { Contract, DataOf, Envelope } from "../../events/envelope.ts";
import { outboxJob as identityOutbox } from "../../functions/identity/outbox.stream.ts";
import { sweepOutboxJob as identitySweep } from "../../functions/identity/sweep-outbox.schedule.ts";
import { outboxJob as socialOutbox } from "../../functions/social/outbox.stream.ts";
import { sweepOutboxJob as socialSweep } from "../../functions/social/sweep-outbox.schedule.ts";
import { outboxJob as soundcloudOutbox } from "../../functions/soundcloud/outbox.stream.ts";
import { sweepOutboxJob as soundcloudSweep } from "../../functions/soundcloud/sweep-outbox.schedule.ts";
import { Outbox, emit, identity } from "../../shared/identity/table.ts";
import { type Bus, busOver } from "../../shared/kernel/bus/bus.ts";
import { type Table, type Write, transact } from "../../shared/kernel/table/table.ts";
import { social, socialSystem } from "../../shared/social/table.ts";
import { soundcloud, soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { serveRecorded } from "../support/recorder/served.ts";
import { socialOnTest } from "../support/social.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../support/soundcloud.ts";

const published: Envelope[] = [];
const bus: Bus = busOver(async (group) => {
  published.push(...group.map(({ value }) => value));
  return [];
});

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ ports: { bus }, beside: [socialOnTest] });
});

const store = async <C extends Contract<"event">>(table: Table, writes: (contract: C, data: DataOf<C>) => Write[], contract: C): Promise<void> => {
  published.length = 0;
  await transact(world.ctx, table, writes(contract, contract.example as DataOf<C>), { pattern: "test.emit" });
};

const platforms = [
  {
    platform: "identity",
    Outbox,
    stream: identityOutbox,
    sweep: identitySweep,
    emitOne: () => store(identity, (contract, data) => emit(world.ctx, contract, data as never), PlatformEnabled),
  },
  {
    platform: "soundcloud",
    Outbox: soundcloudSystem.Outbox,
    stream: soundcloudOutbox,
    sweep: soundcloudSweep,
    emitOne: () => store(soundcloud, (contract, data) => soundcloudSystem.emit(world.ctx, contract, data as never), SubmissionApproved),
  },
  {
    platform: "social",
    Outbox: socialSystem.Outbox,
    stream: socialOutbox,
    sweep: socialSweep,
    emitOne: () => store(social, (contract, data) => socialSystem.emit(world.ctx, contract, data as never), PostPublished),
  },
];

describe.each(platforms)("the outbox of $platform", ({ Outbox: Stored, stream, sweep, emitOne }) => {
  const waiting = async (): Promise<{ id: string; org_id: string }[]> => (await Stored.query.undelivered(world.ctx, {})).items;

  it("leaves by the stream: on the bus once, and gone from the table", async () => {
    await emitOne();
    const items = (await waiting()).filter(({ org_id }) => org_id === world.org_id);
    const Records = items.map(({ id, org_id }, at) => ({
      dynamodb: { SequenceNumber: String(at + 1), NewImage: { _t: { S: "Outbox" }, id: { S: id }, org_id: { S: org_id } } },
    }));
    const handle = serveRecorded(stream, { ...world.boot, ports: world.ports });
    const invocation = { getRemainingTimeInMillis: () => 60_000 };
    expect(await handle({ Records } as unknown as DynamoDBStreamEvent, invocation)).toEqual({ batchItemFailures: [] });
    expect(published.map(({ id }) => id).toSorted()).toEqual(items.map(({ id }) => id).toSorted());
    expect(await waiting()).toEqual([]);
    // The stream repeats a batch whose answer was lost.
    expect(await handle({ Records } as unknown as DynamoDBStreamEvent, invocation)).toEqual({ batchItemFailures: [] });
    expect(published.length).toBe(items.length);
  });
  it("leaves by the sweep what the stream has not taken for two minutes", async () => {
    await emitOne();
    await world.tick(sweep, world.clock.now().toISOString());
    expect(published).toEqual([]);
    world.clock.advance(120_001);
    await world.tick(sweep, world.clock.now().toISOString());
    expect(published.length).toBe(1);
    expect(await waiting()).toEqual([]);
  });
});
