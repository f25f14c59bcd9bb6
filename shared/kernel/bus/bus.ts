import type { Envelope } from "../../../events/envelope.ts";
import { type Entry, type Pace, type Refusal, sendGrouped, systemPace } from "../queue/batches.ts";

/** Publishes facts. Published means accepted by the bus; subscribers may get each more than once. */
export interface Bus {
  /** Resolves to what did not go out after all repetitions, each with the reason; empty when all did. */
  publish(envelopes: readonly Envelope[]): Promise<Undelivered[]>;
}

export interface Undelivered {
  readonly envelope: Envelope;
  readonly reason: string;
}

/** One PutEvents: returns what the bus refused. */
export type PutEvents = (group: readonly Entry<Envelope>[]) => Promise<Refusal<Envelope>[]>;

/** EventBridge: 10 entries and 256 KB a call. */
const LIMITS = { count: 10, bytes: 256 * 1024 };
/** What an entry counts beside its detail: time, source and type. */
const OVERHEAD = 256;

/** The port over one call; `event-bridge.ts` has the real one. */
export const busOver = (put: PutEvents, pace: Pace = systemPace): Bus => ({
  publish: async (envelopes) => {
    const entries = envelopes.map((envelope) => ({ value: envelope, bytes: Buffer.byteLength(JSON.stringify(envelope)) + OVERHEAD }));
    const refused = await sendGrouped(entries, LIMITS, pace, put);
    return refused.map(({ entry, reason }) => ({ envelope: entry.value, reason }));
  },
});
