import * as z from "zod";
import { ratio } from "../../kernel/ratio.ts";
import { CountedKind, type CountedThen, type PostInsight } from "./post-insight.ts";

const KINDS = CountedKind.options;

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
  counted === undefined ? null : (Object.fromEntries(KINDS.map((kind) => [kind, accuracyOf(counted[kind], said[kind])])) as Accuracy);

/** The kinds of which anything was counted here at all. */
export const countedIn = (counted: CountedThen): CountedKind[] => KINDS.filter((kind) => counted[kind] > 0);

/** The kinds of which the network has just told a number that differs from what is counted here by more than one in a thousand. */
export const differingIn = (told: Partial<Record<CountedKind, number>>, counted: CountedThen): CountedKind[] =>
  KINDS.filter((kind) => {
    const counter = told[kind] ?? 0;
    return counter > 0 && Math.abs(counter - counted[kind]) * 1000 > counter;
  });
