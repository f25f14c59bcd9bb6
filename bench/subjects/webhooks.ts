import { applyPlannerEventWorker } from "../../functions/soundcloud/apply-planner-event.worker.ts";
import { plannerWebhooksApi } from "../../functions/soundcloud/planner-webhooks.api.ts";
import { startDynamo } from "../../infra/local/engines/dynamodb.ts";
import { inParallel } from "../../shared/kernel/queue/parallel.ts";
import { every } from "../../shared/kernel/table/every.ts";
import { Schedule } from "../../shared/soundcloud/planner/schedule.ts";
import { type Measured, floors } from "../../tests/support/floors.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../tests/support/soundcloud.ts";
import type { WorldOptions } from "../../tests/support/world.ts";
import { hostOn } from "../host.ts";
import { orders, receive, scheduled } from "../planner/call-backs.ts";
import { type Prepared, ROUNDS, compare, record } from "../replay/compare.ts";
import { type Subject, atLeast, atMost, beside } from "../subject.ts";

const EVENTS = 256;
const METERED = 32;
const AT_ONCE = 8;
/** Messages of one invocation, and invocations at a time. */
const BATCH = 10;
const BATCHES_AT_ONCE = 2;

const apply = async (world: SoundcloudWorld, messages: readonly string[]): Promise<void> => {
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, at) => messages.slice(at * BATCH, (at + 1) * BATCH));
  await inParallel(batches, BATCHES_AT_ONCE, async (batch) => {
    if ((await world.deliver(applyPlannerEventWorker, batch)) > 0) throw new Error(`Not applied: ${JSON.stringify(world.log.lines.at(-1))}`);
  });
};

/** Throws unless so many schedules are completed. */
const requireCompleted = async ({ ctx, org_id }: SoundcloudWorld, events: number): Promise<void> => {
  const completed = await Array.fromAsync(every((page) => Schedule.query.byStatus(ctx, { org_id, status: "completed" }, page)));
  if (completed.length !== events) throw new Error(`${completed.length} of ${events} schedules are completed.`);
};

const options = { apis: [plannerWebhooksApi] };

const open = (host: WorldOptions): Promise<SoundcloudWorld> => soundcloudWorld({ ...options, ...host });

const intake = async (world: SoundcloudWorld): Promise<Prepared> => {
  const messages = await scheduled(world, EVENTS);
  return {
    count: EVENTS,
    work: () => inParallel(messages, AT_ONCE, (message) => receive(world, message)),
    check: async () => {
      const waiting = await orders(world);
      if (waiting.length !== EVENTS) throw new Error(`${waiting.length} of ${EVENTS} messages were taken in.`);
    },
  };
};

const application = async (world: SoundcloudWorld): Promise<Prepared> => {
  await inParallel(await scheduled(world, EVENTS), AT_ONCE, (message) => receive(world, message));
  const waiting = await orders(world);
  return { count: EVENTS, work: () => apply(world, waiting), check: () => requireCompleted(world, EVENTS) };
};

/** What one message takes, of each half of its way. */
const capacity = async () => {
  const host = await hostOn((db) => db);
  const meter = floors(host.db);
  const world = await soundcloudWorld({ ...options, host: { ...host, db: meter.db } });
  const messages = await scheduled(world, METERED);
  meter.take();
  for (const message of messages) await receive(world, message);
  const taken_in = meter.take();
  const waiting = await orders(world);
  meter.take();
  await apply(world, waiting);
  const applied = meter.take();
  await requireCompleted(world, METERED);
  const each = (uses: readonly Measured[]) => {
    const total = (of: "read" | "write" | "floor"): number => uses.reduce((sum, use) => sum + use[of], 0) / METERED;
    return { requests: uses.length / METERED, read: total("read"), write: total("write"), floor: total("floor") };
  };
  return { taken_in: each(taken_in), applied: each(applied) };
};

const rounded = (value: number): number => Number(value.toFixed(2));

export const subject: Subject = {
  name: "webhooks",
  title: "Webhooks, from signature to status",
  about: `${EVENTS} signed call-backs of Influence Planner, eight at a time: taken in by the real handler (signature over the bytes, secrets out of the vault, the event stored with its fact and the message's id in one transaction), and applied by the real worker in batches of ten, which completes the schedule and notes that its account works. Each half stands against its own reads and writes, sent again by the document client alone on fresh tables in the same order and with the same concurrency; 1 is the speed of the bare requests. Capacity is that of one call-back, against the least that DynamoDB's rules allow for the items it touches; transactions are counted by those rules.`,
  measure: async () => {
    const dynamo = await startDynamo();
    process.env["DYNAMODB_ENDPOINT"] = dynamo.endpoint;
    try {
      const received = await compare(() => record(open, intake));
      const applied = await compare(() => record(open, application));
      const used = await capacity();
      const halves = [used.taken_in, used.applied];
      return {
        figures: [
          atLeast("webhook_intake_ratio", received.ratio, 0.7),
          atLeast("webhook_apply_ratio", applied.ratio, 0.7),
          atMost("webhook_capacity_ratio", Math.max(...halves.map(({ read, write, floor }) => (read + write) / floor)), 1),
          beside("webhook_intake_per_second", received.per_second, "per second"),
          beside("webhook_apply_per_second", applied.per_second, "per second"),
          beside("webhook_intake_cpu_ms", received.cpu_ms, "ms"),
          beside("webhook_apply_cpu_ms", applied.cpu_ms, "ms"),
          beside("webhook_intake_cpu_ratio", received.cpu),
          beside("webhook_apply_cpu_ratio", applied.cpu),
        ],
        tables: [
          {
            title: `Medians of ${ROUNDS} rounds`,
            rows: [
              { "": "taken in", ...received.row },
              { "": "applied", ...applied.row },
            ],
          },
          {
            title: "One call-back",
            rows: Object.entries({ "taken in": used.taken_in, applied: used.applied }).map(([half, { requests, read, write, floor }]) => ({
              "": half,
              requests: rounded(requests),
              "read units": rounded(read),
              "write units": rounded(write),
              "floor, units": rounded(floor),
            })),
          },
        ],
      };
    } finally {
      await dynamo.stop();
    }
  },
};
