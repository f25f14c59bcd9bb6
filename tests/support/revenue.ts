import type { OrgCtx } from "../../shared/kernel/context.ts";
import { type RevenueDifference, addUp, differencesOf } from "../../shared/social/conversion/recount-revenue.ts";

/** How what is kept of an org's revenue differs from its conversions, in one piece and however lately it was changed. */
export const recountRevenue = async (ctx: OrgCtx): Promise<RevenueDifference[]> => {
  const recount = { begun_at: ctx.clock.now().toISOString() };
  const { sums } = await addUp(ctx, recount, { isLate: () => false });
  return Array.fromAsync(differencesOf(ctx, recount, sums));
};
