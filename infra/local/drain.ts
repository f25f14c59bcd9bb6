import type { Activity } from "./activity.ts";
import type { Functions } from "./lambda/functions.ts";
import type { Queue, QueueDepth } from "./provision/queues.ts";
import type { Mapping } from "./sources/mappings.ts";

interface Drained {
  readonly activity: Activity;
  readonly mappings: readonly Mapping[];
  readonly functions: Functions;
  queues(): readonly (Queue & QueueDepth)[];
}

const LOOK_MS = 20;

const look = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

/** What keeps the cloud busy, in words. */
const busy = ({ mappings, functions, queues }: Drained): string => {
  const read = new Set(mappings.map(({ source }) => source));
  const waiting = queues()
    .filter(({ name }) => read.has(name))
    .filter(({ ready, delayed, in_flight }) => ready + delayed + in_flight > 0)
    .map(({ name, ready, delayed, in_flight }) => `queue ${name} (${ready + delayed} waiting, ${in_flight} in flight)`);
  const running = [...functions.values()].filter(({ counts }) => counts.running > 0).map(({ name, counts }) => `function ${name} (${counts.running} running)`);
  return [...waiting, ...running].join(", ") || "a stream";
};

/**
 * Waits until nothing is left to do. Work makes work (a record an event, an event a message), so it is done only when
 * every source has been found empty and nothing began while they were looked at.
 */
export const drain = async (cloud: Drained, timeout_ms: number): Promise<void> => {
  const late = AbortSignal.timeout(timeout_ms);
  const settle = async (): Promise<void> => {
    for (;;) {
      while (cloud.activity.running() > 0 && !late.aborted) await look();
      const before = cloud.activity.begun();
      await Promise.all(cloud.mappings.map((mapping) => mapping.caughtUp()));
      if (late.aborted || (cloud.activity.begun() === before && cloud.activity.running() === 0)) return;
    }
  };
  const expired = new Promise<never>((_, reject) => {
    late.addEventListener("abort", () => reject(new Error(`After ${timeout_ms / 1000} s there is still work: ${busy(cloud)}.`)), { once: true });
  });
  await Promise.race([settle(), expired]);
};
