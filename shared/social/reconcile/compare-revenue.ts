import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Recount } from "../conversion/recount.ts";
import { addUp, differencesOf, putDown } from "../conversion/recount-revenue.ts";
import type { CountDifference } from "./social-reconciliation.ts";

/** No page of conversions is read with less time than this, in which sums are put down or compared. */
export const REVENUE_MS = 120_000;
/** What is kept of a post and was changed later than this before its conversions were read may be ahead of the index that these are read by. */
const SETTLES_MS = 15 * 60_000;
/** Differences that are listed of one step. */
const MOST_LISTED = 100;

export interface RevenueStep {
  /** Where the next step goes on; absent when all posts are compared. */
  readonly recount?: Recount;
  /** Posts that differ and were changed lately. */
  readonly unsettled: number;
  readonly difference_count: number;
  readonly differences: readonly CountDifference[];
}

/**
 * Compares what is kept of the next posts' revenue with what the org's conversions and refunds add up to, or puts down
 * what these add up to so far when time runs short. README, Reconciliation.
 */
export const compareRevenue = async (ctx: OrgJobCtx, recount: Recount, { most_posts }: { readonly most_posts?: number } = {}): Promise<RevenueStep> => {
  const { sums, position } = await addUp(ctx, recount, { isLate: () => ctx.remaining_ms() < REVENUE_MS, most_posts });
  if (position !== undefined) return { recount: await putDown(ctx, recount, sums, position), unsettled: 0, difference_count: 0, differences: [] };
  const settled = new Date(Date.parse(recount.begun_at) - SETTLES_MS).toISOString();
  const unsettled = new Set<string>();
  const differences: CountDifference[] = [];
  let difference_count = 0;
  for await (const { post_id, counter, kept, counted, changed_at } of differencesOf(ctx, recount, sums)) {
    if (changed_at !== undefined && changed_at > settled) {
      unsettled.add(post_id);
      continue;
    }
    difference_count += 1;
    if (differences.length < MOST_LISTED) differences.push({ post_id, counter: `revenue_${counter}`, stored: kept, computed: counted });
  }
  const next = sums.until === undefined ? {} : { recount: { begun_at: ctx.clock.now().toISOString(), after: sums.until } };
  return { ...next, unsettled: unsettled.size, difference_count, differences };
};
