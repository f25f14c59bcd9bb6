import { DomainError } from "../errors.ts";

/** How often a write is repeated when others are in its way, before the caller is told to come back. */
export const TRIES = 8;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Waits with full jitter: any time up to a bound that doubles with each attempt. */
export const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)));

export const contended = (cause?: unknown): DomainError =>
  new DomainError("unavailable", "contended", "Others kept changing the same items; repeat the request.", { retry_after: 1, cause });
