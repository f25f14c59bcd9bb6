import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Conversion } from "./conversion.ts";
import { type Earned, NOTHING_EARNED, PostRevenue, addEarned, earnedOf, earningsOf } from "./post-revenue.ts";

/** A sum that is kept and is not what the conversions add up to. */
export interface RevenueDifference {
  readonly post_id: string;
  readonly counter: keyof Earned;
  readonly kept: number;
  readonly counted: number;
}

const countedOf = async (ctx: OrgCtx): Promise<Map<string, Earned>> => {
  const counted = new Map<string, Earned>();
  for await (const conversion of every((page) => Conversion.query.byTime(ctx, { org_id: ctx.org_id }, { ...page, limit: 500 })))
    for (const [post_id, earned] of earningsOf(conversion)) counted.set(post_id, addEarned(counted.get(post_id) ?? NOTHING_EARNED, earned));
  return counted;
};

const keptOf = async (ctx: OrgCtx): Promise<Map<string, Earned>> => {
  const kept = new Map<string, Earned>();
  for await (const one of every((page) => PostRevenue.list(ctx, { org_id: ctx.org_id }, { ...page, limit: 1000, consistent: true })))
    kept.set(one.post_id, earnedOf(one));
  return kept;
};

/**
 * Adds up the shares of all conversions and refunds of the org and compares that with what is kept of each post: none is
 * the only good answer. For a job; what is recorded while it reads may show as a difference, which a second run does not
 * have.
 */
export const recountRevenue = async (ctx: OrgCtx): Promise<RevenueDifference[]> => {
  const [counted, kept] = [await countedOf(ctx), await keptOf(ctx)];
  return [...new Set([...counted.keys(), ...kept.keys()])].toSorted().flatMap((post_id) => {
    const [is, was] = [counted.get(post_id) ?? NOTHING_EARNED, kept.get(post_id) ?? NOTHING_EARNED];
    return (Object.keys(NOTHING_EARNED) as (keyof Earned)[]).flatMap((counter) =>
      is[counter] === was[counter] ? [] : [{ post_id, counter, kept: was[counter], counted: is[counter] }],
    );
  });
};
