/** The metric that a run emits and an alarm watches: how many counters differ from their events, and sums from their conversions. */
export const COUNT_DIFFERENCES = "count_differences";
