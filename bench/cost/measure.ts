import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { type Bus, busOver } from "../../shared/kernel/bus/bus.ts";
import type { outboxStream } from "../../shared/kernel/bus/deliver.ts";
import type { JobRuntime } from "../../shared/kernel/job.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { type TestClock, type TestCtx, dynamoClient, testCtx } from "../../tests/support/dynamo.ts";
import type { Floors, Measured } from "../../tests/support/floors.ts";
import type { TestPlatform, WorldOptions } from "../../tests/support/world.ts";
import { type Consumption, type Cost, billedBytes, costOfMillion } from "./prices.ts";

/** How often something of an operation happened, where the operation itself does not say. */
interface Done {
  readonly count?: number;
  readonly http?: number;
  readonly workers?: number;
}

type Aside = <T>(work: () => Promise<T>) => Promise<T>;

/** An operation of the product, and how many of its kind one go does. */
export interface Operation extends Done {
  readonly title: string;
  /** Invocations by a table's stream, beside those that empty the outbox. */
  readonly streams?: number;
  /** What one of its kind takes of a function beside its calls. */
  readonly own_ms?: number;
  /** What is done `aside` is the bench's own doing, and not counted. */
  readonly run: (aside: Aside) => Promise<Done | void>;
}

/** Operations that build on each other, on tables of their own. */
export interface Scene {
  readonly world: { readonly physical: Readonly<Record<string, string>>; readonly boot: JobRuntime; readonly clock: TestClock; readonly log: TestCtx["log"] };
  readonly outbox: { readonly system: TestPlatform["system"]; readonly job: ReturnType<typeof outboxStream> };
  readonly operations: readonly Operation[];
  readonly stop?: () => Promise<unknown>;
}
export type Host = NonNullable<WorldOptions["host"]>;

export interface Costed {
  readonly title: string;
  readonly used: Consumption;
  readonly cost: Cost;
}

/** Records that the stream of a table hands over at a time; see infra/constructs/stream-consumer.ts. */
const STREAM_BATCH = 100;
/** Everything that is published is on the bus at once. */
const bus: Bus = busOver(async () => []);

/** Bytes of all items as they are billed, each once more for every index that it is in. */
const storedBytes = async ({ physical }: Scene["world"]): Promise<number> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(dynamoClient()));
  let bytes = 0;
  for (const TableName of Object.values(physical))
    for await (const { Items = [] } of paginateScan({ client }, { TableName })) for (const item of Items) bytes += billedBytes(item);
  client.destroy();
  return bytes;
};

const waiting = ({ world: { boot, clock, log }, outbox: { system } }: Scene) => {
  const ctx = testCtx({ db: boot.db, ids: boot.ids, clock, log });
  return Array.fromAsync(every((page) => system.Outbox.query.undelivered(ctx, {}, page)));
};

/** Brings events to the bus as the stream does: read again together, published, and removed in batches. Returns the invocations. */
const leave = async ({ world: { boot }, outbox: { job } }: Scene, events: readonly { readonly org_id: string; readonly id: string }[]): Promise<number> => {
  const handle = job.serve({ ...boot, ports: { bus } });
  let invocations = 0;
  for (let at = 0; at < events.length; at += STREAM_BATCH) {
    const Records = events.slice(at, at + STREAM_BATCH).map(({ org_id, id }) => ({
      dynamodb: { SequenceNumber: String((invocations + 1) * STREAM_BATCH), NewImage: { _t: { S: "Outbox" }, org_id: { S: org_id }, id: { S: id } } },
    }));
    const { batchItemFailures } = await handle({ Records } as DynamoDBStreamEvent, { getRemainingTimeInMillis: () => 60_000 });
    if (batchItemFailures.length > 0) throw new Error("Events did not leave the outbox.");
    invocations += 1;
  }
  return invocations;
};

/** Carries one operation out and lets its events leave, and counts what both used. */
export const measure = async (scene: Scene, { take }: Floors, { title, run, streams = 0, own_ms = 0, ...declared }: Operation): Promise<Costed> => {
  const before = await storedBytes(scene.world);
  const known = new Set((await waiting(scene)).map(({ id }) => id));
  take();
  const uses: Measured[] = [];
  const aside: Aside = async (work) => {
    uses.push(...take());
    const done = await work();
    take();
    return done;
  };
  const { count = 1, http = 0, workers = 0 } = { ...declared, ...(await run(aside)) };
  uses.push(...take());
  const events = (await waiting(scene)).filter(({ id }) => !known.has(id));
  take();
  const batches = await leave(scene, events);
  uses.push(...take());
  const total = (of: "read" | "write"): number => uses.reduce((sum, use) => sum + use[of], 0);
  const used: Consumption = {
    http: http / count,
    invocations: (http + workers + streams + batches) / count,
    own_ms,
    calls: uses.length / count,
    read_units: total("read") / count,
    write_units: total("write") / count,
    messages: workers / count,
    events: events.length / count,
    stored_bytes: Math.max(0, (await storedBytes(scene.world)) - before) / count,
  };
  return { title, used, cost: costOfMillion(used) };
};
