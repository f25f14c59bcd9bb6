import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromCents, sumAmounts, toCents } from "../../../shared/kernel/money.ts";

const cents = fc.integer({ min: -999_999_999_999, max: 999_999_999_999 });

describe("money", () => {
  it("reads and writes decimal amounts", () => {
    expect(["250", "250.5", "250.05", "-0.01", "-0", "0.1"].map(toCents)).toEqual([25_000, 25_050, 25_005, -1, 0, 10]);
    expect([25_000, 5, 0, -5, -12_345].map(fromCents)).toEqual(["250.00", "0.05", "0.00", "-0.05", "-123.45"]);
  });

  it("is exact there and back, and in sums", () => {
    fc.assert(fc.property(cents, (amount) => void expect(toCents(fromCents(amount))).toBe(amount)));
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 50 }), (all) => void expect(sumAmounts(all.map(fromCents))).toBe(fromCents(all.reduce((a, b) => a + b, 0)))),
    );
    expect(sumAmounts(["0.10", "0.20"])).toBe("0.30");
  });

  it.each(["", "1.234", "1e3", "x", "--1", "1.", "1234567890123"])("refuses %j", (amount) => {
    expect(() => toCents(amount)).toThrow(RangeError);
  });

  it.each([0.5, Number.NaN, 2 ** 53])("refuses %d cents", (amount) => {
    expect(() => fromCents(amount)).toThrow(RangeError);
  });
});
