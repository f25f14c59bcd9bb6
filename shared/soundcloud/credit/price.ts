/**
 * Reach and price of one repost, in whole numbers only: in floating point 100 × 0.07 / 7 would cost 2 credits instead of 1.
 * `reach_factor_milli` is the share of followers that a repost reaches, in thousandths (60 for 0.060; 1 to 1,000);
 * `reach_per_credit` is how many listeners one credit buys. Followers up to 10^12 stay exact.
 */

/** A reach factor in thousandths, from its exact text: `"0.060"` is 60, `"1"` is 1,000. The text has at most three decimals. */
export function reachFactorMilli(text: string): number {
  const [whole = "", decimals = ""] = text.split(".");
  return Number(whole) * 1_000 + Number(decimals.padEnd(3, "0"));
}

/** Listeners reached: followers × factor, rounded to the nearest whole number, halves up. */
export function reach(followers: number, reach_factor_milli: number): number {
  return divideFloor(2 * followers * reach_factor_milli + 1_000, 2_000);
}

/** Credits for one repost: the unrounded reach divided by `reach_per_credit`, rounded up, at least 1. */
export function price(followers: number, reach_factor_milli: number, reach_per_credit: number): number {
  const divisor = 1_000 * reach_per_credit;
  return Math.max(1, divideFloor(followers * reach_factor_milli + divisor - 1, divisor));
}

/** The part of a price that the house keeps, in credits: rounded down, in favour of the supporter. */
export function serviceFee(price: number, service_fee_bps: number): number {
  return divideFloor(price * service_fee_bps, 10_000);
}

/** Exact for safe integers: the remainder is taken before the division, so that no quotient is rounded. */
const divideFloor = (dividend: number, divisor: number): number => (dividend - (dividend % divisor)) / divisor;
