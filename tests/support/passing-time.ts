import { vi } from "vitest";
import type { Clock } from "../../shared/kernel/context.ts";
import { turn } from "../integration/providers/support.ts";

/** What a request gets of real time: long enough for a server of this machine that answers, and one that hangs is not waited for. */
const REAL_MS = { answering: 20_000, hanging: 25 } as const;

export interface Network {
  /** Time that passes between a request and its answer. */
  readonly takes_ms: number;
  /** Nothing is answered: requests end at their own limit. */
  readonly hangs?: boolean;
}

/**
 * Time that passes only while everybody waits for it, so that a minute of calls takes as long as their requests. `fetch`
 * sends real ones and notes when; `end` gives `AbortSignal.timeout` back, whose limits are of this time too.
 */
export const passingTime = (start = "2026-11-20T10:00:00.000Z") => {
  let ms = Date.parse(start);
  let working = 0;
  let network: Network = { takes_ms: 10 };
  const sent: number[] = [];
  const waiting = new Set<{ readonly until: number; readonly wake: () => void }>();
  const limits = new WeakMap<AbortSignal, number>();
  const within = AbortSignal.timeout.bind(AbortSignal);
  const spied = vi.spyOn(AbortSignal, "timeout").mockImplementation((limit_ms) => {
    const { signal } = new AbortController();
    limits.set(signal, limit_ms);
    return signal;
  });

  const sleep = async (for_ms: number): Promise<void> => {
    working -= 1;
    await new Promise<void>((wake) => waiting.add({ until: ms + for_ms, wake }));
    working += 1;
  };
  const clock: Clock = { now: () => new Date(ms) };

  const send: typeof globalThis.fetch = async (input, init) => {
    sent.push(ms);
    const { takes_ms, hangs } = network;
    const limit_ms = limits.get(init!.signal!)!;
    try {
      const response = await globalThis.fetch(input, { ...init, signal: within(hangs ? REAL_MS.hanging : REAL_MS.answering) });
      if (takes_ms <= limit_ms) {
        await sleep(takes_ms);
        return response;
      }
      await response.body?.cancel();
    } catch (error) {
      if ((error as Error).name !== "TimeoutError") throw error;
    }
    await sleep(limit_ms);
    throw new DOMException("There was no answer in time.", "TimeoutError");
  };

  /** Goes on until everything that was begun has ended. */
  const settle = async (): Promise<void> => {
    for (;;) {
      while (working > 0) await turn();
      const [next] = [...waiting].toSorted((a, b) => a.until - b.until);
      if (!next) return;
      waiting.delete(next);
      ms = Math.max(ms, next.until);
      next.wake();
      // What was woken counts as working only after its own turn.
      await turn();
    }
  };
  const begin = async <T>(work: () => Promise<T>): Promise<T> => {
    working += 1;
    try {
      return await work();
    } finally {
      working -= 1;
    }
  };

  return {
    clock,
    sent,
    options: { clock, sleep, fetch: send },
    now: () => ms,
    set: (next: Network) => void (network = next),
    /** One piece of work, from its beginning to its end. */
    of: async <T>(work: () => Promise<T>): Promise<T> => {
      const [result] = await Promise.all([begin(work), settle()]);
      return result;
    },
    /** So many pieces of work, which begin at an even pace however long each of them takes. */
    evenly: async <T>(count: number, every_ms: number, work: (n: number) => Promise<T>): Promise<T[]> => {
      const all = Array.from({ length: count }, (_, n) =>
        begin(async () => {
          await sleep(n * every_ms);
          return work(n);
        }),
      );
      const [results] = await Promise.all([Promise.all(all), settle()]);
      return results;
    },
    end: () => spied.mockRestore(),
  };
};
export type PassingTime = ReturnType<typeof passingTime>;
