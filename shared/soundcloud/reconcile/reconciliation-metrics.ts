/** The metric that a run emits and an alarm watches: how many differences it has found. */
export const DIFFERENCES = "reconciliation_differences";
