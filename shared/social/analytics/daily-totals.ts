import type { PostDay } from "../engagement/post-day.ts";
import { type Early, type EarlyCounts, WINDOW_HOURS, type WindowHours } from "./quantities.ts";

export interface Counts {
  readonly likes: number;
  readonly comments: number;
  readonly shares: number;
  readonly saves: number;
  readonly views: number;
}
export type CountName = keyof Counts;

type Day = Pick<PostDay, "day" | CountName> & Readonly<Record<string, unknown>>;

const NOTHING: Counts = { likes: 0, comments: 0, shares: 0, saves: 0, views: 0 };
const plus = (some: Counts, more: Counts): Counts => ({
  likes: some.likes + more.likes,
  comments: some.comments + more.comments,
  shares: some.shares + more.shares,
  saves: some.saves + more.saves,
  views: some.views + more.views,
});

/** What each day added, its shards together, in the order of days. */
export const countsByDay = (days: readonly Day[]): ReadonlyMap<string, Counts> => {
  const sums = new Map<string, Counts>();
  for (const day of days.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))) sums.set(day.day, plus(sums.get(day.day) ?? NOTHING, day));
  return sums;
};

/** All that was counted until the end of a day. */
export const totalsUntil = (byDay: ReadonlyMap<string, Counts>, date: string): Counts => {
  let total = NOTHING;
  for (const [day, counts] of byDay) if (day <= date) total = plus(total, counts);
  return total;
};

const HOUR_MS = 3_600_000;
const hourOf = (ms: number): { day: string; hour: string } => {
  const text = new Date(ms).toISOString();
  return { day: text.slice(0, 10), hour: text.slice(11, 13) };
};

const NO_EARLY: Early = { engagements: 0, views: 0, shares: 0, comments: 0 };

/** What one clock hour counted, all shards of its day together. */
const countsOfHour = (days: readonly Day[], at: number): Early => {
  const { day, hour } = hourOf(at);
  const count = (letter: string): number =>
    days.filter((one) => one.day === day).reduce((sum, one) => sum + ((one[`${letter}${hour}`] as number | undefined) ?? 0), 0);
  const [shares, comments] = [count("s"), count("c")];
  return { engagements: count("l") + comments + shares, views: count("v"), shares, comments };
};

/**
 * What was counted in the first clock hours of a post, that of its publication being the first; null for a span that is
 * not over at `now`.
 */
export const earlyCounts = (days: readonly Day[], published_at: string, now: Date): EarlyCounts => {
  const first = Math.floor(Date.parse(published_at) / HOUR_MS) * HOUR_MS;
  const longest = WINDOW_HOURS.at(-1)!;
  const spans = new Map<number, Early>();
  let sum = NO_EARLY;
  for (let hour = 1; hour <= longest; hour++) {
    const more = countsOfHour(days, first + (hour - 1) * HOUR_MS);
    sum = {
      engagements: sum.engagements + more.engagements,
      views: sum.views + more.views,
      shares: sum.shares + more.shares,
      comments: sum.comments + more.comments,
    };
    spans.set(hour, sum);
  }
  const of = (hours: WindowHours): Early | null => (first + hours * HOUR_MS <= now.getTime() ? spans.get(hours)! : null);
  return { 1: of(1), 6: of(6), 24: of(24), 72: of(72), 168: of(168) };
};
