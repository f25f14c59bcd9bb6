import type { Fraction } from "./score.ts";

/** Listeners to expect from a set of targets. */
export interface ReachEstimate {
  /** The low end of a one-sided 95 % range, rounded down; 0 at least. */
  readonly expected_reach_min: number;
  /** Each reach times the chance of completion, summed, then rounded, halves up. */
  readonly expected_reach_planned: number;
  /** Every target completes. */
  readonly expected_reach_max: number;
}

/** 1.645 squared, the 95 % quantile of the normal distribution, as an exact fraction. */
const Z_SQUARED = { numerator: 2_706_025n, denominator: 1_000_000n };

/**
 * Estimates from each target's reach and its reliability r, targets being independent:
 * planned = round(Σ reach × r), min = max(0, floor(planned − 1.645 × √(Σ reach² × r × (1 − r)))).
 * Exact: sums are fractions of big integers, and the root is found in whole numbers.
 */
export function estimateReach(targets: readonly { reach: number; reliability: Fraction }[]): ReachEstimate {
  let mean: BigFraction = { numerator: 0n, denominator: 1n };
  let variance = mean;
  for (const { reach, reliability } of targets) {
    const [r, of, listeners] = [BigInt(reliability.numerator), BigInt(reliability.denominator), BigInt(reach)];
    mean = add(mean, { numerator: listeners * r, denominator: of });
    variance = add(variance, { numerator: listeners * listeners * r * (of - r), denominator: of * of });
  }
  const planned = (2n * mean.numerator + mean.denominator) / (2n * mean.denominator);
  const margin = ceilSquareRoot({ numerator: Z_SQUARED.numerator * variance.numerator, denominator: Z_SQUARED.denominator * variance.denominator });
  return {
    expected_reach_min: planned > margin ? Number(planned - margin) : 0,
    expected_reach_planned: Number(planned),
    expected_reach_max: targets.reduce((sum, { reach }) => sum + reach, 0),
  };
}

interface BigFraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function add(a: BigFraction, b: BigFraction): BigFraction {
  const numerator = a.numerator * b.denominator + b.numerator * a.denominator;
  const denominator = a.denominator * b.denominator;
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

/** The smallest whole number whose square is at least the fraction. */
function ceilSquareRoot({ numerator, denominator }: BigFraction): bigint {
  const square = (numerator + denominator - 1n) / denominator;
  if (square < 2n) return square;
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (let next = (root + square / root) / 2n; next < root; next = (root + square / root) / 2n) root = next;
  return root * root < square ? root + 1n : root;
}
