/** Hours after its archiving in which a month still takes late events. */
export const LATE_HOURS = 48;

const HOUR_MS = 3_600_000;

/** Whether a month that was archived at a time still takes events. README, Archive. */
export const isOpenForLate = (archived_at: string, now: Date): boolean => now.getTime() < Date.parse(archived_at) + LATE_HOURS * HOUR_MS;
