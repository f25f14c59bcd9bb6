import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { type Shares, addShares } from "./attribution.ts";
import { Conversion } from "./conversion.ts";

/** A conversion's refunds, in the order in which they were made. */
export const refundsOf = (ctx: OrgCtx, { org_id, refund_ids }: Conversion): Promise<Conversion[]> =>
  Conversion.getMany(
    ctx,
    refund_ids.map((id) => ({ org_id, id })),
    { consistent: true },
  );

/** Throws DomainError conflict `is_refund`: what is done to a refund is done to the conversion. */
export const requireNoRefund = ({ refund_of }: Conversion): void => {
  if (refund_of !== undefined) throw conflict("is_refund", "This is a refund; name the conversion that it takes back.", { conversion_id: refund_of });
};

/** What is left of a conversion's shares. */
export const leftOf = (conversion: Conversion, refunds: readonly Conversion[]): Shares =>
  refunds.reduce<Shares>((left, { shares }) => addShares(left, shares), conversion.shares);
