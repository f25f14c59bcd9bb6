import type { Clock } from "./context.ts";
import type { RetryBudget } from "./retry-budget.ts";

const OPENS_AFTER = 5;
const COOLDOWN_MS = 1_000;
const MAX_DOUBLINGS = 5;

/**
 * What all calls of one client share, so that a service in trouble is left alone: the pause it asked for, the circuit
 * that opens after five failures in a row, and a budget of retries.
 */
export interface Circuit {
  /** Milliseconds until a request may be sent; 0 lets this one through. An open circuit lets one trial through per cooldown. */
  enter(): number;
  succeeded(): void;
  failed(): void;
  /** Nothing is sent for so long, because the service said so. */
  pause(ms: number): void;
  /** How many failures there were since the last success. */
  streak(): number;
  readonly retries: RetryBudget;
}

export const circuit = (clock: Clock, retries: RetryBudget): Circuit => {
  let failures = 0;
  let pausedUntil = 0;
  let openUntil = 0;
  const now = (): number => clock.now().getTime();
  const cooldown = (): number => COOLDOWN_MS * doubling(failures - OPENS_AFTER);
  return {
    enter: () => {
      const wait = Math.max(pausedUntil, openUntil) - now();
      if (wait > 0) return wait;
      if (failures >= OPENS_AFTER) openUntil = now() + cooldown();
      return 0;
    },
    succeeded: () => {
      failures = 0;
      openUntil = 0;
    },
    failed: () => {
      failures += 1;
      if (failures >= OPENS_AFTER) openUntil = now() + cooldown();
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
    streak: () => failures,
    retries,
  };
};

/** 1, 2, 4 … 32: how many times longer each further failure waits. */
export const doubling = (step: number): number => 2 ** Math.min(Math.max(step, 0), MAX_DOUBLINGS);

/** Milliseconds each caller has to wait so that at most `per_second` pass in a second, evenly, within this process. */
export const pace = (per_second: number, clock: Clock): (() => number) => {
  let next = 0;
  return () => {
    const now = clock.now().getTime();
    const at = Math.max(now, next);
    next = at + 1_000 / per_second;
    return at - now;
  };
};
