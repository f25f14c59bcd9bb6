import { daysBetween } from "../../kernel/days.ts";
import { ratio } from "../../kernel/ratio.ts";
import type { AttributionSnapshot } from "./snapshot.ts";

/** A day and what was counted then. */
export type Counted = Pick<AttributionSnapshot, "snapshot_date" | "plays">;
/** The last count that was not hidden, by which the next one is measured. */
export interface Known {
  readonly snapshot_date: string;
  readonly plays: number;
}

/** What a day added. README, Attribution. */
export interface DailyDelta {
  readonly day_index: number;
  readonly snapshot_date: string;
  readonly plays: number | null;
  /** Plays since the last known count; 0 when the counter fell, null when either count is hidden or there is none before. */
  readonly daily_plays: number | null;
  /** The same as SoundCloud's counter tells it: negative when it fell. */
  readonly raw_daily_plays: number | null;
  /** Days that `daily_plays` spans: 1 when the day before was counted. */
  readonly gap_days: number | null;
  /** `daily_plays` over those days, two decimals. */
  readonly plays_per_day: string | null;
  readonly counter_reset: boolean;
}

const NOTHING = { daily_plays: null, raw_daily_plays: null, gap_days: null, plays_per_day: null, counter_reset: false } as const;

const change = (snapshot_date: string, plays: number | undefined, known: Known | undefined): Omit<DailyDelta, "day_index" | "snapshot_date" | "plays"> => {
  if (plays === undefined || known === undefined) return NOTHING;
  const raw_daily_plays = plays - known.plays;
  const daily_plays = Math.max(0, raw_daily_plays);
  const gap_days = daysBetween(known.snapshot_date, snapshot_date);
  return { daily_plays, raw_daily_plays, gap_days, plays_per_day: ratio(BigInt(daily_plays), BigInt(gap_days), 2), counter_reset: raw_daily_plays < 0 };
};

/**
 * The deltas of snapshots in the order of their days, after the baseline's; those up to it are only measured by. `known`
 * goes on from an earlier page, and comes back for the next.
 */
export const dailyDeltas = (snapshots: readonly Counted[], baseline_date: string, known?: Known): { deltas: DailyDelta[]; known: Known | undefined } => {
  let last = known;
  const deltas: DailyDelta[] = [];
  for (const { snapshot_date, plays } of snapshots) {
    const day_index = daysBetween(baseline_date, snapshot_date);
    if (day_index > 0) deltas.push({ day_index, snapshot_date, plays: plays ?? null, ...change(snapshot_date, plays, last) });
    if (day_index >= 0 && plays !== undefined) last = { snapshot_date, plays };
  }
  return { deltas, known: last };
};
