import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { Conversion } from "../conversion/conversion.ts";
import type { RateWindow } from "./rate-window.ts";

export interface Won {
  readonly conversions: number;
  readonly subscriptions: number;
}
export const NOTHING_WON: Won = { conversions: 0, subscriptions: 0 };
const PAGE = 500;

const plus = (won: Won | undefined, { conversion_type }: Conversion): Won => ({
  conversions: (won?.conversions ?? 0) + 1,
  subscriptions: (won?.subscriptions ?? 0) + (conversion_type === "subscription" ? 1 : 0),
});

/** The conversions of a window that had a touch, in all and by the post of their last touch; refunds take none away. For a job. */
export const countWon = async (ctx: OrgCtx, { from, to }: RateWindow): Promise<{ all: Won; byPost: ReadonlyMap<string, Won> }> => {
  const range = { from: { conversion_at: from }, to: { conversion_at: `${to}T23:59:59.999Z` } };
  const byPost = new Map<string, Won>();
  let all = NOTHING_WON;
  for await (const conversion of every((page) => Conversion.query.byTime(ctx, { org_id: ctx.org_id }, { ...page, ...range, limit: PAGE }))) {
    if (conversion.refund_of !== undefined || conversion.post_id === undefined) continue;
    all = plus(all, conversion);
    byPost.set(conversion.post_id, plus(byPost.get(conversion.post_id), conversion));
  }
  return { all, byPost };
};
