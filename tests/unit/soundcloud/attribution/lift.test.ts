import { describe, expect, it } from "vitest";
import type { Counted } from "../../../../shared/soundcloud/attribution/daily-deltas.ts";
import { addDays } from "../../../../shared/kernel/days.ts";
import { liftOf } from "../../../../shared/soundcloud/attribution/lift.ts";
import { ratio } from "../../../../shared/kernel/ratio.ts";

const BASELINE = "2026-11-20";
const on = (day: number, plays?: number): Counted => ({ snapshot_date: addDays(BASELINE, day), ...(plays === undefined ? {} : { plays }) });

describe("the lift", () => {
  it("is what was gained less what the line before the baseline would have brought", () => {
    expect(liftOf([on(-3, 100), on(-2, 200), on(-1, 300), on(0, 400), on(5, 1500), on(10, 2400)], BASELINE)).toEqual({
      plays_at_baseline: 400,
      plays_at_end: 2400,
      end_date: "2026-11-30",
      days: 10,
      plays_gained: 2000,
      organic_plays_per_day: "100.0000",
      organic_adjusted_lift: "1000.00",
      lift_reason: null,
      counter_reset: false,
    });
  });

  it("takes the least squares of uneven days, in exact fractions", () => {
    // Three points: sum x -11, sum y 55, sum xy -155, sum xx 59; the slope is 140/56.
    const { organic_plays_per_day, organic_adjusted_lift } = liftOf([on(-7, 10), on(-3, 20), on(-1, 25), on(0, 27), on(7, 100)], BASELINE);
    expect(organic_plays_per_day).toBe(ratio(3n * -155n - -11n * 55n, 3n * 59n - 121n, 4));
    expect([organic_plays_per_day, organic_adjusted_lift]).toEqual(["2.5000", "55.50"]);
  });

  it("is exact where a double is not", () => {
    const big = 9_007_199_254_740_000;
    const { organic_adjusted_lift } = liftOf([on(-3, big), on(-2, big + 3), on(-1, big + 6), on(0, big + 10), on(28, big + 95)], BASELINE);
    expect(organic_adjusted_lift).toBe("1.00");
  });

  it.each([
    ["two snapshots are no line", [on(-2, 1), on(-1, 2), on(0, 3), on(1, 9)], "no_pre_period"],
    ["three of which one is hidden neither", [on(-3, 1), on(-2), on(-1, 2), on(0, 3), on(1, 9)], "no_pre_period"],
    ["nor what lies longer back than 28 days", [on(-31, 1), on(-30, 2), on(-29, 3), on(0, 3), on(1, 9)], "no_pre_period"],
    ["nothing is measured yet", [on(-3, 1), on(-2, 2), on(-1, 2), on(0, 3)], "no_measurement"],
    ["the baseline is hidden", [on(-3, 1), on(-2, 2), on(-1, 2), on(0), on(1, 9)], "no_baseline"],
  ])("is null where %s", (_, snapshots, reason) => {
    expect(liftOf(snapshots, BASELINE)).toMatchObject({ organic_adjusted_lift: null, lift_reason: reason });
  });

  it("is null without a baseline, and says when the counter fell", () => {
    expect(liftOf([on(0, 5)], undefined)).toMatchObject({ organic_adjusted_lift: null, lift_reason: "no_baseline" });
    expect(liftOf([on(0, 50), on(1, 90), on(2, 80)], BASELINE)).toMatchObject({ plays_gained: 30, counter_reset: true });
  });
});

describe("numbers", () => {
  it("are rounded half away from zero", () => {
    expect([ratio(1n, 8n, 2), ratio(-1n, 8n, 2), ratio(1n, -8n, 2), ratio(-1n, 1000n, 2), ratio(5n, 2n, 0), ratio(0n, 7n, 2)]).toEqual([
      "0.13",
      "-0.13",
      "-0.13",
      "0.00",
      "3",
      "0.00",
    ]);
  });
});
