/** Timers and chance of a process, for as long as something runs. */
export interface VirtualTime {
  random(): number;
  after(ms: number, run: () => void): void;
}

let taken = false;

/**
 * Runs `work` with `setTimeout` and `Math.random` of the whole process in the hands of `time`, and gives them back. What
 * the kernel leaves to the machine, how long it waits before it repeats something, then follows from the seed. One run
 * at a time.
 */
export const inVirtualTime = async <T>(time: VirtualTime, work: () => Promise<T>): Promise<T> => {
  if (taken) throw new Error("Two simulations cannot run in one process at the same time.");
  taken = true;
  const { setTimeout: timeout, clearTimeout: clear } = globalThis;
  const { random } = Math;
  const cancelled = new Set<object>();
  const virtual = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): object => {
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => true, refresh: () => timer, close: () => timer };
    time.after(ms, () => {
      if (!cancelled.delete(timer)) run(...given);
    });
    return timer;
  };
  globalThis.setTimeout = virtual as never;
  globalThis.clearTimeout = ((timer: object) => void (timer && cancelled.add(timer))) as never;
  Math.random = () => time.random();
  try {
    return await work();
  } finally {
    Object.assign(globalThis, { setTimeout: timeout, clearTimeout: clear });
    Math.random = random;
    taken = false;
  }
};
