import { RunReconciliation } from "../../../events/soundcloud/run-reconciliation.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import type { Write } from "../../kernel/table/table.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { nightlyReconciliation } from "./create-reconciliation.ts";
import type { Difference } from "./difference.ts";
import { ReconciliationDifference } from "./reconciliation-difference.ts";
import { Reconciliation } from "./reconciliation.ts";
import { DIFFERENCES } from "./reconciliation-metrics.ts";
import { type Progress, takeStep } from "./steps.ts";

/** No page is begun with less time than this. */
const PAGE_MS = 60_000;
/** As often as its queue hands a message out: then it lies among the dead letters, and a redrive goes on from the checkpoint. */
const MOST_ATTEMPTS = 5;
/** Differences named in the log line at the end; all are stored. */
const NAMED = 20;

type RunCtx = OrgJobCtx & { readonly commands: Commands; readonly metrics: Metrics };

const differenceWrites = (ctx: RunCtx, { org_id, id, difference_count, expires_at }: Reconciliation, differences: readonly Difference[]): Write[] =>
  differences.flatMap(({ check, subject, stored, computed }, at) =>
    ReconciliationDifference.writes.create(ctx, {
      org_id,
      reconciliation_id: id,
      seq: difference_count + at + 1,
      check,
      subject,
      expires_at,
      ...(stored === null ? {} : { stored }),
      ...(computed === null ? {} : { computed }),
    }),
  );

/** The run past a page: on to the next, or completed. */
const passed = (ctx: RunCtx, run: Reconciliation, { checked, checkpoint }: Progress, difference_count: number): Write[] => {
  const patch = { checked, difference_count, attempts: 0 };
  if (checkpoint) return Reconciliation.writes.patch(ctx, run, { ...patch, checkpoint });
  return Reconciliation.writes.transition(ctx, run, "completed", { patch: { ...patch, completed_at: ctx.clock.now().toISOString() } });
};

/** Checks one page; what it found and the new checkpoint are one transaction. Whoever loses the race goes on from where the winner is. */
const advance = (ctx: RunCtx, known: Reconciliation): Promise<Reconciliation> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await Reconciliation.get(ctx, known, { consistent: true });
    if (run.status !== "running") return run;
    const { differences, ...progress } = await takeStep(ctx, run.checked, run.checkpoint);
    const difference_count = run.difference_count + differences.length;
    await transact(ctx, soundcloud, [...passed(ctx, run, progress, difference_count), ...differenceWrites(ctx, run, differences)], {
      pattern: "reconciliations.advance",
    });
    return Reconciliation.get(ctx, run, { consistent: true });
  });

/** A failed run goes on when its message is handed out again. */
const resumed = (ctx: RunCtx, known: Reconciliation): Promise<Reconciliation> =>
  contend(async (attempt) => {
    const run = attempt === 1 ? known : await Reconciliation.get(ctx, known, { consistent: true });
    if (run.status !== "failed") return run;
    const writes = Reconciliation.writes.transition(ctx, run, "running", { patch: { attempts: 0, failure: null } });
    await transact(ctx, soundcloud, writes, { pattern: "reconciliations.resume" });
    return Reconciliation.get(ctx, run, { consistent: true });
  });

/** Notes a broken delivery; the last one fails the run. Best effort: the message is repeated all the same. */
const noteBroken = async (ctx: RunCtx, id: string, error: unknown): Promise<void> => {
  const note = async (): Promise<void> => {
    const run = await Reconciliation.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (run.status !== "running") return;
    const attempts = run.attempts + 1;
    const failure = isDomainError(error) ? error.code : "internal_error";
    const writes =
      attempts < MOST_ATTEMPTS
        ? Reconciliation.writes.patch(ctx, run, { attempts })
        : Reconciliation.writes.transition(ctx, run, "failed", { patch: { attempts, failure }, reason: failure });
    await transact(ctx, soundcloud, writes, { pattern: "reconciliations.noteBroken" });
  };
  await contend(note).catch((failed: unknown) => ctx.log.warn("A broken reconciliation could not be noted.", { reconciliation_id: id, error: failed }));
};

const goOn = (ctx: RunCtx, { org_id, id, version }: Reconciliation): Promise<void> =>
  ctx.commands.sendEach(ctx, RunReconciliation, [{ org_id, id: uuidOf(`${RunReconciliation.type}/${id}/${version}`), data: { reconciliation_id: id } }]);

/** Tells how the books stand: a metric for an alarm to watch, and one line of the log. A repeat tells the same. */
const report = async (ctx: RunCtx, { org_id, id, difference_count, checked }: Reconciliation): Promise<void> => {
  ctx.metrics.count(DIFFERENCES, difference_count);
  ctx.metrics.flush();
  if (difference_count === 0) return ctx.log.info("books reconciled", { reconciliation_id: id, checked });
  const { items } = await ReconciliationDifference.list(ctx, { org_id, reconciliation_id: id }, { limit: NAMED });
  const differences = items.map(({ check, subject, stored = null, computed = null }) => ({ check, subject, stored, computed }));
  ctx.log.error("books differ", { reconciliation_id: id, count: difference_count, differences, checked });
};

/**
 * Works on a run page by page until it is completed, or hands over to a new message when time runs short. It can be
 * interrupted anywhere: each page is one transaction, and a repeat goes on from the checkpoint. With a `date` the
 * order is that of a night, and makes its run when there is none.
 */
export const runReconciliation = async (ctx: RunCtx, { reconciliation_id, date }: { reconciliation_id: string; date?: string | undefined }): Promise<void> => {
  const key = { org_id: ctx.org_id, id: reconciliation_id };
  const found = date === undefined ? await Reconciliation.get(ctx, key, { consistent: true }) : await nightlyReconciliation(ctx, reconciliation_id, date);
  try {
    let run = await resumed(ctx, found);
    while (run.status === "running") {
      run = await advance(ctx, run);
      if (run.status === "running" && ctx.remaining_ms() < PAGE_MS) return await goOn(ctx, run);
    }
    // One that another delivery has just given up has nothing to report.
    if (run.status === "completed") await report(ctx, run);
  } catch (error) {
    await noteBroken(ctx, reconciliation_id, error);
    throw error;
  }
};
