import { RefreshMetrics } from "../../../events/social/refresh-metrics.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { social } from "../table.ts";
import { checkDay, dayAfter } from "./check-day.ts";
import { type Checkpoint, MOST_NAMED, type MetricsDifference, MetricsRefresh } from "./metrics-refresh.ts";
import { METRICS_DIFFERENCES } from "./metrics-differences.ts";
import { nightlyRefresh } from "./order-refresh.ts";

/** Days of one step, after which the run is stored. */
const STEP = 20;
/** No step is begun with less time than this. */
const STEP_MS = 60_000;

type RunCtx = OrgJobCtx & { readonly commands: Commands; readonly metrics: Metrics };

interface Walked {
  readonly days: number;
  readonly posts: number;
  readonly differences: readonly MetricsDifference[];
  /** Missing at the end. */
  readonly checkpoint?: Checkpoint;
}

const platformAfter = (platform: PlatformName): PlatformName | undefined => PlatformName.options[PlatformName.options.indexOf(platform) + 1];

/** Looks at the next days, of the next network where one has no more. */
const walk = async (ctx: OrgCtx, from: Checkpoint): Promise<Walked> => {
  const differences: MetricsDifference[] = [];
  let [days, posts] = [0, 0];
  let at: Checkpoint | undefined = from;
  while (at && days < STEP) {
    const day = await dayAfter(ctx, at.platform, at.after);
    if (day === undefined) {
      const platform = platformAfter(at.platform);
      at = platform && { platform };
      continue;
    }
    const checked = await checkDay(ctx, at.platform, day);
    differences.push(...checked.differences);
    [days, posts] = [days + 1, posts + checked.posts];
    at = { platform: at.platform, after: day };
  }
  return { days, posts, differences, ...(at ? { checkpoint: at } : {}) };
};

/** One step; what it found and where it stands are one write. Whoever loses the race goes on from where the winner is. */
const advance = (ctx: RunCtx, known: MetricsRefresh): Promise<MetricsRefresh> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await MetricsRefresh.get(ctx, known, { consistent: true });
    if (run.status !== "running") return run;
    const { days, posts, differences, checkpoint } = await walk(ctx, run.checkpoint);
    const patch = {
      days_checked: run.days_checked + days,
      posts_checked: run.posts_checked + posts,
      difference_count: run.difference_count + differences.length,
      differences: [...run.differences, ...differences].slice(0, MOST_NAMED),
    };
    const writes = checkpoint
      ? MetricsRefresh.writes.patch(ctx, run, { ...patch, checkpoint })
      : MetricsRefresh.writes.transition(ctx, run, "completed", { patch: { ...patch, completed_at: ctx.clock.now().toISOString() } });
    await transact(ctx, social, writes, { pattern: "analytics.advanceRefresh" });
    return MetricsRefresh.get(ctx, run, { consistent: true });
  });

const report = (ctx: RunCtx, { id, difference_count, differences, days_checked, posts_checked }: MetricsRefresh): void => {
  ctx.metrics.count(METRICS_DIFFERENCES, difference_count);
  ctx.metrics.flush();
  const told = { refresh_id: id, days_checked, posts_checked };
  if (difference_count === 0) ctx.log.info("daily metrics recomputed", told);
  else ctx.log.error("daily metrics differ", { ...told, count: difference_count, differences: differences.slice(0, 20) });
};

/**
 * Works on a run until it is completed, or hands over to a new message when time runs short. It can be interrupted
 * anywhere, and a repeat goes on from where the run stands. With a `date` the order is that of a night, and makes its run
 * when there is none.
 */
export const refreshMetrics = async (ctx: RunCtx, { refresh_id, date }: { refresh_id: string; date?: string | undefined }): Promise<void> => {
  const { org_id } = ctx;
  let run = date === undefined ? await MetricsRefresh.get(ctx, { org_id, id: refresh_id }, { consistent: true }) : await nightlyRefresh(ctx, refresh_id, date);
  while (run.status === "running") {
    run = await advance(ctx, run);
    if (run.status === "running" && ctx.remaining_ms() < STEP_MS)
      return ctx.commands.sendEach(ctx, RefreshMetrics, [
        { org_id, id: uuidOf(`${RefreshMetrics.type}/${run.id}/${run.version}`), data: { refresh_id: run.id } },
      ]);
  }
  report(ctx, run);
};
