import type { Clock } from "./context.ts";

/** What writes of a job are paced by. */
export interface Pacing {
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
}

const SECOND_MS = 1_000;

/**
 * Does work over items in batches of one second's worth at most, and after each waits for what is left of the time that its
 * writes may take. `work` says how many it has written. Ends early when `hasTime` says so; returns the items that were done.
 */
export const atRate = async <T>(
  { clock, sleep }: Pacing,
  items: readonly T[],
  { per_second, most, hasTime }: { readonly per_second: number; readonly most: number; readonly hasTime: () => boolean },
  work: (batch: readonly T[]) => Promise<number>,
): Promise<number> => {
  const size = Math.min(per_second, most);
  let done = 0;
  while (done < items.length && hasTime()) {
    const batch = items.slice(done, done + size);
    const began = clock.now().getTime();
    const written = await work(batch);
    done += batch.length;
    const left = (written * SECOND_MS) / per_second - (clock.now().getTime() - began);
    if (left > 0) await sleep(left);
  }
  return done;
};
