import * as z from "zod";
import { apportion } from "./apportion.ts";
import { halved } from "./halving.ts";

/** How a conversion's value is divided among the touches before it. README, Conversions. */
export const Model = z.enum(["last", "first", "linear", "position", "time_decay"]);
export type Model = z.output<typeof Model>;

const DAY_MS = 86_400_000n;

type Weigh = (count: number, times: readonly number[], half_life_days: number) => bigint[];

const each = (count: number, weight: (at: number) => bigint): bigint[] => Array.from({ length: count }, (_, at) => weight(at));

/** 40 % to the first, 40 % to the last, 20 % to all between in equal parts; two share equally. */
const position: Weigh = (count) => {
  const between = BigInt(count - 2);
  if (between < 1n) return each(count, () => 1n);
  return each(count, (at) => (at === 0 || at === count - 1 ? 2n * between : 1n));
};

/** Only the proportions count, so that ages are taken from the last touch: it weighs 1 however long ago it was. */
const timeDecay: Weigh = (_, times, half_life_days) => {
  const last = times.at(-1)!;
  return times.map((time) => halved(BigInt(last - time), BigInt(half_life_days) * DAY_MS));
};

const weights: Readonly<Record<Model, Weigh>> = {
  last: (count) => each(count, (at) => (at === count - 1 ? 1n : 0n)),
  first: (count) => each(count, (at) => (at === 0 ? 1n : 0n)),
  linear: (count) => each(count, () => 1n),
  position,
  time_decay: timeDecay,
};

/** The cents of each touch by model; every list has the length and the order of the touches. */
export type Shares = Readonly<Record<Model, readonly number[]>>;

const byModel = (share: (model: Model) => number[]): Record<Model, number[]> =>
  Object.fromEntries(Model.options.map((model) => [model, share(model)])) as Record<Model, number[]>;

/**
 * Divides `cents` among touches by each model. `times` are those of the touches in milliseconds, ascending. Each model's
 * cents add up to the whole; without touches there is nothing to divide among, and the lists are empty.
 */
export const attribute = (cents: number, times: readonly number[], half_life_days: number): Shares =>
  byModel((model) => (times.length === 0 ? [] : apportion(cents, weights[model](times.length, times, half_life_days))));

/**
 * Takes back `cents` of what is left of each share, in the proportions of what is left, so that no share falls below 0
 * and the last refund takes exactly the rest. Returns what is taken, as negative cents. README, Conversions.
 */
export const takeBack = (cents: number, left: Shares): Shares =>
  byModel((model) => {
    const shares = left[model];
    if (shares.every((share) => share === 0)) return shares.map(() => 0);
    return apportion(-cents, shares.map(BigInt));
  });

/** Shares of the same touches, added up. */
export const addShares = (some: Shares, more: Shares): Shares => byModel((model) => some[model].map((share, at) => share + more[model][at]!));
