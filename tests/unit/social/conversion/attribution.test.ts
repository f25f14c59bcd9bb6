import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apportion } from "../../../../shared/social/conversion/apportion.ts";
import { Model, type Shares, addShares, attribute, takeBack } from "../../../../shared/social/conversion/attribution.ts";
import { isoDuration } from "../../../../shared/social/conversion/duration.ts";
import { ONE, halved } from "../../../../shared/social/conversion/halving.ts";

const DAY = 86_400_000;
const sum = (cents: readonly number[]): number => cents.reduce((all, one) => all + one, 0);
const days = (...at: number[]): number[] => at.map((day) => day * DAY);

const cents = fc.integer({ min: 0, max: 9_999_999_999 });
const touches = fc.array(fc.integer({ min: 0, max: 365 * DAY }), { minLength: 1, maxLength: 40 }).map((times) => times.toSorted((a, b) => a - b));
const halfLife = fc.integer({ min: 1, max: 365 });

describe("attribution", () => {
  it("divides $100.00 among a like, a comment and a visit on days 0, 3 and 7 as each model says", () => {
    expect(attribute(100_00, days(0, 3, 7), 7)).toEqual({
      last: [0, 0, 100_00],
      first: [100_00, 0, 0],
      linear: [33_33, 33_33, 33_34],
      position: [40_00, 20_00, 40_00],
      time_decay: [23_01, 30_97, 46_02],
    });
  });
  it("gives two touches halves by position, one touch everything by each model, and none nothing", () => {
    expect(attribute(99_99, days(0, 1), 7).position).toEqual([49_99, 50_00]);
    for (const model of Model.options) {
      expect(attribute(99_99, days(5), 7)[model]).toEqual([99_99]);
      expect(attribute(99_99, [], 7)[model]).toEqual([]);
    }
  });
  it("halves a touch's weight with each half-life, whatever lies between the last touch and the conversion", () => {
    expect(attribute(300, days(0, 7), 7).time_decay).toEqual([100, 200]);
    expect(attribute(700, days(0, 14, 28), 14).time_decay).toEqual([100, 200, 400]);
    expect(attribute(700, days(100, 114, 128), 14).time_decay).toEqual([100, 200, 400]);
  });
  it("adds up to the value by each model, and is never negative", () => {
    fc.assert(
      fc.property(cents, touches, halfLife, (value, times, half_life) => {
        const shares = attribute(value, times, half_life);
        for (const model of Model.options) {
          expect(shares[model]).toHaveLength(times.length);
          expect(sum(shares[model])).toBe(value);
          expect(shares[model].every((share) => share >= 0)).toBe(true);
        }
      }),
    );
  });
  it("gives a later touch no less than an earlier one by time decay", () => {
    fc.assert(
      fc.property(cents, touches, halfLife, (value, times, half_life) => {
        const shares = attribute(value, times, half_life).time_decay;
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      }),
    );
  });
  it("divides a negative value as its positive", () => {
    fc.assert(
      fc.property(cents, touches, halfLife, (value, times, half_life) => {
        const [plus, minus] = [attribute(value, times, half_life), attribute(-value, times, half_life)];
        for (const model of Model.options) expect(sum(addShares(plus, minus)[model].map(Math.abs))).toBe(0);
      }),
    );
  });
});

describe("apportionment", () => {
  it("gives cents that are left to the greatest remainders, of equal ones to the later", () => {
    expect(apportion(100, [1n, 1n, 1n])).toEqual([33, 33, 34]);
    expect(apportion(101, [1n, 1n, 1n])).toEqual([33, 34, 34]);
    expect(apportion(10, [6n, 3n, 3n])).toEqual([5, 2, 3]);
    expect(apportion(10, [3n, 7n, 4n])).toEqual([2, 5, 3]);
    expect(apportion(-100, [1n, 1n, 1n])).toEqual([-33, -33, -34]);
  });
  it("is within one cent of the exact part", () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 1n << 128n }), { minLength: 1, maxLength: 40 }).filter((all) => all.some((one) => one > 0n));
    fc.assert(
      fc.property(cents, weights, (value, all) => {
        const total = all.reduce((a, b) => a + b, 0n);
        apportion(value, all).forEach((part, at) => {
          const off = BigInt(part) * total - BigInt(value) * all[at]!;
          expect(off < total && off > -total).toBe(true);
        });
      }),
    );
  });
  it("refuses weights of nothing", () => {
    expect(() => apportion(1, [0n, 0n])).toThrow(RangeError);
  });
});

describe("refunds", () => {
  const apply = (shares: Shares, refunds: readonly number[]): Shares => refunds.reduce((left, refund) => addShares(left, takeBack(refund, left)), shares);

  it("in full are the negative of the same split", () => {
    fc.assert(
      fc.property(cents, touches, halfLife, (value, times, half_life) => {
        const shares = attribute(value, times, half_life);
        const back = takeBack(value, shares);
        for (const model of Model.options) expect(back[model].map((share) => 0 - share)).toEqual(shares[model]);
      }),
    );
  });
  it("in part add up to what is refunded, leave no share below 0, and come to nothing with the last", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 }), touches, halfLife, (refunds, times, half_life) => {
        let left = attribute(sum(refunds), times, half_life);
        for (const refund of refunds) {
          const back = takeBack(refund, left);
          left = addShares(left, back);
          for (const model of Model.options) {
            expect(sum(back[model])).toBe(-refund);
            expect(left[model].every((share) => share >= 0)).toBe(true);
          }
        }
        for (const model of Model.options) expect(left[model].every((share) => share === 0)).toBe(true);
      }),
    );
  });
  it("half of $100.00 takes half of each share", () => {
    const shares = attribute(100_00, days(0, 3, 7), 7);
    expect(takeBack(50_00, shares)).toEqual({
      last: [0, 0, -50_00],
      first: [-50_00, 0, 0],
      linear: [-16_66, -16_67, -16_67],
      position: [-20_00, -10_00, -20_00],
      time_decay: [-11_50, -15_49, -23_01],
    });
    expect(apply(shares, [50_00, 50_00]).linear).toEqual([0, 0, 0]);
  });
});

describe("halving", () => {
  it("is exact at whole halvings and close to the power of two between", () => {
    expect(halved(0n, 7n)).toBe(ONE);
    expect(halved(7n, 7n)).toBe(ONE / 2n);
    expect(halved(70n, 7n)).toBe(ONE >> 10n);
    for (const [age, expected] of [
      [10n, 0.371499],
      [3n, 0.742997],
      [1n, 0.905724],
    ] as const)
      expect(Number((halved(age, 7n) * 1_000_000n) / ONE) / 1_000_000).toBeCloseTo(expected, 5);
  });
  it("never rises with age", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 31_536_000_000n }), fc.bigInt({ min: 1n, max: 1_000_000n }), (age, more) => {
        expect(halved(age + more, 604_800_000n) <= halved(age, 604_800_000n)).toBe(true);
      }),
    );
  });
});

describe("durations", () => {
  it.each([
    [864_000, "P10D"],
    [0, "PT0S"],
    [59, "PT59S"],
    [3600, "PT1H"],
    [90_061, "P1DT1H1M1S"],
  ])("%i seconds are %s", (seconds, text) => {
    expect(isoDuration(seconds)).toBe(text);
  });
});
