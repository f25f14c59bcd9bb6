import * as z from "zod";
import { type Contract, type DataOf, type Envelope, envelope } from "../../../events/envelope.ts";
import { DomainError } from "../errors.ts";

type Command = Contract<"command", string, z.ZodType>;
type Event = Contract<"event", string, z.ZodType>;

/** An event that a worker takes as one of its orders. */
export interface Subscription<Data = unknown> {
  readonly event: Event;
  readonly toCommand: (data: never) => Data;
}

/** Binds an event to a worker: `toCommand` makes the worker's command data of the event's. */
export const when = <E extends Event, Data>(event: E, toCommand: (data: DataOf<E>) => Data): Subscription<Data> => ({ event, toCommand });

const onTheBus = z.object({ "detail-type": z.string(), detail: z.unknown() });

const refused = (detail: string): DomainError => new DomainError("invalid", "message_refused", detail);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("The message is not JSON.");
  }
};

/** Reads an envelope of the contract strictly, or throws DomainError `message_refused` naming each violation. */
const open = <C extends Contract<"event" | "command", string, z.ZodType>>(contract: C, value: unknown): Envelope<string, DataOf<C>> => {
  const result = envelope(contract.data).safeParse(value);
  if (!result.success) throw refused(`The envelope of ${contract.type} is not valid. ${z.prettifyError(result.error)}`);
  if (result.data.type !== contract.type) throw refused(`Expected the type ${contract.type}, got ${result.data.type}.`);
  return result.data as Envelope<string, DataOf<C>>;
};

/**
 * Reads a queue's message: the command's own envelope, or a bus event that carries the envelope of a subscribed event.
 * The event's id stays the id, so that a repetition is known by it. Throws DomainError `message_refused`.
 */
export const messageReader = <C extends Command>(contract: C, on: readonly Subscription<DataOf<C>>[]): ((body: string) => Envelope<string, DataOf<C>>) => {
  const subscriptions = new Map(on.map((one) => [one.event.type, one]));
  const fromEvent = (type: string, detail: unknown): Envelope<string, DataOf<C>> => {
    const found = subscriptions.get(type);
    if (!found) throw refused(`This queue does not take the event ${type}.`);
    const event = open(found.event, detail);
    return open(contract, { ...event, type: contract.type, data: found.toCommand(event.data as never) });
  };
  return (body) => {
    const value = parseJson(body);
    const event = onTheBus.safeParse(value);
    return event.success ? fromEvent(event.data["detail-type"], event.data.detail) : open(contract, value);
  };
};
