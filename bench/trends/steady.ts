import { measure } from "../../shared/social/trend/detection.ts";
import { randomOf } from "../../tests/support/faults/random.ts";
import { MIN } from "./alarms.ts";
import { poisson } from "./synthetic.ts";

const WINDOWS = 7;
/** The plain rule for a rise: more than 50 mentions, and a quarter more than the day before. */
const RISE = 25;

/** Shares of evaluations that alarm. */
export interface Told {
  readonly plain: number;
  readonly significant: number;
}

interface Topics {
  /** Mentions a day. */
  readonly mean: number;
  /** Variance of a day's mentions in means: 1 for independent ones. */
  readonly scatter: number;
  /** What the day itself has of the mean. */
  readonly factor: number;
}

/** A rate that scatters by a gamma distribution makes counts that scatter wider than independent mentions do. */
const rateOf = (random: () => number, { mean, scatter }: Topics): number => {
  if (scatter === 1) return mean;
  const shape = Math.round(mean / (scatter - 1));
  let sum = 0;
  for (let n = 0; n < shape; n++) sum -= Math.log(1 - random());
  return (mean * sum) / shape;
};

/** How often each rule alarms on a day of topics that have been the same for a week. */
export const toldOf = (topics: Topics, { trials, seed }: { readonly trials: number; readonly seed: number }): Told => {
  const random = randomOf(seed);
  const day = (factor: number): number => poisson(random, rateOf(random, topics) * factor);
  let [plain, significant] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const before = Array.from({ length: WINDOWS }, () => day(1));
    const found = measure({ count: day(topics.factor), before });
    if (found.count <= MIN || (found.growth_rate ?? RISE) < RISE) continue;
    plain += 1;
    if (found.significant) significant += 1;
  }
  return { plain: plain / trials, significant: significant / trials };
};
