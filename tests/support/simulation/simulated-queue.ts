import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { JobHandler } from "../../../shared/kernel/job.ts";
import { Crash } from "../faults/crash.ts";
import type { Lane, Simulation } from "./simulation.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  /** How often it was handed out. */
  readonly receives: number;
}
export interface SimulatedQueue {
  send(body: string): void;
  /** Up to ten messages in no order; waits for one. Undefined when the queue is closed. */
  receive(): Promise<Message[] | undefined>;
  delete(id: string): void;
  readonly dead: readonly Message[];
  /** Moves what is dead back, with a count from zero. */
  redrive(): void;
  purge(): void;
  /** Resolves when nothing waits and nothing is handed out. */
  drained(): Promise<void>;
  /** Those who wait for messages go home. */
  close(): void;
}

export const MAX_RECEIVES = 5;
const BATCH = 10;
const VISIBILITY_MS = 360_000;

/** A queue that delivers at least once, in no order, and gives up on a message after its fifth failure. */
export const simulatedQueue = ({ random, sleep }: Pick<Simulation, "random" | "sleep">): SimulatedQueue => {
  const ready: Message[] = [];
  const out = new Map<string, Message>();
  const dead: Message[] = [];
  let waiters: (() => void)[] = [];
  let drainers: (() => void)[] = [];
  let [sent, closed] = [0, false];
  const wake = (): void => {
    const woken = waiters;
    waiters = [];
    for (const waiter of woken) waiter();
    if (ready.length > 0 || out.size > 0) return;
    const done = drainers;
    drainers = [];
    for (const drainer of done) drainer();
  };
  const add = (message: Message): void => {
    ready.push(message);
    wake();
  };
  const take = (): Message => {
    const at = Math.floor(random() * ready.length);
    const [found, last] = [ready[at]!, ready.pop()!];
    if (found !== last) ready[at] = last;
    return { ...found, receives: found.receives + 1 };
  };
  /** Who has not deleted it by then has failed. */
  const hideFor = async (message: Message): Promise<void> => {
    await sleep(VISIBILITY_MS);
    if (out.get(message.id) !== message) return;
    out.delete(message.id);
    (message.receives < MAX_RECEIVES ? ready : dead).push(message);
    wake();
  };
  const handOut = (): Message => {
    const message = take();
    out.set(message.id, message);
    void hideFor(message);
    return message;
  };
  return {
    send: (body) => add({ id: String(sent++), body, receives: 0 }),
    receive: async () => {
      while (ready.length === 0 && !closed) await new Promise<void>((resolve) => waiters.push(resolve));
      if (closed) return undefined;
      return Array.from({ length: Math.min(BATCH, ready.length) }, handOut);
    },
    delete: (id) => {
      out.delete(id);
      wake();
    },
    dead,
    redrive: () => {
      for (const message of dead.splice(0)) add({ ...message, receives: 0 });
    },
    purge: () => void dead.splice(0),
    drained: () => (ready.length === 0 && out.size === 0 ? Promise.resolve() : new Promise((resolve) => drainers.push(resolve))),
    close: () => {
      closed = true;
      wake();
    },
  };
};

/** One batch, and what its worker reported as failed. */
export interface Served {
  readonly batch: readonly Message[];
  readonly failed: readonly string[];
}

export type Handler = JobHandler<SQSEvent, SQSBatchResponse>;

export interface ConsumeOptions {
  readonly remaining_ms?: () => number;
  readonly served?: (served: Served) => void;
  /** Deletes before the work is done: a mistake, for the tests of the tests. */
  readonly early?: boolean;
}

/** Takes batches until the queue is closed, as Lambda's event source does: what did not fail is deleted, after the work. */
export const consume = async (
  queue: SimulatedQueue,
  lane: Lane,
  handler: Handler,
  { remaining_ms = () => 60_000, served, early }: ConsumeOptions = {},
): Promise<void> => {
  for (let batch = await queue.receive(); batch; batch = await queue.receive()) {
    const received = batch;
    if (early) for (const { id } of received) queue.delete(id);
    try {
      const event = {
        Records: received.map(({ id, body, receives }) => ({ messageId: id, body, attributes: { ApproximateReceiveCount: String(receives) } })),
      } as unknown as SQSEvent;
      const time = remaining_ms();
      const { batchItemFailures } = await lane.run(() => handler(event, { getRemainingTimeInMillis: () => time }));
      const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      served?.({ batch: received, failed });
      for (const { id } of received) if (!failed.includes(id)) queue.delete(id);
    } catch (error) {
      // Nobody deletes what a dead worker had: it is handed out again.
      if (!(error instanceof Crash)) throw error;
    }
  }
};
