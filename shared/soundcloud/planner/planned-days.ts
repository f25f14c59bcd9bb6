import * as z from "zod";
import { date } from "../../kernel/fields.ts";
import type { Schedule } from "./schedule.ts";

/** The earliest so many days are counted. */
const MOST_DAYS = 366;

/** How many schedules of one parent lie on each UTC day, of those that are neither cancelled nor failed. README, Schedules. */
export const PlannedDays = z.record(date, z.int().min(1));
export type PlannedDays = z.output<typeof PlannedDays>;

/** What of a schedule tells on which day it lies. */
export type Standing = Pick<Schedule, "status" | "scheduled_at" | "completed_at">;
export interface Move {
  /** Missing for a new schedule. */
  readonly from?: Standing | undefined;
  readonly to: Standing;
}

/** The UTC day on which a schedule lies. One whose time Influence Planner picks lies on none until it is carried out. */
export const dayOf = ({ status, scheduled_at, completed_at }: Standing): string | undefined =>
  status === "cancelled" || status === "failed" ? undefined : (scheduled_at ?? completed_at)?.slice(0, 10);

/** By how many schedules each day gains or loses; empty when all stay where they are. */
const shiftsIn = (moves: readonly Move[]): ReadonlyMap<string, number> => {
  const by = new Map<string, number>();
  const add = (day: string | undefined, count: number): void => void (day !== undefined && by.set(day, (by.get(day) ?? 0) + count));
  for (const { from, to } of moves) {
    if (from) add(dayOf(from), -1);
    add(dayOf(to), 1);
  }
  return new Map([...by].filter(([, count]) => count !== 0));
};

export const changeDays = (moves: readonly Move[]): boolean => shiftsIn(moves).size > 0;

/** The days after these moves. Beyond a year's worth of days the latest are let go, so that the first one stays right. */
export const daysAfter = (days: PlannedDays, moves: readonly Move[]): PlannedDays => {
  const next = new Map(Object.entries(days));
  for (const [day, count] of shiftsIn(moves)) next.set(day, (next.get(day) ?? 0) + count);
  const left = [...next].filter(([, count]) => count > 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(left.slice(0, MOST_DAYS));
};

export const firstDay = (days: PlannedDays): string | undefined => Object.keys(days).toSorted()[0];
