import type { Violation } from "../../kernel/errors.ts";

/** Size tiers, smallest first. A tier follows from the follower count alone and is never set by hand. */
export const SIZE_TIERS = ["T1", "T2", "T3", "T4"] as const;
export type SizeTier = (typeof SIZE_TIERS)[number];

/** Followers from `min` (inclusive) to `max` (exclusive). The highest tier is open-ended: its `max` is not looked at. */
export interface TierRange {
  readonly min: number;
  readonly max?: number | null | undefined;
}
export type TierThresholds = Readonly<Record<SizeTier, TierRange>>;

/** Credits granted on the first of each month, by tier, and how many months' grants a wallet holds at most. */
export interface GrantRules {
  readonly monthly_grants: Readonly<Record<SizeTier, number>>;
  readonly cap_months: number;
}

export const DEFAULT_THRESHOLDS: TierThresholds = {
  T1: { min: 0, max: 1_000 },
  T2: { min: 1_000, max: 10_000 },
  T3: { min: 10_000, max: 100_000 },
  T4: { min: 100_000, max: null },
};

export const DEFAULT_GRANT_RULES: GrantRules = { monthly_grants: { T1: 1, T2: 1, T3: 2, T4: 3 }, cap_months: 3 };

/** The tier of a follower count. The thresholds must have passed `validateThresholds`. */
export function tier(followers: number, thresholds: TierThresholds = DEFAULT_THRESHOLDS): SizeTier {
  return SIZE_TIERS.findLast((name) => followers >= thresholds[name].min) ?? "T1";
}

/** What a wallet of this tier is granted each month, and holds at most. */
export function walletTerms(name: SizeTier, rules: GrantRules = DEFAULT_GRANT_RULES): { monthly_grant: number; cap: number } {
  const monthly_grant = rules.monthly_grants[name];
  return { monthly_grant, cap: monthly_grant * rules.cap_months };
}

export type TierChange = "none" | "promotion" | "demotion";

export function tierChange(before: SizeTier, after: SizeTier): TierChange {
  if (before === after) return "none";
  return SIZE_TIERS.indexOf(after) > SIZE_TIERS.indexOf(before) ? "promotion" : "demotion";
}

/** Every violation at once: ranges are whole numbers, start at 0, increase, and leave neither gap nor overlap. */
export function validateThresholds(thresholds: TierThresholds, pointer = "/size_tier_thresholds"): Violation[] {
  const violations: Violation[] = [];
  const refuse = (path: string, code: string, detail: string) => violations.push({ pointer: `${pointer}/${path}`, code, detail });

  SIZE_TIERS.forEach((name, index) => {
    const { min, max } = thresholds[name];
    const above = SIZE_TIERS[index + 1];
    if (!isCount(min)) refuse(`${name}/min`, "not_a_count", "must be a whole number of followers, 0 or more.");
    if (index === 0 && min !== 0) refuse(`${name}/min`, "not_zero", "must be 0, so that every follower count has a tier.");
    if (above === undefined && (max === undefined || max === null)) return;
    if (!isCount(max)) return refuse(`${name}/max`, "not_a_count", "must be a whole number of followers; only the highest tier may leave it out.");
    if (max <= min) refuse(`${name}/max`, "not_increasing", `must be greater than ${name}.min, which is ${min}.`);
    if (above !== undefined && thresholds[above].min !== max)
      refuse(`${above}/min`, "not_contiguous", `must equal ${name}.max, which is ${max}; it is ${thresholds[above].min}.`);
  });
  return violations;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
