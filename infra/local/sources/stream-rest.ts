/** How long a stream rests after the first look at it that found nothing. */
export const FIRST_REST_MS = 50;
const REST_PER_LOOK = 10;
const REST_PER_LOOK_WHEN_WOKEN = 50;
const QUICK_LOOK_REST_MS = 2_000;
const LONGEST_REST_MS = 10_000;

/**
 * How long a stream rests, in milliseconds, after one more empty look that took `look_ms`, where the rest before was set
 * to `rest_ms`. An empty look costs the engine a walk back through all that every table has told since, during which
 * requests wait: so a quiet stream is looked at ever more rarely, and where the walk is long, more rarely still.
 */
export const restAfter = (look_ms: number, rest_ms: number): number => {
  const longest = Math.min(Math.max(look_ms * REST_PER_LOOK, QUICK_LOOK_REST_MS), LONGEST_REST_MS);
  return Math.min(rest_ms * 2, longest);
};

/** How long of a rest of `rest_ms` passes, in milliseconds, before something that has happened may end it: of all looks that is a fiftieth at most. */
export const leastRestAfter = (look_ms: number, rest_ms: number): number => Math.min(rest_ms, Math.max(look_ms * REST_PER_LOOK_WHEN_WOKEN, FIRST_REST_MS));
