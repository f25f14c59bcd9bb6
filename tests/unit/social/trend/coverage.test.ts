import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Hour, WINDOW_HOURS, coveredBy, hourOf, timeOfHour } from "../../../../shared/social/trend/coverage.ts";

describe("the hours at which a mention counts", () => {
  it("are the 24 after its own", () => {
    expect(coveredBy(100)).toEqual({ first: 101, last: 124 });
  });
  it("are those that its neighbours leave over", () => {
    expect(coveredBy(100, [95])).toEqual({ first: 120, last: 124 });
    expect(coveredBy(100, [110])).toEqual({ first: 101, last: 110 });
    expect(coveredBy(100, [90, 105])).toBeUndefined();
    expect(coveredBy(100, [100])).toBeUndefined();
    expect(coveredBy(100, [76, 124])).toEqual({ first: 101, last: 124 });
  });
  it("begin at the full hour after the mention", () => {
    expect(hourOf(new Date("2026-11-20T08:59:59.999Z"))).toBe(hourOf(new Date("2026-11-20T08:00:00.000Z")));
    expect(timeOfHour(hourOf(new Date("2026-11-20T08:59:59.999Z")) + 1).toISOString()).toBe("2026-11-20T09:00:00.000Z");
  });

  const persons = fc.array(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 8 }), { maxLength: 6 });
  /** Adds each mention, in the order given, by what it newly covers. */
  const counted = (mentions: readonly (readonly [number, Hour])[]): Map<Hour, number> => {
    const counts = new Map<Hour, number>();
    const before = new Map<number, Hour[]>();
    for (const [person, hour] of mentions) {
      const others = before.get(person) ?? [];
      const { first, last } = coveredBy(hour, others) ?? { first: 0, last: -1 };
      for (let t = first; t <= last; t++) counts.set(t, (counts.get(t) ?? 0) + 1);
      before.set(person, [...others, hour]);
    }
    return counts;
  };
  const shuffled = fc.tuple(persons, fc.infiniteStream(fc.nat(1_000_000)));
  it("add up to the distinct persons of each window, in any order", () => {
    fc.assert(
      fc.property(shuffled, ([all, weights]) => {
        const mentions = all
          .flatMap((hours, person) => hours.map((hour) => [person, hour] as const))
          .map((one) => ({ one, weight: weights.next().value }))
          .toSorted((a, b) => a.weight - b.weight)
          .map(({ one }) => one);
        const counts = counted(mentions);
        for (let t = 0; t <= 160; t++) {
          const distinct = all.filter((hours) => hours.some((hour) => hour >= t - WINDOW_HOURS && hour < t)).length;
          expect(counts.get(t) ?? 0).toBe(distinct);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
