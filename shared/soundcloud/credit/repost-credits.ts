import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, isDomainError } from "../../kernel/errors.ts";
import type { Write } from "../../kernel/table/table.ts";
import { CampaignAccount } from "./campaign-account.ts";
import { postingWrites } from "./post-credits.ts";
import { serviceFee } from "./price.ts";
import { type Posting, earn, refund, release, reserve, settle, takeBack } from "./wallet-rules.ts";
import type { Wallet } from "./wallet.ts";

/** A repost's price, and the assignment that it belongs to: the reference of every movement. */
export interface Repost {
  readonly assignment_id: string;
  readonly price: number;
}

/** Promises the price to an assignment. Throws DomainError `insufficient_credits`. */
export const reserveWrites = (ctx: OrgCtx, payer: Wallet, repost: Repost): Write[] =>
  postingWrites(ctx, payer, reserve(payer, repost.price), { reference_id: repost.assignment_id });

/**
 * An assignment that is open has its reservation. One that was read before it ended, and the wallet after, looks as if it
 * had none: a change in between (conflict `concurrent_change`), so that `contend` reads both again.
 */
const whileReserved = (post: () => Posting): Posting => {
  try {
    return post();
  } catch (error) {
    if (!isDomainError(error, "not_reserved")) throw error;
    throw conflict("concurrent_change", "The assignment's reservation has ended meanwhile; repeat the request.");
  }
};

/** Gives a reservation up. Throws DomainError `concurrent_change` when it has ended since the assignment was read. */
export const releaseWrites = (ctx: OrgCtx, payer: Wallet, repost: Repost): Write[] =>
  postingWrites(
    ctx,
    payer,
    whileReserved(() => release(payer, repost.price)),
    { reference_id: repost.assignment_id },
  );

/**
 * Pays a verified repost: from the payer's reservation, or, for client work without a payer, minted by the org's
 * campaign account. The supporter gets the price less the service fee. Throws DomainError `concurrent_change` when the
 * reservation has ended since the assignment was read.
 */
export const settleWrites = (ctx: OrgCtx, payer: Wallet | undefined, supporter: Wallet, repost: Repost, service_fee_bps: number): Write[] => {
  const earned = repost.price - serviceFee(repost.price, service_fee_bps);
  const cause = { reference_id: repost.assignment_id };
  const paid = payer
    ? postingWrites(
        ctx,
        payer,
        whileReserved(() => settle(payer, repost.price)),
        cause,
      )
    : CampaignAccount.writes.increment(ctx, { org_id: ctx.org_id }, { minted: earned });
  if (earned === 0) return paid;
  return [...paid, ...postingWrites(ctx, supporter, earn(supporter, earned), payer ? cause : { ...cause, metadata: { minted: true } })];
};

/** Takes a repost back that did not stand: the supporter gives back what was earned, the payer gets the price again. */
export const refundWrites = (ctx: OrgCtx, payer: Wallet | undefined, supporter: Wallet, repost: Repost, service_fee_bps: number): Write[] => {
  const earned = repost.price - serviceFee(repost.price, service_fee_bps);
  const cause = { reference_id: repost.assignment_id };
  const returned = payer
    ? postingWrites(ctx, payer, refund(payer, repost.price), cause)
    : CampaignAccount.writes.increment(ctx, { org_id: ctx.org_id }, { returned: earned });
  if (earned === 0) return returned;
  return [...returned, ...postingWrites(ctx, supporter, takeBack(supporter, earned), payer ? cause : { ...cause, metadata: { minted: true } })];
};
