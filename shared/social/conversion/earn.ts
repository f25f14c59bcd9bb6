import { PostEarned } from "../../../events/social/post-earned.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { socialSystem } from "../table.ts";
import type { Conversion } from "./conversion.ts";
import { type Earned, PostRevenue, changeOfEarnings } from "./post-revenue.ts";

/**
 * The writes that bring the sums of posts from what conversions brought before to what they bring after, with the fact
 * for each post that is or was the last touch. One transaction has them together with the conversions.
 */
export const earn = async (ctx: OrgCtx, conversion_id: string, before: readonly Conversion[], after: readonly Conversion[]): Promise<Write[]> => {
  const { org_id } = ctx;
  const changes = [...changeOfEarnings(before, after)];
  const keys = changes.map(([post_id]) => ({ org_id, post_id }));
  const kept = new Set((await PostRevenue.getMany(ctx, keys, { consistent: true })).map(({ post_id }) => post_id));
  const change = ([post_id, earned]: [string, Earned]): Write[] => {
    if (!kept.has(post_id)) return stillMissing(PostRevenue.writes.create(ctx, { org_id, post_id, ...earned }));
    return PostRevenue.writes.increment(ctx, { org_id, post_id }, earned);
  };
  const last = new Set([...before, ...after].flatMap(({ post_id }) => (post_id === undefined ? [] : [post_id])));
  const facts = [...last].flatMap((post_id) => socialSystem.emit(ctx, PostEarned, { post_id, conversion_id }));
  return [...changes.flatMap(change), ...facts];
};
