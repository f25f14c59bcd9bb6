import type { DynamoDBRecord } from "aws-lambda";
import { ImportCompleted } from "../../../events/soundcloud/import-completed.v1.ts";
import { PostPublished } from "../../../events/social/post-published.v1.ts";
import { UserInvited } from "../../../events/identity/user-invited.v1.ts";
import { outboxJob as identityStream } from "../../../functions/identity/outbox.stream.ts";
import { sweepOutboxJob as identitySweep } from "../../../functions/identity/sweep-outbox.schedule.ts";
import { outboxJob as socialStream } from "../../../functions/social/outbox.stream.ts";
import { sweepOutboxJob as socialSweep } from "../../../functions/social/sweep-outbox.schedule.ts";
import { outboxJob as soundcloudStream } from "../../../functions/soundcloud/outbox.stream.ts";
import { sweepOutboxJob as soundcloudSweep } from "../../../functions/soundcloud/sweep-outbox.schedule.ts";
import { Outbox as IdentityOutbox, emit, identity } from "../../../shared/identity/table.ts";
import { type Bus, busOver } from "../../../shared/kernel/bus/bus.ts";
import type { OrgCtx } from "../../../shared/kernel/context.ts";
import { type Write, transact } from "../../../shared/kernel/table/table.ts";
import { social, socialSystem } from "../../../shared/social/table.ts";
import { soundcloud, soundcloudSystem } from "../../../shared/soundcloud/table.ts";
import { testCtx } from "../dynamo.ts";
import type { CrashGate } from "../faults/crash.ts";
import { type CrashCase, crashCase } from "./crash-case.ts";
import { socialOnTest } from "../social.ts";
import { soundcloudWorld } from "../soundcloud.ts";

const FACTS = 3;
const HOUR_MS = 3_600_000;

const platforms = {
  identity: {
    table: identity,
    Outbox: IdentityOutbox,
    stream: identityStream,
    sweep: identitySweep,
    fact: (ctx: OrgCtx): Write[] => emit(ctx, UserInvited, UserInvited.example),
  },
  soundcloud: {
    table: soundcloud,
    Outbox: soundcloudSystem.Outbox,
    stream: soundcloudStream,
    sweep: soundcloudSweep,
    fact: (ctx: OrgCtx): Write[] => soundcloudSystem.emit(ctx, ImportCompleted, ImportCompleted.example),
  },
  social: {
    table: social,
    Outbox: socialSystem.Outbox,
    stream: socialStream,
    sweep: socialSweep,
    fact: (ctx: OrgCtx): Write[] => socialSystem.emit(ctx, PostPublished, PostPublished.example),
  },
};
type PlatformId = keyof typeof platforms;

/** A platform with a bus that keeps what it took, by the event's id. */
const place = async (gate: CrashGate) => {
  const world = await soundcloudWorld({ gate, beside: [socialOnTest] });
  const published: string[] = [];
  const put = gate.around(async (group: Parameters<Parameters<typeof busOver>[0]>[0]) => {
    published.push(...group.map(({ value }) => value.id));
    return [];
  });
  const bus: Bus = busOver(put, { random: () => 0, wait: async () => undefined });
  return { ...world, published, runtime: { ...world.boot, ports: { bus } }, invocation: { getRemainingTimeInMillis: () => 60_000 } };
};
type Place = Awaited<ReturnType<typeof place>>;

interface Waiting {
  readonly ctx: OrgCtx;
  readonly ids: readonly string[];
}

const outboxCase = (title: string, platform: PlatformId, run: (at: Place, waiting: Waiting) => Promise<unknown>): CrashCase => {
  const { table, Outbox, fact } = platforms[platform];
  return crashCase(title, {
    place,
    start: async ({ db, clock, ids, log }) => {
      const ctx = testCtx({ db, clock, ids, log, org_id: ids.uuid() });
      await transact(ctx, table, Array.from({ length: FACTS }, () => fact(ctx)).flat(), { pattern: "test.facts" });
      const { items } = await Outbox.query.undelivered(ctx, {}, { limit: 1_000 });
      return { ctx, ids: items.filter(({ org_id }) => org_id === ctx.org_id).map(({ id }) => id) };
    },
    run,
    state: async ({ published }, { ctx, ids }) => {
      const left = await Outbox.getMany(
        ctx,
        ids.map((id) => ({ org_id: ctx.org_id, id })),
        { consistent: true },
      );
      return { facts: ids.length, published: new Set(published.filter((id) => ids.includes(id))).size, left: left.length };
    },
    ends: { facts: FACTS, published: FACTS, left: 0 },
  });
};

const recordOf = (org_id: string, id: string): DynamoDBRecord => ({
  dynamodb: { SequenceNumber: id, NewImage: { _t: { S: "Outbox" }, org_id: { S: org_id }, id: { S: id } } },
});

export const streamCrash = (platform: PlatformId): CrashCase =>
  outboxCase(`the stream of ${platform}`, platform, async ({ runtime, invocation }, { ctx, ids }) => {
    const Records = ids.map((id) => recordOf(ctx.org_id, id));
    const { batchItemFailures } = await platforms[platform].stream.serve(runtime)({ Records }, invocation);
    if (batchItemFailures.length > 0) throw new Error("The records are delivered again.");
  });

export const sweepCrash = (platform: PlatformId): CrashCase =>
  outboxCase(`the sweep of ${platform}`, platform, async ({ runtime, invocation, clock }) => {
    clock.advance(HOUR_MS);
    await platforms[platform].sweep.serve(runtime)({ scheduled_at: clock.now().toISOString() }, invocation);
  });
