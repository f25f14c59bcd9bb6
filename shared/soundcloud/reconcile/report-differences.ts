import type { OrgCtx } from "../../kernel/context.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import { reconcileOrg } from "./reconcile.ts";

/** Differences named in one log line; the count has all. */
const NAMED = 20;

/** Recomputes an org's books and tells what differs: one error in the log, and a metric for an alarm to watch. */
export const reportDifferences = async (ctx: OrgCtx & { readonly metrics: Metrics }): Promise<void> => {
  const { differences, checked } = await reconcileOrg(ctx);
  ctx.metrics.count("reconciliation_differences", differences.length);
  ctx.metrics.flush();
  if (differences.length === 0) ctx.log.info("books reconciled", { checked });
  else ctx.log.error("books differ", { count: differences.length, differences: differences.slice(0, NAMED), checked });
};
