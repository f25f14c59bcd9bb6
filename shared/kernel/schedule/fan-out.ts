import type * as z from "zod";
import type { Contract, DataOf } from "../../../events/envelope.ts";
import { DomainError, isDomainError } from "../errors.ts";
import type { PageOf, PageRequest } from "../http/route.ts";
import { uuidOf } from "../ids.ts";
import type { JobCtx } from "../job.ts";
import type { Commands } from "../queue/commands.ts";
import type { JobRun, JobRuns } from "./job-run.ts";
import { type Unit, nextPeriod, periodOf, periodsBetween } from "./period.ts";

const PAGE = 100;
/** A page of orgs is not begun with less time than this. */
const PAGE_MS = 10_000;
const CATCH_UP: Readonly<Record<Unit, number>> = { hour: 48, day: 31, week: 4, month: 12 };

export interface FanOut<C extends Contract<"command", string, z.ZodType>> {
  /** `soundcloud.build-queues`: names the run records and, with period and org, each command's id. */
  readonly job: string;
  readonly period: Unit;
  readonly runs: JobRuns;
  readonly command: C;
  /** The orgs to send to, a page at a time, in an order that does not change while a run goes on. */
  readonly orgs: (ctx: JobCtx, page: PageRequest) => Promise<PageOf<{ readonly org_id: string }>>;
  readonly data: (org_id: string, period: string) => DataOf<C>;
  /** Missed periods that are made up for, the newest ones; 48 hours, 31 days, 4 weeks or 12 months unless told. */
  readonly catch_up?: number;
}

type FanOutCtx = JobCtx & { readonly commands: Commands };

/**
 * Sends one command per org for the period of the scheduled time and for every period missed since the last completed
 * one, oldest first. The run record keeps the position after each page, so a run that broke off goes on from there.
 * However often, late or out of order it is started, each org gets the same commands under the same ids, and each
 * period one completed record.
 */
export const fanOut =
  <const C extends Contract<"command", string, z.ZodType>>(plan: FanOut<C>) =>
  async (ctx: FanOutCtx, scheduled_at: Date): Promise<void> => {
    for (const period of await duePeriods(ctx, plan, periodOf(plan.period, scheduled_at))) {
      const finished = await runPeriod(ctx, plan, period, scheduled_at);
      if (!finished) return ctx.log.info("fan-out left to another delivery", { job: plan.job, period });
    }
  };

/** Oldest first. A period before the last completed one is due only if it is the scheduled one itself. */
const duePeriods = async (ctx: JobCtx, plan: FanOut<Contract<"command", string, z.ZodType>>, current: string): Promise<string[]> => {
  const bound = plan.catch_up ?? CATCH_UP[plan.period];
  const { items } = await plan.runs.list(ctx, { job: plan.job }, { desc: true, to: { period: current }, limit: bound + 1 });
  if (items[0]?.period === current && items[0].status === "completed") return [];
  const last = items.find((run) => run.status === "completed");
  const first = last ? nextPeriod(plan.period, last.period) : (items.at(-1)?.period ?? current);
  const periods = periodsBetween(plan.period, first, current);
  const skipped = periods.slice(0, -1 - bound);
  if (skipped.length > 0) ctx.log.error("periods skipped: missed for too long", { job: plan.job, from: skipped[0], to: skipped.at(-1) });
  return periods.slice(-1 - bound);
};

/** False when another delivery of the same period is ahead of this one. */
const runPeriod = async (ctx: FanOutCtx, plan: FanOut<Contract<"command", string, z.ZodType>>, period: string, scheduled_at: Date): Promise<boolean> => {
  let run = await openRun(ctx, plan, period, scheduled_at);
  while (run.status === "running") {
    if (ctx.remaining_ms() < PAGE_MS) throw outOfTime(plan.job, run);
    const page = await plan.orgs(ctx, { limit: PAGE, ...(run.position === undefined ? {} : { position: JSON.parse(run.position) as unknown }) });
    await ctx.commands.sendEach(
      ctx,
      plan.command,
      page.items.map(({ org_id }) => ({ org_id, id: uuidOf(`${plan.job}/${period}/${org_id}`), data: plan.data(org_id, period) })),
    );
    const advanced = await advance(ctx, plan.runs, run, page);
    if (!advanced) return false;
    run = advanced;
  }
  return true;
};

const openRun = async (ctx: JobCtx, { runs, job }: FanOut<Contract<"command", string, z.ZodType>>, period: string, scheduled_at: Date): Promise<JobRun> => {
  const found = await runs.find(ctx, { job, period }, { consistent: true });
  if (found) return found;
  try {
    return await runs.create(ctx, { job, period, scheduled_at: scheduled_at.toISOString() });
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
    return runs.get(ctx, { job, period }, { consistent: true });
  }
};

const advance = async (ctx: JobCtx, runs: JobRuns, run: JobRun, page: PageOf<unknown>): Promise<JobRun | undefined> => {
  const orgs = run.orgs + page.items.length;
  const patch =
    page.position === undefined
      ? { status: "completed" as const, completed_at: ctx.clock.now().toISOString(), position: null, orgs }
      : { position: JSON.stringify(page.position), orgs };
  try {
    return await runs.patch(ctx, { job: run.job, period: run.period }, patch, { version: run.version });
  } catch (error) {
    if (isDomainError(error, "stale")) return undefined;
    throw error;
  }
};

const outOfTime = (job: string, run: JobRun): DomainError =>
  new DomainError(
    "unavailable",
    "out_of_time",
    `The fan-out ${job} of ${run.period} has sent to ${run.orgs} orgs and no time is left; the next delivery goes on from there.`,
  );
