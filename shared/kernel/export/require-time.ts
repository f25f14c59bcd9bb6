import { DomainError } from "../errors.ts";
import type { Timed } from "../job.ts";

/** What is left for storing the last part and the end. */
const STOP_MS = 15_000;
export const OUT_OF_TIME = "out_of_time";

/**
 * Ends an export before the function's time does. Records are counted as they are written; whoever reads much and finds little calls it
 * while reading, too. Throws DomainError unavailable `out_of_time`.
 */
export const requireTime = (ctx: Timed): void => {
  if (ctx.remaining_ms() < STOP_MS) throw new DomainError("unavailable", OUT_OF_TIME, "There is more than one run can write.");
};
