import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { Envelope } from "../../../events/envelope.ts";
import type { Boot } from "../boot.ts";
import type { Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";
import { uuidOf } from "../ids.ts";
import { type Job, type JobCtx, jobCtx, portsOf } from "../job.ts";
import { inParallel } from "../queue/parallel.ts";
import { MOST_WRITES, slices } from "../table/batches.ts";
import type { Bus } from "./bus.ts";
import type { outbox } from "./outbox.ts";

type Outbox = ReturnType<typeof outbox>["Outbox"];
type OutboxItem = Awaited<ReturnType<Outbox["get"]>>;

const BATCHES_AT_ONCE = 4;
const PAGE = 100;
/** The stream brings an item within seconds; what is older than this it has not brought. */
const OVERDUE_MS = 2 * 60_000;
/** A page is not begun with less time than this. */
const PAGE_MS = 10_000;

const envelopeOf = ({ id, type, org_id, at, data }: OutboxItem): Envelope => ({ id, type, org_id, at, data: JSON.parse(data) as unknown });

/**
 * Publishes items and deletes those that are on the bus. Returns the ids of those that are not, or that may not be
 * deleted yet: to deliver them again is harmless, since subscribers know an event by its id.
 */
const deliver = async (ctx: Ctx, Outbox: Outbox, bus: Bus, items: readonly OutboxItem[]): Promise<Set<string>> => {
  const failed = new Set<string>();
  for (const { envelope, reason } of await bus.publish(items.map(envelopeOf))) {
    failed.add(envelope.id);
    ctx.log.error("event not published", { event_id: envelope.id, type: envelope.type, org_id: envelope.org_id, reason });
  }
  const published = items.filter((item) => !failed.has(item.id));
  // A request that fails keeps what it was to remove, and no more.
  const left = await inParallel(slices(published, MOST_WRITES), BATCHES_AT_ONCE, (batch) => remove(ctx, Outbox, batch));
  return new Set([...failed, ...left.flat().map(({ id }) => id)]);
};

/** Answers the items of which it is not known that they are gone: a batch that fails may have removed some. */
const remove = async (ctx: Ctx, Outbox: Outbox, items: readonly OutboxItem[]): Promise<readonly OutboxItem[]> => {
  try {
    await Outbox.deleteMany(ctx, items);
    return [];
  } catch (error) {
    ctx.log.error("published events not removed from the outbox", { event_ids: items.map(({ id }) => id), error });
    return items;
  }
};

interface Arrival {
  readonly sequence: string;
  readonly org_id: string;
  readonly id: string;
}

/** A deletion has no new image, and items are never changed: what remains are the new ones. */
const arrivalOf = (record: DynamoDBRecord): Arrival[] => {
  const image = record.dynamodb?.NewImage;
  const sequence = record.dynamodb?.SequenceNumber;
  const [org_id, id] = [image?.["org_id"]?.S, image?.["id"]?.S];
  return image?.["_t"]?.S === "Outbox" && sequence && org_id && id ? [{ sequence, org_id, id }] : [];
};

/**
 * The consumer of a table's stream. Items are read again before they are published, so one that an earlier delivery
 * or the sweep has brought out is not brought out twice. Reports the records that failed; the stream is repeated from
 * the first of them.
 */
export const outboxStream = (name: string, Outbox: Outbox, openBus: (boot: Boot) => Bus): Job<DynamoDBStreamEvent, DynamoDBBatchResponse> => ({
  service: name,
  serve: (runtime) => {
    const ports = portsOf({ bus: openBus }, runtime);
    return async ({ Records }, invocation) => {
      const arrivals = Records.flatMap(arrivalOf);
      if (arrivals.length === 0) return { batchItemFailures: [] };
      const ctx = jobCtx(runtime, invocation, { service: name, request_id: uuidOf(`${name}/${arrivals[0]!.sequence}`) });
      const items = await Outbox.getMany(ctx, arrivals, { consistent: true });
      const failed = await deliver(ctx, Outbox, ports.bus, items);
      return { batchItemFailures: arrivals.filter(({ id }) => failed.has(id)).map(({ sequence }) => ({ itemIdentifier: sequence })) };
    };
  },
});

/** Publishes what the stream has left behind for two minutes, oldest first; run it every five minutes. Returns how many went out. */
export const sweepOutbox = async (ctx: JobCtx & { readonly bus: Bus }, Outbox: Outbox): Promise<number> => {
  const to = { at: new Date(ctx.clock.now().getTime() - OVERDUE_MS).toISOString() };
  let [published, failed] = [0, 0];
  let page: { items: OutboxItem[]; position?: unknown } = { items: [] };
  do {
    if (ctx.remaining_ms() < PAGE_MS)
      throw unfinished("out_of_time", `${published} overdue events were published and no time is left; the next sweep goes on.`);
    page = await Outbox.query.undelivered(ctx, {}, { to, limit: PAGE, position: page.position });
    const left = await deliver(ctx, Outbox, ctx.bus, page.items);
    failed += left.size;
    published += page.items.length - left.size;
  } while (page.position !== undefined);
  if (published > 0) ctx.log.warn("overdue events published by the sweep", { published });
  if (failed > 0) throw unfinished("events_not_published", `${failed} overdue events were not published; the next sweep tries again.`);
  return published;
};

const unfinished = (code: string, detail: string): DomainError => new DomainError("unavailable", code, detail);
