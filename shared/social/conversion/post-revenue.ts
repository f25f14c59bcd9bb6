import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";
import { Model } from "./attribution.ts";
import type { Conversion } from "./conversion.ts";

const count = z.int().default(0);

/** What a post has earned: cents by model, and how many conversions it had a part in. Kept with every conversion, and counted anew by the reconciliation. README, Conversions. */
export const PostRevenue = entity(social, "PostRevenue", {
  fields: () => ({
    org_id: id,
    post_id: id,
    last: count,
    first: count,
    linear: count,
    position: count,
    time_decay: count,
    /** Conversions whose last touch was with the post. */
    conversions: count,
    /** Others with a touch of it. */
    assisted_conversions: count,
    /** Refunds of conversions whose last touch was with the post. */
    refunds: count,
  }),
  key: ["{org_id}#PR", "{post_id}"],
});
export type PostRevenue = Item<typeof PostRevenue>;

export const EARNED = [...Model.options, "conversions", "assisted_conversions", "refunds"] as const;
/** The counters of one post, or a change of them. */
export type Earned = Readonly<Record<(typeof EARNED)[number], number>>;
export const NOTHING_EARNED: Earned = { last: 0, first: 0, linear: 0, position: 0, time_decay: 0, conversions: 0, assisted_conversions: 0, refunds: 0 };

const counters = (of: (counter: keyof Earned) => number): Earned => Object.fromEntries(EARNED.map((counter) => [counter, of(counter)])) as Earned;
export const addEarned = (some: Earned, more: Earned): Earned => counters((counter) => some[counter] + more[counter]);
export const earnedOf = (kept: PostRevenue): Earned => counters((counter) => kept[counter]);
export const isNothing = (earned: Earned): boolean => EARNED.every((counter) => earned[counter] === 0);

const partOf = ({ post_id, refund_of }: Pick<Conversion, "post_id" | "refund_of">, touched: string): Partial<Earned> => {
  if (touched !== post_id) return refund_of === undefined ? { assisted_conversions: 1 } : {};
  return refund_of === undefined ? { conversions: 1 } : { refunds: 1 };
};

/** What a conversion, or a refund with its negative shares, brings each of its posts. */
export const earningsOf = (conversion: Pick<Conversion, "post_id" | "refund_of" | "touches" | "shares">): Map<string, Earned> => {
  const earnings = new Map<string, Earned>();
  const earn = (post_id: string, more: Partial<Earned>): void =>
    void earnings.set(post_id, addEarned(earnings.get(post_id) ?? NOTHING_EARNED, { ...NOTHING_EARNED, ...more }));
  for (const post_id of new Set(conversion.touches.map((touch) => touch.post_id))) earn(post_id, partOf(conversion, post_id));
  conversion.touches.forEach(({ post_id }, at) =>
    earn(post_id, Object.fromEntries(Model.options.map((model) => [model, conversion.shares[model][at]!])) as Record<Model, number>),
  );
  return earnings;
};

/** By post, what conversions bring after a change less what they brought before; posts for which nothing changes are left out. */
export const changeOfEarnings = (before: readonly Conversion[], after: readonly Conversion[]): Map<string, Earned> => {
  const change = new Map<string, Earned>();
  const add = (conversions: readonly Conversion[], sign: 1 | -1): void => {
    for (const conversion of conversions)
      for (const [post_id, earned] of earningsOf(conversion))
        change.set(
          post_id,
          addEarned(
            change.get(post_id) ?? NOTHING_EARNED,
            counters((counter) => sign * earned[counter]),
          ),
        );
  };
  add(before, -1);
  add(after, 1);
  for (const [post_id, earned] of change) if (isNothing(earned)) change.delete(post_id);
  return change;
};
