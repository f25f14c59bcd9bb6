/** The metric that a run emits and an alarm watches: numbers of posts that are counted here and are not what their network says. */
export const COUNTS_MISSED = "counts_missed";
