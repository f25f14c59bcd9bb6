import { fromCents, toCents } from "../../kernel/money.ts";
import { ratio } from "../../kernel/ratio.ts";

/** Reposts that were promised and are not there. */
export const owedReposts = ({ goal_reposts, verified_reposts }: { readonly goal_reposts: number; readonly verified_reposts: number }): number =>
  Math.max(0, goal_reposts - verified_reposts);

/** Dollars a verified repost, to a hundredth of a cent, halves up: 250.00 for 38 is "6.5789". Null without a price or a repost. */
export const costPerRepost = (price_usd: string | undefined, verified_reposts: number): string | null =>
  price_usd === undefined || verified_reposts === 0 ? null : ratio(BigInt(toCents(price_usd)), BigInt(verified_reposts) * 100n, 4);

/** The part of the price that was paid for owed reposts, in whole cents; a fraction of a cent counts for the client. Null without a price or a goal. */
export const refundDue = (campaign: {
  readonly goal_reposts: number;
  readonly verified_reposts: number;
  readonly price_usd?: string | undefined;
}): string | null => {
  const { price_usd, goal_reposts } = campaign;
  if (price_usd === undefined || goal_reposts === 0) return null;
  const [owed, goal] = [BigInt(owedReposts(campaign)), BigInt(goal_reposts)];
  return fromCents(Number((BigInt(toCents(price_usd)) * owed + goal - 1n) / goal));
};
