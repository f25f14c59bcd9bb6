const MINUTES_5 = 5 * 60_000;
/** A moment on the other side of a boundary. */
const BEHIND_MS = 1;

const at = (year: number, month: number, day = 1, hour = 0): number => Date.UTC(year, month, day, hour);

/** The second Sunday of March and the first of November, 2:00 in New York, in UTC. */
const turnsOf = (year: number): number[] => {
  const sundayOf = (month: number, nth: number): number => 1 + ((7 - new Date(at(year, month)).getUTCDay()) % 7) + 7 * (nth - 1);
  return [at(year, 2, sundayOf(2, 2), 7), at(year, 10, sundayOf(10, 1), 6)];
};

/** The next leap day at or behind a year. */
const leapDayFrom = (year: number): number => {
  const leap = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((more) => year + more).find((one) => new Date(at(one, 1, 29)).getUTCMonth() === 1)!;
  return at(leap, 1, 29);
};

/** Where a clock stands that does not stand where it should. */
export const CLOCK_KINDS = {
  clock_fast: (now) => now.getTime() + MINUTES_5,
  clock_slow: (now) => now.getTime() - MINUTES_5,
  over_midnight: (now) => at(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1) + BEHIND_MS,
  over_month_end: (now) => at(now.getUTCFullYear(), now.getUTCMonth() + 1) + BEHIND_MS,
  over_daylight_saving: (now) => {
    const year = now.getUTCFullYear();
    return [...turnsOf(year), ...turnsOf(year + 1)].find((turn) => turn > now.getTime())! + BEHIND_MS;
  },
  over_leap_day: (now) => [now.getUTCFullYear(), now.getUTCFullYear() + 1].map(leapDayFrom).find((day) => day > now.getTime())! + BEHIND_MS,
} satisfies Record<string, (now: Date) => number>;
export type ClockFaultKind = keyof typeof CLOCK_KINDS;
export const CLOCK_FAULT_KINDS = Object.keys(CLOCK_KINDS) as ClockFaultKind[];
