/** Emitted by each recomputation that has ended; an alarm rings above 0. */
export const METRICS_DIFFERENCES = "social_metrics_differences";
