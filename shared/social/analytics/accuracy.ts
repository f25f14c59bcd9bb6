import * as z from "zod";
import { ratio } from "../../kernel/ratio.ts";
import type { CountedThen, PostInsight } from "./post-insight.ts";

const TRACKED = ["likes", "comments", "shares", "saves", "views"] as const satisfies readonly (keyof CountedThen)[];

/** Exact decimal text of four decimals; null where the network's number is 0 or not known. */
const accuracyText = z
  .string()
  .regex(/^-?\d+\.\d{4}$/)
  .nullable();
export const Accuracy = z.object({ likes: accuracyText, comments: accuracyText, shares: accuracyText, saves: accuracyText, views: accuracyText });
export type Accuracy = z.output<typeof Accuracy>;

/** 1 less the difference by the network's number: 999 counted of 1,000 is 0.9990, and so is 1,001. README, Accuracy. */
export const accuracyOf = (counted: number, counter: number | undefined): string | null => {
  if (!counter) return null;
  const [told, difference] = [BigInt(counter), BigInt(Math.abs(counter - counted))];
  return ratio(told - difference, told, 4);
};

/** Of each kind; null altogether while nobody has looked at both at the same moment. */
export const accuracyIn = ({ counted, ...said }: PostInsight): Accuracy | null =>
  counted === undefined ? null : (Object.fromEntries(TRACKED.map((kind) => [kind, accuracyOf(counted[kind], said[kind])])) as Accuracy);

/** The kinds that are counted here and differ from the network by more than one in a thousand. A kind of which nothing reaches us is not tracked. */
export const missedIn = ({ counted, ...said }: PostInsight): (keyof CountedThen)[] =>
  counted === undefined
    ? []
    : TRACKED.filter((kind) => {
        const counter = said[kind] ?? 0;
        return counted[kind] > 0 && counter > 0 && Math.abs(counter - counted[kind]) * 1000 > counter;
      });
