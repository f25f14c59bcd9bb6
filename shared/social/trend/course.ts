import * as z from "zod";
import type { Measurement } from "./detection.ts";

export const TrendStatus = z.enum(["emerging", "trending", "declining", "expired"]);
export type TrendStatus = z.output<typeof TrendStatus>;

/** Along which an episode's status may change; an expired one has ended. README, Trends. */
export const TREND_TRANSITIONS = {
  emerging: ["trending", "declining", "expired"],
  trending: ["declining", "expired"],
  declining: ["trending", "expired"],
  expired: [],
} as const satisfies Readonly<Record<TrendStatus, readonly TrendStatus[]>>;

/** What an episode remembers from one evaluation to the next. */
export interface Course {
  readonly trend_status: TrendStatus;
  readonly mention_count: number;
  readonly peak_mention_count: number;
  /** The UTC day of the greatest count, the first of equal ones. */
  readonly trend_peak_date: string;
  /** The greatest count since it emerged or revived: what a fall is measured against. */
  readonly wave_peak: number;
  /** Evaluations in a row whose count was not below the one before; the detection is the first. */
  readonly not_falling: number;
  /** Evaluations in a row whose count did not pass the least one. */
  readonly quiet_hours: number;
}

const AT_ONCE_GROWTH = 100;
const NOT_FALLING = 2;
const FALL_GROWTH = -20;
const REVIVAL_GROWTH = 25;
const QUIET_HOURS = 24;
/** Below seven tenths of the peak. */
const hasFallen = (count: number, peak: number): boolean => count * 10 < peak * 7;

/** The course of an episode that was detected and not yet evaluated. */
export const beginning = (day: string): Course => ({
  trend_status: "emerging",
  mention_count: 0,
  peak_mention_count: 0,
  trend_peak_date: day,
  wave_peak: 0,
  not_falling: 0,
  quiet_hours: 0,
});

/** The course after one more evaluation, on a UTC day. An expired one stays as it is. README, Trends. */
export const advance = (from: Course, measured: Measurement, { day, min }: { readonly day: string; readonly min: number }): Course => {
  if (from.trend_status === "expired") return from;
  const { count } = measured;
  const quiet_hours = count > min ? 0 : from.quiet_hours + 1;
  const not_falling = count >= from.mention_count ? from.not_falling + 1 : 0;
  const trend_status = statusAfter({ ...from, quiet_hours, not_falling }, measured);
  const revived = from.trend_status === "declining" && trend_status === "trending";
  const higher = count > from.peak_mention_count;
  return {
    trend_status,
    mention_count: count,
    peak_mention_count: higher ? count : from.peak_mention_count,
    trend_peak_date: higher ? day : from.trend_peak_date,
    wave_peak: revived ? count : Math.max(from.wave_peak, count),
    not_falling,
    quiet_hours,
  };
};

const statusAfter = ({ trend_status, wave_peak, not_falling, quiet_hours }: Course, { count, growth_rate, significant }: Measurement): TrendStatus => {
  if (quiet_hours >= QUIET_HOURS) return "expired";
  const grown = (percent: number): boolean => growth_rate !== undefined && growth_rate >= percent;
  if (trend_status === "declining") return significant && grown(REVIVAL_GROWTH) ? "trending" : "declining";
  if (hasFallen(count, wave_peak) || (growth_rate !== undefined && growth_rate <= FALL_GROWTH)) return "declining";
  if (trend_status === "emerging") return significant && (not_falling >= NOT_FALLING || grown(AT_ONCE_GROWTH)) ? "trending" : "emerging";
  return trend_status;
};
