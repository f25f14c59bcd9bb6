import { type Counted, dailyDeltas } from "./daily-deltas.ts";
import { daysBetween } from "../../kernel/days.ts";
import { ratio } from "../../kernel/ratio.ts";

/** Snapshots before the baseline that a line needs at least. */
const FEWEST = 3;
/** Days before the baseline that the line looks back at most: older growth says little about now. */
export const PRE_DAYS = 28;

export interface Lift {
  readonly plays_at_baseline: number | null;
  readonly plays_at_end: number | null;
  /** The last day with a count. */
  readonly end_date: string | null;
  readonly days: number | null;
  readonly plays_gained: number | null;
  /** Slope of the line through the snapshots before the baseline, four decimals. */
  readonly organic_plays_per_day: string | null;
  /** Plays beyond that line, two decimals. */
  readonly organic_adjusted_lift: string | null;
  /** Why there is no lift. */
  readonly lift_reason: "no_baseline" | "no_measurement" | "no_pre_period" | null;
  /** The counter fell somewhere after the baseline: SoundCloud took plays away. */
  readonly counter_reset: boolean;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}
/** Least squares, as an exact fraction. */
const slope = (points: readonly Point[]): { above: bigint; below: bigint } => {
  const sum = (of: (point: Point) => bigint): bigint => points.reduce((total, point) => total + of(point), 0n);
  const [n, sx, sy] = [BigInt(points.length), sum(({ x }) => x), sum(({ y }) => y)];
  return { above: n * sum(({ x, y }) => x * y) - sx * sy, below: n * sum(({ x }) => x * x) - sx * sx };
};

const known = (snapshots: readonly Counted[], baseline_date: string) =>
  snapshots.flatMap(({ snapshot_date, plays }) =>
    plays === undefined ? [] : [{ snapshot_date, plays, day_index: daysBetween(baseline_date, snapshot_date) }],
  );

const NO_LIFT = {
  plays_at_baseline: null,
  plays_at_end: null,
  end_date: null,
  days: null,
  plays_gained: null,
  organic_plays_per_day: null,
  organic_adjusted_lift: null,
  counter_reset: false,
} as const;

/**
 * What a track gained since its baseline beyond what it gained anyway: (plays at the end - plays at the baseline) -
 * slope x days, in exact fractions. Snapshots are in the order of their days. README, Attribution.
 */
export const liftOf = (snapshots: readonly Counted[], baseline_date: string | undefined): Lift => {
  if (baseline_date === undefined) return { ...NO_LIFT, lift_reason: "no_baseline" };
  const counted = known(snapshots, baseline_date);
  const baseline = counted.find(({ day_index }) => day_index === 0);
  const end = counted.findLast(({ day_index }) => day_index > 0);
  const before = counted.filter(({ day_index }) => day_index < 0 && day_index >= -PRE_DAYS);
  const line = before.length < FEWEST ? undefined : slope(before.map(({ day_index, plays }) => ({ x: BigInt(day_index), y: BigInt(plays) })));
  const organic_plays_per_day = line ? ratio(line.above, line.below, 4) : null;
  if (!baseline) return { ...NO_LIFT, organic_plays_per_day, lift_reason: "no_baseline" };
  const plays_at_baseline = baseline.plays;
  if (!end) return { ...NO_LIFT, plays_at_baseline, organic_plays_per_day, lift_reason: "no_measurement" };
  const plays_gained = end.plays - plays_at_baseline;
  return {
    plays_at_baseline,
    plays_at_end: end.plays,
    end_date: end.snapshot_date,
    days: end.day_index,
    plays_gained,
    organic_plays_per_day,
    organic_adjusted_lift: line ? ratio(BigInt(plays_gained) * line.below - line.above * BigInt(end.day_index), line.below, 2) : null,
    lift_reason: line ? null : "no_pre_period",
    counter_reset: dailyDeltas(snapshots, baseline_date).deltas.some((delta) => delta.counter_reset),
  };
};
