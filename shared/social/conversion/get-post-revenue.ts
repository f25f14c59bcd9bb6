import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { Post } from "../post/post.ts";
import { PostRevenue, earnedOf, NOTHING_EARNED } from "./post-revenue.ts";
import { ByModel, amounts } from "./present-conversion.ts";

export const RevenueView = z.object({
  post_id: z.uuid(),
  post_deleted: z.boolean(),
  /** What is left of the values of conversions after refunds, divided as each model does. */
  revenue: ByModel,
  /** Conversions whose last touch was with the post; refunds take none away. */
  conversions: z.int(),
  /** Others that had a touch of it. */
  assisted_conversions: z.int(),
  refunds: z.int(),
});
export type RevenueView = z.output<typeof RevenueView>;

/** What a post has earned, also when it was deleted. A post that earned nothing earned 0. Throws DomainError not_found. */
export const getPostRevenue = async (ctx: OrgCtx, post_id: string): Promise<RevenueView> => {
  const { org_id } = ctx;
  const [post, kept] = await Promise.all([Post.get(ctx, { org_id, id: post_id }), PostRevenue.find(ctx, { org_id, post_id }, { consistent: true })]);
  const { conversions, assisted_conversions, refunds, ...cents } = kept ? earnedOf(kept) : NOTHING_EARNED;
  return {
    post_id,
    post_deleted: post.deleted,
    revenue: amounts((model) => cents[model]),
    conversions,
    assisted_conversions,
    refunds,
  };
};
