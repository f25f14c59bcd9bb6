/** Hours that a count looks back over: mentions of [t - 24 h, t) count at t. */
export const WINDOW_HOURS = 24;
const HOUR_MS = 3_600_000;

/** An hour since 1970, UTC: in which a mention falls, or at whose beginning a count is taken. */
export type Hour = number;

export const hourOf = (time: Date): Hour => Math.floor(time.getTime() / HOUR_MS);
export const timeOfHour = (hour: Hour): Date => new Date(hour * HOUR_MS);

/** Hours from the first to the last, both included. */
export interface Hours {
  readonly first: Hour;
  readonly last: Hour;
}

/**
 * The hours at which a mention counts that no other mention of the same person counts already; undefined when there is
 * none. A mention counts at the 24 hours after its own, so between its neighbours one stretch at most is left. What a
 * set of mentions covers does not depend on their order, and the same stretch is given back when one is removed.
 */
export const coveredBy = (hour: Hour, others: Iterable<Hour> = []): Hours | undefined => {
  let [first, last] = [hour + 1, hour + WINDOW_HOURS];
  for (const other of others) {
    if (other === hour) return undefined;
    if (other < hour) first = Math.max(first, other + WINDOW_HOURS + 1);
    else last = Math.min(last, other);
  }
  return first > last ? undefined : { first, last };
};
