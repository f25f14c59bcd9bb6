/** How often a job is due. Periods are UTC. */
export type Unit = "hour" | "day" | "week" | "month";

const DAY_MS = 86_400_000;

/** `2026-03`, `2026-03-01` or `2026-03-01T06`: the part of a timestamp that a unit keeps. Periods of one unit sort by time. */
const LENGTH: Readonly<Record<Exclude<Unit, "week">, number>> = { month: 7, day: 10, hour: 13 };

export const periodOf = (unit: Unit, at: Date): string => (unit === "week" ? weekOf(at) : at.toISOString().slice(0, LENGTH[unit]));

/** The Monday of a day's week. */
const mondayOf = (at: Date): Date => {
  const day = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day;
};

/** `2026-W49`, as ISO 8601 counts: a week belongs to the year of its Thursday. */
const weekOf = (at: Date): string => {
  const year = new Date(mondayOf(at).getTime() + 3 * DAY_MS).getUTCFullYear();
  const number = (mondayOf(at).getTime() - firstMonday(year).getTime()) / (7 * DAY_MS) + 1;
  return `${year}-W${String(number).padStart(2, "0")}`;
};
/** Week 1 has the year's fourth of January. */
const firstMonday = (year: number): Date => mondayOf(new Date(Date.UTC(year, 0, 4)));

/** Monday, 00:00, of an ISO week. */
export const weekBegins = (week: string): Date => new Date(firstMonday(Number(week.slice(0, 4))).getTime() + (Number(week.slice(6)) - 1) * 7 * DAY_MS);

/** The period that begins where this one ends. */
export const nextPeriod = (unit: Unit, period: string): string => {
  if (unit === "week") return weekOf(new Date(weekBegins(period).getTime() + 7 * DAY_MS));
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
