import type { TopicType } from "./topic.ts";

/** The counts of one topic at one time: `before` has the seven windows before it, the latest last. */
export interface Counted {
  readonly count: number;
  readonly before: readonly number[];
}

export interface Measurement {
  readonly count: number;
  /** Percent with two decimals, half away from zero; absent when there was nothing a day ago. */
  readonly growth_rate?: number;
  /** It counts, and nothing was counted a day ago. */
  readonly is_new: boolean;
  /** Standard deviations above the mean of the seven windows, for counts that scatter as widely as these. */
  readonly z: number;
  readonly significant: boolean;
}

const SIGNIFICANT_Z = 3;

/** `(count - previous) / previous x 100` in percent with two decimals, half away from zero; undefined when previous is 0. */
export const growthRate = (count: number, previous: number): number | undefined => {
  if (previous === 0) return undefined;
  const rise = count - previous;
  // In whole hundredths of a percent: (count - previous) x 100 / previous has no exact binary fraction.
  const hundredths = Math.floor((Math.abs(rise) * 20_000 + previous) / (2 * previous));
  return hundredths === 0 ? 0 : (Math.sign(rise) * hundredths) / 100;
};

export const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The sample variance: squares over n - 1. */
export const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};

/**
 * How a count stands to the seven windows before it. Counts of independent mentions scatter by the root of their mean;
 * `phi`, at least 1, is by how much these scatter wider. README, Trends.
 */
export const measure = ({ count, before }: Counted): Measurement => {
  const mean = meanOf(before);
  const floor = Math.max(mean, 1);
  const phi = Math.max(1, varianceOf(before) / floor);
  const z = (count - mean) / Math.sqrt(phi * floor);
  const growth_rate = growthRate(count, before.at(-1)!);
  return { count, ...(growth_rate === undefined ? {} : { growth_rate }), is_new: growth_rate === undefined && count > 0, z, significant: z >= SIGNIFICANT_Z };
};

export interface Ranked {
  readonly topic_type: TopicType;
  readonly topic: string;
  readonly count: number;
  readonly growth_rate?: number | undefined;
}

/** New topics first, then by growth, count and name. */
export const byGrowth = (a: Ranked, b: Ranked): number =>
  (b.growth_rate ?? Infinity) - (a.growth_rate ?? Infinity) || b.count - a.count || compare(a.topic, b.topic) || compare(a.topic_type, b.topic_type);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What passes the least count, strictly; of these the `top` that grow fastest. */
export const detect = <T extends Ranked>(topics: readonly T[], { min, top }: { readonly min: number; readonly top: number }): T[] =>
  topics
    .filter(({ count }) => count > min)
    .toSorted(byGrowth)
    .slice(0, top);
