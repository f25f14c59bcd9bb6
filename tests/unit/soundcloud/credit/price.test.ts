import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { price, reach, reachFactorMilli, serviceFee } from "../../../../shared/soundcloud/credit/price.ts";

const FACTOR = 60;
const REACH_PER_CREDIT = 2_000;

describe("reach and price", () => {
  it.each([
    [0, 0, 1],
    [999, 60, 1],
    [1_000, 60, 1],
    [5_000, 300, 1],
    [10_000, 600, 1],
    [33_333, 2_000, 1],
    [33_334, 2_000, 2],
    [50_000, 3_000, 2],
    [66_667, 4_000, 3],
    [99_999, 6_000, 3],
    [100_000, 6_000, 3],
    [100_001, 6_000, 4],
    [133_334, 8_000, 5],
    [200_000, 12_000, 6],
    [500_000, 30_000, 15],
  ])("%i followers reach %i listeners for %i credits", (followers, listeners, credits) => {
    expect(reach(followers, FACTOR)).toBe(listeners);
    expect(price(followers, FACTOR, REACH_PER_CREDIT)).toBe(credits);
  });

  it("costs 1 where floating point says 2", () => {
    expect(Math.ceil((100 * 0.07) / 7)).toBe(2);
    expect(price(100, 70, 7)).toBe(1);
  });

  it("rounds half a listener up", () => {
    expect(reach(25, 60)).toBe(2);
    expect(reach(24, 60)).toBe(1);
  });

  it("agrees with exact arithmetic for any input", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1e6 }), (followers, factor, per) => {
        const product = BigInt(followers) * BigInt(factor);
        const unit = 1000n * BigInt(per);
        const exact = (product + unit - 1n) / unit;
        expect(BigInt(price(followers, factor, per))).toBe(exact > 1n ? exact : 1n);
        expect(BigInt(reach(followers, factor))).toBe((product + 500n) / 1000n);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});

describe("reachFactorMilli", () => {
  it.each([
    ["0.060", 60],
    ["0.06", 60],
    ["0.5", 500],
    ["1", 1_000],
    ["1.000", 1_000],
    ["0.001", 1],
  ])("%s is %i thousandths", (text, milli) => {
    expect(reachFactorMilli(text)).toBe(milli);
  });
});

describe("serviceFee", () => {
  it("is 0 by default and rounded down otherwise", () => {
    expect(serviceFee(15, 0)).toBe(0);
    expect([3, 4, 7, 8].map((credits) => serviceFee(credits, 2_500))).toEqual([0, 1, 1, 2]);
  });
});
