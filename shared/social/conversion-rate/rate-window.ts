import { addDays } from "../../kernel/days.ts";

/** UTC days, both included. */
export interface RateWindow {
  readonly from: string;
  readonly to: string;
}

/** Days over which conversions and engaged users are counted. */
const RATE_DAYS = 90;

/** The whole days before a day: what a night counts is the same at every hour of it. */
export const rateWindow = (date: string): RateWindow => ({ from: addDays(date, -RATE_DAYS), to: addDays(date, -1) });

export const isWithin = ({ from, to }: RateWindow, time: string): boolean => time.slice(0, 10) >= from && time.slice(0, 10) <= to;

/** The months that a window touches, the earliest first. */
export const monthsOf = ({ from, to }: RateWindow): string[] => {
  const months = [from.slice(0, 7)];
  while (months.at(-1)! < to.slice(0, 7)) months.push(addDays(`${months.at(-1)!}-28`, 4).slice(0, 7));
  return months;
};
