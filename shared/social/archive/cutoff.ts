import { nextPeriod } from "../../kernel/schedule/period.ts";

/** The moment so many years earlier, UTC; the 29th of February becomes the 28th where there is none. */
export const yearsBefore = (now: Date, years: number): Date => {
  const then = new Date(now);
  then.setUTCFullYear(now.getUTCFullYear() - years);
  // JavaScript carries a day that does not exist over into the next month.
  if (then.getUTCMonth() !== now.getUTCMonth()) then.setUTCDate(0);
  return then;
};

/** The first moment after a month `YYYY-MM`, UTC. */
export const endOf = (month: string): Date => new Date(`${nextPeriod("month", month)}-01T00:00:00.000Z`);

/** Whether a month is old enough to leave the table: all of it lies before the cutoff. README, Archive. */
export const isPast = (month: string, now: Date, keep_years: number): boolean => endOf(month) <= yearsBefore(now, keep_years);
