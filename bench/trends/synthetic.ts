import { randomOf } from "../../tests/support/faults/random.ts";
import type { Window } from "./alarms.ts";

export interface SyntheticTopic {
  readonly hourly: readonly number[];
  readonly bursts: readonly Window[];
}

const DAYS = 30;
const HOURS = DAYS * 24;
const [LEAST, MOST] = [10, 400];
/** A third of the topics scatter wider than independent mentions would: their rate changes by the day. */
const WIDE = 1 / 3;
const WIDE_BY = 0.3;
/** From the tenth day on, so that the seven windows are known; a day at the doubled or trebled rate. */
const FIRST_BURST_DAY = 10;
const BURST_DAYS = 1;
/** A rise stands in the counts for a day after it has ended. */
const AFTERMATH_HOURS = 24;

/** A number of independent mentions with this mean. */
export const poisson = (random: () => number, mean: number): number => {
  let [count, left] = [0, Math.exp(-mean)];
  for (let product = random(); product > left; product *= random()) count += 1;
  return count;
};

/** Topics of 30 days with a rate of their own, the evening busier than the night; every fifth has one day at two or three times its rate. */
export const syntheticTopics = (topics: number, seed: number): SyntheticTopic[] => {
  const random = randomOf(seed);
  return Array.from({ length: topics }, (_, n) => {
    const daily = LEAST * (MOST / LEAST) ** random();
    const wide = random() < WIDE;
    const burst_day = n % 5 === 0 ? FIRST_BURST_DAY + Math.floor(random() * (DAYS - FIRST_BURST_DAY - 2)) : undefined;
    const factor = random() < 0.5 ? 2 : 3;
    const scale = Array.from({ length: DAYS }, () => (wide ? Math.max(0.1, 1 + WIDE_BY * (random() + random() + random() - 1.5) * 2) : 1));
    const hourly = Array.from({ length: HOURS }, (_hour, t) => {
      const [day, hour] = [Math.floor(t / 24), t % 24];
      const busy = 1 + 0.6 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
      const burst = burst_day !== undefined && day >= burst_day && day < burst_day + BURST_DAYS ? factor : 1;
      return poisson(random, (daily / 24) * busy * scale[day]! * burst);
    });
    const bursts = burst_day === undefined ? [] : [{ first: burst_day * 24 + 1, last: (burst_day + BURST_DAYS) * 24 + AFTERMATH_HOURS }];
    return { hourly, bursts };
  });
};
