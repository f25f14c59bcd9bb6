import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateReach } from "../../../../shared/soundcloud/target/reach.ts";

const target = (reach: number, numerator: number, denominator: number) => ({ reach, reliability: { numerator, denominator } });

describe("estimateReach", () => {
  it("expects 0 to 15,330 listeners of m1 to m4, 9,077 as planned", () => {
    const targets = [target(30, 9, 10), target(300, 4, 6), target(3_000, 19, 20), target(12_000, 1, 2)];
    expect(estimateReach(targets)).toEqual({ expected_reach_min: 0, expected_reach_planned: 9_077, expected_reach_max: 15_330 });
  });

  it("is 0 without targets", () => {
    expect(estimateReach([])).toEqual({ expected_reach_min: 0, expected_reach_planned: 0, expected_reach_max: 0 });
  });

  it("rounds the low end down: 100 halves give 50 less 1.645 times 5", () => {
    expect(estimateReach(Array.from({ length: 100 }, () => target(1, 1, 2)))).toEqual({
      expected_reach_min: 41,
      expected_reach_planned: 50,
      expected_reach_max: 100,
    });
  });

  it("agrees with floating point to within one listener", () => {
    const any = fc
      .tuple(fc.nat({ max: 50_000 }), fc.nat({ max: 60 }), fc.nat({ max: 60 }))
      .map(([reach, completed, failed]) => target(reach, completed + 1, completed + failed + 2));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 50 }), (targets) => {
        const chance = ({ reliability }: (typeof targets)[number]) => reliability.numerator / reliability.denominator;
        const mean = targets.reduce((sum, one) => sum + one.reach * chance(one), 0);
        const variance = targets.reduce((sum, one) => sum + one.reach ** 2 * chance(one) * (1 - chance(one)), 0);
        const estimate = estimateReach(targets);
        expect(Math.abs(estimate.expected_reach_planned - mean)).toBeLessThanOrEqual(0.501);
        expect(Math.abs(estimate.expected_reach_min - Math.max(0, Math.floor(Math.round(mean) - 1.645 * Math.sqrt(variance))))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
