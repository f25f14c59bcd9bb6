import type { Ctx } from "./context.ts";

const DAY_MS = 86_400_000;

/** The UTC day of a time, `YYYY-MM-DD`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The UTC day that it is. */
export const todayOf = ({ clock }: Pick<Ctx, "clock">): string => dayOf(clock.now());

/** The day that lies so many days after another; before it when negative. */
export const addDays = (day: string, days: number): string => dayOf(new Date(Date.parse(day) + days * DAY_MS));

/** Days from one day to another, negative when it lies before. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;
