/** Lets at most `size` holders in at once. */
export interface Gate {
  enter(): Promise<void>;
  leave(): void;
  /** Resolves when nobody is in. */
  empty(): Promise<void>;
  inside(): number;
}

export const makeGate = (size: number): Gate => {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leaving: (() => void)[] = [];
  return {
    enter: async () => {
      while (inside >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      inside += 1;
    },
    leave: () => {
      inside -= 1;
      waiting.shift()?.();
      if (inside === 0) for (const wake of leaving.splice(0)) wake();
    },
    empty: async () => {
      while (inside > 0) await new Promise<void>((resolve) => leaving.push(resolve));
    },
    inside: () => inside,
  };
};

/** Waits, but not longer than until the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
