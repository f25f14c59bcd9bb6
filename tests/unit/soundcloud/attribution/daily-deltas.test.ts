import { describe, expect, it } from "vitest";
import { type Counted, dailyDeltas } from "../../../../shared/soundcloud/attribution/daily-deltas.ts";

const BASELINE = "2026-11-20";
const on = (day: number, plays?: number): Counted => ({
  snapshot_date: `2026-11-${String(20 + day).padStart(2, "0")}`,
  ...(plays === undefined ? {} : { plays }),
});
const short = (snapshots: readonly Counted[]) =>
  dailyDeltas(snapshots, BASELINE).deltas.map((one) => [
    one.day_index,
    one.daily_plays,
    one.raw_daily_plays,
    one.gap_days,
    one.plays_per_day,
    one.counter_reset,
  ]);

describe("what a day adds", () => {
  it("is told with gaps and falls of the counter: 200; 700 over two days; -50 counted as 0", () => {
    expect(short([on(0, 1000), on(1, 1200), on(3, 1900), on(4, 1850)])).toEqual([
      [1, 200, 200, 1, "200.00", false],
      [3, 700, 700, 2, "350.00", false],
      [4, 0, -50, 1, "0.00", true],
    ]);
  });

  it("is unknown where a count is hidden, and spans the hidden days afterwards", () => {
    expect(short([on(0, 1000), on(1), on(2, 1101), on(3)])).toEqual([
      [1, null, null, null, null, false],
      [2, 101, 101, 2, "50.50", false],
      [3, null, null, null, null, false],
    ]);
  });

  it("is unknown, and not everything, without a baseline to measure by", () => {
    expect(short([on(0), on(1, 1200), on(2, 1300)])).toEqual([
      [1, null, null, null, null, false],
      [2, 100, 100, 1, "100.00", false],
    ]);
    expect(short([on(2, 1300)])).toEqual([[2, null, null, null, null, false]]);
  });

  it("leaves out the days up to the baseline, by which day 1 is not measured", () => {
    expect(short([on(-2, 10), on(-1, 900), on(1, 1200)])).toEqual([[1, null, null, null, null, false]]);
    expect(short([on(-1, 900), on(0, 1000), on(1, 1000)])).toEqual([[1, 0, 0, 1, "0.00", false]]);
  });

  it("goes on over pages as if there were one, wherever they are cut", () => {
    const all = [on(0, 1000), on(1, 1200), on(2), on(3, 1900), on(4, 1850), on(6, 1900)];
    const whole = dailyDeltas(all, BASELINE).deltas;
    for (let cut = 0; cut <= all.length; cut++) {
      const first = dailyDeltas(all.slice(0, cut), BASELINE);
      expect([...first.deltas, ...dailyDeltas(all.slice(cut), BASELINE, first.known).deltas]).toEqual(whole);
    }
  });
});
