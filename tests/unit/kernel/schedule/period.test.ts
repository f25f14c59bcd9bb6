import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Unit, nextPeriod, periodOf, periodsBetween } from "../../../../shared/kernel/schedule/period.ts";

const units: Unit[] = ["hour", "day", "month"];
const times = fc.date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2035-12-31T00:00:00Z"), noInvalidDate: true });

describe("periods", () => {
  it("are named in UTC", () => {
    const at = new Date("2026-03-01T00:30:00+02:00");
    expect(units.map((unit) => periodOf(unit, at))).toEqual(["2026-02-28T22", "2026-02-28", "2026-02"]);
  });

  it.each([
    ["month", "2026-12", "2027-01"],
    ["month", "2026-01", "2026-02"],
    ["day", "2028-02-28", "2028-02-29"],
    ["day", "2026-02-28", "2026-03-01"],
    ["day", "2026-12-31", "2027-01-01"],
    ["hour", "2026-12-31T23", "2027-01-01T00"],
  ] as const)("after the %s %s comes %s", (unit, period, next) => {
    expect(nextPeriod(unit, period)).toBe(next);
  });

  it("follow one another without gap or overlap", () => {
    fc.assert(
      fc.property(fc.constantFrom(...units), times, fc.integer({ min: 0, max: 40 }), (unit, at, steps) => {
        const first = periodOf(unit, at);
        let last = first;
        for (let step = 0; step < steps; step += 1) last = nextPeriod(unit, last);
        const all = periodsBetween(unit, first, last);
        expect(all).toHaveLength(steps + 1);
        expect(all.toSorted()).toEqual(all);
        expect(periodsBetween(unit, nextPeriod(unit, last), last)).toEqual([]);
      }),
    );
  });
});
