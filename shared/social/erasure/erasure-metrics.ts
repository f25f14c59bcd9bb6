/** The metric that a run emits and an alarm watches: erasures of somebody of the audience that wait for longer than three days. */
export const ERASURES_WAITING = "erasures_waiting";
