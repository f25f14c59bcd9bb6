/** How often a job is due. Periods are UTC. */
export type Unit = "hour" | "day" | "month";

/** `2026-03`, `2026-03-01` or `2026-03-01T06`: the part of a timestamp that a unit keeps. Periods of one unit sort by time. */
const LENGTH: Readonly<Record<Unit, number>> = { month: 7, day: 10, hour: 13 };

export const periodOf = (unit: Unit, at: Date): string => at.toISOString().slice(0, LENGTH[unit]);

/** The period that begins where this one ends. */
export const nextPeriod = (unit: Unit, period: string): string => {
  const begins = new Date(`${period}${"0000-01-01T00:00:00Z".slice(period.length)}`);
  if (unit === "month") begins.setUTCMonth(begins.getUTCMonth() + 1);
  else begins.setTime(begins.getTime() + (unit === "day" ? 24 : 1) * 3_600_000);
  return periodOf(unit, begins);
};

/** All periods from the first to the last, both included; none when they are the wrong way round. */
export const periodsBetween = (unit: Unit, first: string, last: string): string[] => {
  const periods: string[] = [];
  for (let period = first; period <= last; period = nextPeriod(unit, period)) periods.push(period);
  return periods;
};
