import type { Outgoing } from "../../../shared/kernel/queue/commands.ts";
import type { Reply } from "../api-client.ts";
import type { Items } from "./stored.ts";

/** What a request has left behind. */
export interface Ended {
  readonly reply: Reply;
  readonly items: Items;
  readonly messages: readonly Outgoing[];
}

interface Difference {
  /** The place of the one value that differs. */
  readonly at: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Of the request as such, not of its effect: who sends twice is counted twice. */
const NO_EFFECT = ["Idempotency", "RateWindow"];
const OF_ONE_SENDING = ["x-request-id", "idempotency-replayed", "ratelimit", "content-length"];

const flat = (value: unknown, at: string, into: Map<string, unknown>): void => {
  if (typeof value !== "object" || value === null) return void into.set(at, value);
  for (const [name, part] of Object.entries(value)) flat(part, `${at}/${name}`, into);
};

const leavesOf = ({ reply, items, messages }: Ended): Map<string, unknown> => {
  const leaves = new Map<string, unknown>();
  const headers = Object.fromEntries(Object.entries(reply.headers).filter(([name]) => !OF_ONE_SENDING.includes(name)));
  flat({ status: reply.status, headers, body: reply.body }, "reply", leaves);
  for (const [key, item] of items) if (!NO_EFFECT.includes(String(item["_t"]))) flat(item, `item ${String(item["_t"])} ${key}`, leaves);
  // Whoever takes from a queue knows a repetition by its id.
  for (const { envelope, delay_s } of messages) flat({ ...envelope, delay_s }, `message ${envelope.id}`, leaves);
  return leaves;
};

/** What counts as one: two values, and a place by its name. */
export interface Sameness {
  readonly same: (expected: unknown, found: unknown) => boolean;
  readonly nameOf: (at: string) => string;
}

const exactly: Sameness = { same: Object.is, nameOf: (at) => at };

/** The values in which the ends of two requests differ. */
export const differencesOf = (expected: Ended, found: Ended, { same, nameOf }: Sameness = exactly): Difference[] => {
  const before = leavesOf(expected);
  const after = new Map([...leavesOf(found)].map(([at, value]) => [nameOf(at), value]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((at) => !(before.has(at) && after.has(at) && same(before.get(at), after.get(at))))
    .map((at) => ({ at, expected: before.get(at), found: after.get(at) }));
};
