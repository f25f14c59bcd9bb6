import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, invalid } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { type ArrivedEvent, type QueuedEvent, kindOf, postKeyOf } from "./arrived-event.ts";

/** Clocks differ; what lies further ahead is a mistake and would stay on top of every list. */
const AHEAD_MS = 5 * 60_000;
/** A message's views are counted in one transaction: one write for a post's day, and DynamoDB takes a hundred. */
const MOST_DAYS = 90;
/** Parked events lie in one item, which holds 400 KB. */
const MOST_BYTES = 250_000;

/** What was taken in, by kind. README, Engagement. */
export interface OrderedEvents {
  readonly received: number;
  readonly events: number;
  readonly touches: number;
  readonly views: number;
  /** Under which the outcome is found once it is known. */
  readonly batch_ids: string[];
}

/** Puts events on the queue, under ids that a repeat of the request makes again. Throws DomainError `invalid_request` for times that are yet to come. */
export const orderEvents = async (
  ctx: OrgCtx & { readonly commands: Commands },
  { events }: { readonly events: readonly ArrivedEvent[] },
): Promise<OrderedEvents> => {
  const faults = events.flatMap((event, at) => faultsOfEvent(ctx, event).map((fault) => ({ ...fault, pointer: `/events/${at}${fault.pointer}` })));
  if (faults.length > 0) throw invalid(faults);
  const messages = inMessages(events).map((group) => ({ org_id: ctx.org_id, id: ctx.ids.uuid(), data: { events: [...group] } }));
  await ctx.commands.sendEach(ctx, IngestEvents, messages);
  const count = (kind: ReturnType<typeof kindOf>): number => events.filter((event) => kindOf(event) === kind).length;
  return { received: events.length, events: count("event"), touches: count("touch"), views: count("view"), batch_ids: messages.map(({ id }) => id) };
};

/** What is wrong with an event of the right shape, by its fields. Whoever takes events in asks here. README, Engagement. */
export const faultsOfEvent = ({ clock }: OrgCtx, { event_timestamp }: ArrivedEvent): Violation[] =>
  Date.parse(event_timestamp) > clock.now().getTime() + AHEAD_MS
    ? [{ pointer: "/event_timestamp", code: "in_future", detail: "It lies in the future; send what has happened." }]
    : [];

/** Puts events on the queue, in messages whose ids are made of a name. Returns the id of each event's message. */
export const sendEvents = async (ctx: OrgCtx & { readonly commands: Commands }, events: readonly ArrivedEvent[], name: string): Promise<string[]> => {
  const messages = inMessages(events).map((group, at) => ({
    org_id: ctx.org_id,
    id: uuidOf(`${IngestEvents.type}/${name}/${at}`),
    data: { events: [...group] },
  }));
  await ctx.commands.sendEach(ctx, IngestEvents, messages);
  return messages.flatMap(({ id, data }) => data.events.map(() => id));
};

/** Groups in the order given, each of which a worker can count at once. */
export const inMessages = (events: readonly QueuedEvent[]): QueuedEvent[][] => {
  const groups: QueuedEvent[][] = [];
  let days = new Set<string>();
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event));
    const day = `${postKeyOf(event)}/${event.event_timestamp.slice(0, 10)}`;
    const last = groups.at(-1);
    if (last && (days.has(day) || days.size < MOST_DAYS) && bytes + size <= MOST_BYTES) last.push(event);
    else {
      groups.push([event]);
      [days, bytes] = [new Set(), 0];
    }
    days.add(day);
    bytes += size;
  }
  return groups;
};
