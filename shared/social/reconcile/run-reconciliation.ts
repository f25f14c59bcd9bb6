import { RunReconciliation } from "../../../events/social/run-reconciliation.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { addDays } from "../../kernel/days.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { transact } from "../../kernel/table/table.ts";
import { PostMonth } from "../engagement/post-month.ts";
import { social } from "../table.ts";
import { compareMonth } from "./compare-month.ts";
import type { Recount } from "../conversion/recount.ts";
import { REVENUE_MS, compareRevenue } from "./compare-revenue.ts";
import { COUNT_DIFFERENCES } from "./reconciliation-metrics.ts";
import { type CountDifference, SocialReconciliation } from "./social-reconciliation.ts";

/** A page is not begun with less time than this. */
const PAGE_MS = 30_000;
const PAGE = 25;
const AT_ONCE = 5;
const MOST_LISTED = 100;
/** Differences that a line of the log names. */
const MOST_NAMED = 10;
const KEEP_S = 400 * 86_400;

type RunCtx = OrgJobCtx & { readonly commands: Commands; readonly metrics: Metrics };
type Order = { readonly reconciliation_id: string; readonly date: string };

/**
 * Compares a page of posts at a time, tells what it found, then compares revenue, or hands over to a new message when time
 * runs short; a repeat goes on from the last page, or from where revenue was last put down. README, Reconciliation.
 */
export const runReconciliation = async (ctx: RunCtx, order: Order): Promise<void> => {
  let run = await begun(ctx, order);
  while (run.status === "running") {
    if (ctx.remaining_ms() < (run.months.length > 0 ? PAGE_MS : REVENUE_MS)) return goOn(ctx, order, run);
    run = await advanced(ctx, run);
  }
  report(ctx, run, "revenue");
};

const monthsOf = (date: string): string[] => [date.slice(0, 7), addDays(`${date.slice(0, 7)}-01`, -1).slice(0, 7)];

const begun = async (ctx: OrgCtx, { reconciliation_id: id, date }: Order): Promise<SocialReconciliation> => {
  const key = { org_id: ctx.org_id, id, date };
  const found = await SocialReconciliation.find(ctx, key, { consistent: true });
  if (found) return found;
  const run = SocialReconciliation.draft(ctx, { ...key, months: monthsOf(date), expires_at: Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_S });
  try {
    await transact(ctx, social, SocialReconciliation.writes.put(ctx, run), { pattern: "reconciliations.begin" });
    return run;
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return SocialReconciliation.get(ctx, key, { consistent: true });
  }
};

/** What a step found, and what comes after it. */
interface Step {
  readonly months: string[];
  readonly position?: unknown;
  readonly recount?: Recount;
  readonly compared: number;
  readonly unsettled: number;
  readonly difference_count: number;
  /** The first of them. */
  readonly differences: readonly CountDifference[];
  readonly ends: boolean;
}
const NOTHING_FOUND = { months: [], compared: 0, unsettled: 0, difference_count: 0, differences: [], ends: false };

const comparePage = async (ctx: OrgCtx, { org_id, months, position }: SocialReconciliation): Promise<Step> => {
  const [month, ...later] = months;
  const page = await PostMonth.list(ctx, { org_id, month: month! }, { limit: PAGE, position, consistent: true });
  const found = await inParallel(page.items, AT_ONCE, (one) => compareMonth(ctx, one));
  const differences = found.flatMap((one) => one ?? []);
  return {
    months: page.position === undefined ? later : months,
    position: page.position,
    compared: found.filter((one) => one !== undefined).length,
    unsettled: found.filter((one) => one === undefined).length,
    difference_count: differences.length,
    differences,
    ends: false,
  };
};

/** The months are done. What they showed is told now, since revenue may take long. */
const beginRevenue = (ctx: RunCtx, run: SocialReconciliation): Step => {
  report(ctx, run, "counters");
  return { ...NOTHING_FOUND, recount: { begun_at: ctx.clock.now().toISOString() } };
};

const comparePosts = async (ctx: RunCtx, recount: Recount): Promise<Step> => {
  const found = await compareRevenue(ctx, recount);
  return { ...NOTHING_FOUND, ...found, ends: found.recount === undefined };
};

const stepOf = async (ctx: RunCtx, run: SocialReconciliation): Promise<Step> => {
  if (run.months.length > 0) return comparePage(ctx, run);
  return run.recount === undefined ? beginRevenue(ctx, run) : comparePosts(ctx, run.recount);
};

/** The run after one step. What was found is stored under the version of the run, so that two deliveries do not add it twice. */
const advanced = async (ctx: RunCtx, run: SocialReconciliation): Promise<SocialReconciliation> => {
  const { months, position = null, recount = null, compared, unsettled, difference_count, differences, ends } = await stepOf(ctx, run);
  const patch = {
    months,
    position: position as SocialReconciliation["position"] | null,
    recount,
    compared: run.compared + compared,
    unsettled: run.unsettled + unsettled,
    difference_count: run.difference_count + difference_count,
    ...(run.recount === undefined ? { counter_difference_count: run.counter_difference_count + difference_count } : {}),
    differences: [...run.differences, ...differences].slice(0, MOST_LISTED),
  };
  const writes = ends
    ? SocialReconciliation.writes.transition(ctx, run, "completed", { patch: { ...patch, completed_at: ctx.clock.now().toISOString() } })
    : SocialReconciliation.writes.patch(ctx, run, patch);
  try {
    await transact(ctx, social, writes, { pattern: "reconciliations.advance" });
  } catch (error) {
    if (!isDomainError(error, "concurrent_change") && !isDomainError(error, "invalid_transition")) throw error;
  }
  return SocialReconciliation.get(ctx, run, { consistent: true });
};

const goOn = (ctx: RunCtx, order: Order, { org_id, id, version }: SocialReconciliation): Promise<void> =>
  ctx.commands.sendEach(ctx, RunReconciliation, [{ org_id, id: uuidOf(`${RunReconciliation.type}/${id}/${version}`), data: order }]);

/**
 * Tells how the counters or revenue stand: a metric for an alarm to watch, and one line of the log, which names those
 * differences that the list has room for. A repeat tells the same.
 */
const report = (ctx: RunCtx, run: SocialReconciliation, of: "counters" | "revenue"): void => {
  const { id: reconciliation_id, difference_count, counter_difference_count, compared, unsettled } = run;
  const count = of === "counters" ? counter_difference_count : difference_count - counter_difference_count;
  ctx.metrics.count(COUNT_DIFFERENCES, count);
  ctx.metrics.flush();
  const differences = run.differences.filter(({ month }) => (of === "counters") === (month !== undefined)).slice(0, MOST_NAMED);
  if (count === 0) ctx.log.info(`${of} reconciled`, { reconciliation_id, compared, unsettled });
  else ctx.log.error(of === "counters" ? "counters differ" : "revenue differs", { reconciliation_id, count, differences, compared, unsettled });
};
