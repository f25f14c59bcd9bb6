import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byGrowth, detect, growthRate, measure, varianceOf } from "../../../../shared/social/trend/detection.ts";

const ZEROS = [0, 0, 0, 0, 0, 0, 0];

describe("measuring a count against the seven windows before it", () => {
  it.each([
    { count: 90, before: [40, 42, 38, 41, 39, 40, 60], growth: 50, z: 6.1474, significant: true },
    { count: 60, before: [50, 49, 55, 52, 48, 51, 50], growth: 20, z: 1.3039, significant: false },
    { count: 51, before: [40, 38, 41, 42, 39, 40, 40], growth: 27.5, z: 1.7393, significant: false },
    { count: 300, before: ZEROS, growth: undefined, z: 300, significant: true },
    { count: 200, before: [10, 12, 9, 11, 10, 8, 10], growth: 1900, z: 60.0833, significant: true },
  ])("$count after $before: growth $growth, z $z", ({ count, before, growth, z, significant }) => {
    const measured = measure({ count, before });
    expect(measured).toMatchObject({ count, significant, is_new: growth === undefined });
    expect(measured.growth_rate).toBe(growth);
    expect(measured.z).toBeCloseTo(z, 4);
  });

  it("calls nothing new that does not count", () => {
    expect(measure({ count: 0, before: ZEROS })).toEqual({ count: 0, is_new: false, z: 0, significant: false });
  });

  it("takes the sample variance", () => {
    expect(varianceOf([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(32 / 7, 12);
  });

  it("is significant from exactly three deviations on", () => {
    const before = [100, 100, 100, 100, 100, 100, 100];
    expect(measure({ count: 130, before }).significant).toBe(true);
    expect(measure({ count: 129, before }).significant).toBe(false);
  });

  it("asks more of a topic that scatters widely", () => {
    const steady = measure({ count: 150, before: [100, 101, 99, 100, 102, 98, 100] });
    const wild = measure({ count: 150, before: [40, 160, 60, 140, 50, 150, 100] });
    expect([steady.significant, wild.significant]).toEqual([true, false]);
  });
});

describe("growth", () => {
  it.each([
    [1, 3, -66.67],
    [2, 3, -33.33],
    [100_001, 80_000, 25],
    [801, 640, 25.16],
    [80_001, 160_000, -50],
    [1_000_050, 1_000_000, 0.01],
    [999_950, 1_000_000, -0.01],
    [0, 7, -100],
    [7, 7, 0],
  ])("from %i after %i is %f", (count, previous, growth) => {
    expect(growthRate(count, previous)).toBe(growth);
  });

  it("is exact decimal arithmetic, half away from zero, for any counts", () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), (count, previous) => {
        const rise = (BigInt(count) - BigInt(previous)) * 10_000n;
        const size = rise < 0n ? -rise : rise;
        const hundredths = (2n * size + BigInt(previous)) / (2n * BigInt(previous));
        expect(Math.round(growthRate(count, previous)! * 100)).toBe(Number(rise < 0n ? -hundredths : hundredths) || 0);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

describe("detection", () => {
  const topic = (name: string, count: number, growth_rate?: number) => ({ topic_type: "hashtag" as const, topic: name, count, growth_rate });

  it("passes the least count strictly", () => {
    expect(detect([topic("a", 50, 900), topic("b", 51, 1)], { min: 50, top: 20 })).toEqual([topic("b", 51, 1)]);
  });

  it("puts new ones first, then growth, count and name, and keeps the first", () => {
    const all = [topic("e", 60, 10), topic("d", 60, 10), topic("c", 90, 10), topic("b", 55, 11), topic("a", 51)];
    expect(detect(all, { min: 50, top: 4 }).map((one) => one.topic)).toEqual(["a", "b", "c", "d"]);
    expect(detect([topic("x", 70), topic("y", 80)], { min: 50, top: 2 }).map((one) => one.topic)).toEqual(["y", "x"]);
  });

  const ranked = fc.record({
    topic_type: fc.constantFrom("hashtag" as const, "keyword" as const),
    topic: fc.string({ maxLength: 3 }),
    count: fc.nat(100),
    growth_rate: fc.option(fc.integer({ min: -100, max: 200 }), { nil: undefined }),
  });
  it("is the same whatever the order, and leaves out nothing that grows faster than what it keeps", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(ranked, { selector: ({ topic_type, topic: name }) => topic_type + name, maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        (all, top) => {
          const kept = detect(all, { min: 50, top });
          expect(detect(all.toReversed(), { min: 50, top })).toEqual(kept);
          const left = all.filter((one) => one.count > 50 && !kept.includes(one));
          for (const one of left) for (const other of kept) expect(byGrowth(other, one)).toBeLessThan(0);
          expect(kept.length).toBe(Math.min(top, all.filter(({ count }) => count > 50).length));
        },
      ),
      { seed: 1 },
    );
  });
});
