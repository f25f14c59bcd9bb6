const RESERVE = 10;
const RETRIES_PER_CALL = 0.2;

/**
 * How many retries the calls of one client may make together: 20 % of the calls plus a reserve of 10, however long the
 * trouble lasts. Bounds per call alone would multiply the load of a service by four when it can bear it least.
 */
export interface RetryBudget {
  /** A new call adds its share. */
  called(): void;
  /** Takes one retry; false when none is left. */
  take(): boolean;
}

export const retryBudget = (): RetryBudget => {
  let retries = RESERVE;
  return {
    called: () => {
      retries = Math.min(RESERVE, retries + RETRIES_PER_CALL);
    },
    take: () => {
      if (retries < 1) return false;
      retries -= 1;
      return true;
    },
  };
};
