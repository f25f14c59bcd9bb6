import { describe, expect, it } from "vitest";
import {
  DEFAULT_THRESHOLDS,
  SIZE_TIERS,
  type TierThresholds,
  tier,
  tierChange,
  validateThresholds,
  walletTerms,
} from "../../../../shared/soundcloud/tier/tier.ts";

describe("tier", () => {
  it.each([
    [0, "T1"],
    [999, "T1"],
    [1_000, "T2"],
    [9_999, "T2"],
    [10_000, "T3"],
    [99_999, "T3"],
    [100_000, "T4"],
    [999_999_999, "T4"],
    [2_000_000_000, "T4"],
  ])("%i followers are %s", (followers, expected) => {
    expect(tier(followers)).toBe(expected);
  });

  it("follows the thresholds of the org", () => {
    const thresholds: TierThresholds = { T1: { min: 0, max: 10 }, T2: { min: 10, max: 20 }, T3: { min: 20, max: 30 }, T4: { min: 30 } };
    expect([9, 10, 20, 30].map((followers) => tier(followers, thresholds))).toEqual(["T1", "T2", "T3", "T4"]);
  });
});

describe("tierChange", () => {
  it("tells promotion from demotion", () => {
    expect([tierChange("T1", "T3"), tierChange("T4", "T3"), tierChange("T2", "T2")]).toEqual(["promotion", "demotion", "none"]);
  });
});

describe("walletTerms", () => {
  it("grants 1, 1, 2, 3 and caps at three grants", () => {
    expect(SIZE_TIERS.map((name) => walletTerms(name))).toEqual([
      { monthly_grant: 1, cap: 3 },
      { monthly_grant: 1, cap: 3 },
      { monthly_grant: 2, cap: 6 },
      { monthly_grant: 3, cap: 9 },
    ]);
  });
});

describe("validateThresholds", () => {
  const codes = (change: Partial<TierThresholds>) => validateThresholds({ ...DEFAULT_THRESHOLDS, ...change }).map(({ pointer, code }) => `${pointer} ${code}`);

  it("accepts the defaults, with or without an end of the highest tier", () => {
    expect(codes({})).toEqual([]);
    expect(codes({ T4: { min: 100_000, max: 999_999_999 } })).toEqual([]);
    expect(codes({ T4: { min: 100_000 } })).toEqual([]);
  });

  it.each<[string, Partial<TierThresholds>, string[]]>([
    ["a start above 0", { T1: { min: 1, max: 1_000 } }, ["/size_tier_thresholds/T1/min not_zero"]],
    ["a gap", { T2: { min: 1_001, max: 10_000 } }, ["/size_tier_thresholds/T2/min not_contiguous"]],
    ["an overlap", { T2: { min: 999, max: 10_000 } }, ["/size_tier_thresholds/T2/min not_contiguous"]],
    ["an empty range", { T2: { min: 1_000, max: 1_000 }, T3: { min: 1_000, max: 100_000 } }, ["/size_tier_thresholds/T2/max not_increasing"]],
    ["an open end below the highest tier", { T3: { min: 10_000, max: null } }, ["/size_tier_thresholds/T3/max not_a_count"]],
    ["an end of the highest tier below its start", { T4: { min: 100_000, max: 5 } }, ["/size_tier_thresholds/T4/max not_increasing"]],
    ["a fraction", { T1: { min: 0, max: 999.5 } }, ["/size_tier_thresholds/T1/max not_a_count"]],
  ])("refuses %s", (_, change, expected) => {
    expect(codes(change)).toEqual(expected);
  });

  it("reports everything wrong at once", () => {
    expect(codes({ T1: { min: -1, max: 1_000 }, T3: { min: 5, max: 4 } })).toEqual([
      "/size_tier_thresholds/T1/min not_a_count",
      "/size_tier_thresholds/T1/min not_zero",
      "/size_tier_thresholds/T3/min not_contiguous",
      "/size_tier_thresholds/T3/max not_increasing",
      "/size_tier_thresholds/T4/min not_contiguous",
    ]);
  });
});
