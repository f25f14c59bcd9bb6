import { advance, beginning } from "../../shared/social/trend/course.ts";
import { WINDOW_HOURS } from "../../shared/social/trend/coverage.ts";
import { measure } from "../../shared/social/trend/detection.ts";

const WINDOWS = 7;
export const MIN = 50;
/** Before this many hours the seven windows are not known. */
export const WARM_UP_HOURS = (WINDOWS + 1) * WINDOW_HOURS;

/** The counts of the 24 hours before each hour, of a series by the hour. */
const windowCounts = (hourly: readonly number[]): number[] => {
  let count = 0;
  return Array.from({ length: hourly.length + 1 }, (_, t) => {
    if (t > 0) count += hourly[t - 1]!;
    if (t > WINDOW_HOURS) count -= hourly[t - 1 - WINDOW_HOURS]!;
    return count;
  });
};

export interface Alarms {
  /** Hours at which the count alone passes 50. */
  readonly plain: readonly boolean[];
  /** Hours at which the topic's episode is trending. */
  readonly trending: readonly boolean[];
}

/** What each rule says at every hour of a series, evaluated as the hourly job does; nothing before the series counts as zeros. */
export const alarmsOf = (hourly: readonly number[]): Alarms => {
  const counts = windowCounts(hourly);
  let course: ReturnType<typeof beginning> | undefined;
  const trending = counts.map((count, t) => {
    const before = Array.from({ length: WINDOWS }, (_, n) => counts[t - (WINDOWS - n) * WINDOW_HOURS] ?? 0);
    if (count > MIN) course ??= beginning("2015-01-01");
    if (!course) return false;
    course = advance(course, measure({ count, before }), { day: "2015-01-01", min: MIN });
    const now = course.trend_status;
    if (now === "expired") course = undefined;
    return now === "trending";
  });
  return { plain: counts.map((count) => count > MIN), trending };
};

export interface Window {
  readonly first: number;
  readonly last: number;
}
export interface Score {
  readonly windows: number;
  readonly hits: number;
  /** Hours outside of all windows at which it alarms. */
  readonly false_hours: number;
  /** Times outside of all windows at which it begins to alarm. */
  readonly false_alarms: number;
  readonly quiet_hours: number;
  /** Hours from the beginning of a window that is hit to the first alarm in it. */
  readonly delays: readonly number[];
}

/** How the alarms of a series agree with its windows, from `from` on. */
export const scoreOf = (alarms: readonly boolean[], windows: readonly Window[], from: number): Score => {
  const inside = (t: number): boolean => windows.some(({ first, last }) => t >= first && t <= last);
  const known = windows.filter(({ first }) => first >= from);
  const delays = known.flatMap(({ first, last }) => {
    const at = alarms.findIndex((alarm, t) => alarm && t >= first && t <= last);
    return at < 0 ? [] : [at - first];
  });
  let [false_hours, false_alarms, quiet_hours] = [0, 0, 0];
  for (let t = from; t < alarms.length; t++) {
    if (inside(t)) continue;
    quiet_hours += 1;
    if (!alarms[t]) continue;
    false_hours += 1;
    if (t === from || !alarms[t - 1]) false_alarms += 1;
  }
  return { windows: known.length, hits: delays.length, false_hours, false_alarms, quiet_hours, delays };
};

export const added = (scores: readonly Score[]): Score => ({
  windows: scores.reduce((sum, { windows }) => sum + windows, 0),
  hits: scores.reduce((sum, { hits }) => sum + hits, 0),
  false_hours: scores.reduce((sum, one) => sum + one.false_hours, 0),
  false_alarms: scores.reduce((sum, one) => sum + one.false_alarms, 0),
  quiet_hours: scores.reduce((sum, one) => sum + one.quiet_hours, 0),
  delays: scores.flatMap(({ delays }) => delays),
});
