import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import type { ResolveCtx } from "../submission/resolve-track.ts";
import { refundAssignment } from "./complete-assignment.ts";
import { failLate, unlessEnded } from "./end-assignment.ts";
import { type AssignmentCheck, QueueAssignment } from "./queue-assignment.ts";
import { LOOK_MS, type Outage, isOutage, lookUp, verifyWaiting } from "./verify-waiting.ts";

const PARALLEL = 8;
/** More would only wait for each other's turn, until the wait looks like an outage. */
const LOOKS_AT_ONCE = 2;

type CheckCtx = OrgJobCtx & ResolveCtx & { readonly commands: Commands };

/** What one run has come to know. */
interface Run {
  /** SoundCloud does not answer now: nothing more is asked of it in this run. */
  outage: Outage | undefined;
  /** Work is left for which there was no time. */
  unfinished: boolean;
  /** What broke on single assignments or tracks; the others are looked at all the same. */
  readonly failures: unknown[];
}

const due = (ctx: CheckCtx, check: AssignmentCheck, until: string): Promise<QueueAssignment[]> =>
  Array.fromAsync(every((page) => QueueAssignment.query.due(ctx, { org_id: ctx.org_id, check }, { ...page, to: { check_at: until } })));

/** Runs `work` on groups at the same time, the members of a group in order, while there is time. */
const inGroups = async <T>(ctx: CheckCtx, run: Run, groups: readonly T[], work: (group: T) => Promise<void>, at_once = LOOKS_AT_ONCE): Promise<void> => {
  await inParallel(groups, at_once, async (group) => {
    if (ctx.remaining_ms() < LOOK_MS) return void (run.unfinished = true);
    try {
      await work(group);
    } catch (error) {
      run.failures.push(error);
    }
  });
};

const failLateOnes = async (ctx: CheckCtx, run: Run, until: string): Promise<void> => {
  const late = await due(ctx, "proof_due", until);
  const groups = [...Map.groupBy(late, ({ payer_id, submission_id }) => payer_id ?? submission_id).values()];
  const failGroup = async (group: readonly QueueAssignment[]): Promise<void> => {
    for (const { id } of group) await unlessEnded(failLate(ctx, id));
  };
  await inGroups(ctx, run, groups, failGroup, PARALLEL);
};

const bySubmission = (assignments: readonly QueueAssignment[]) => [...Map.groupBy(assignments, ({ submission_id }) => submission_id)];

const verifyProofs = async (ctx: CheckCtx, run: Run, until: string): Promise<void> => {
  await inGroups(ctx, run, bySubmission(await due(ctx, "verify", until)), async ([submission_id, waiting]) => {
    if (run.outage) return;
    const { outage, failures } = await verifyWaiting(ctx, submission_id, waiting);
    run.outage ??= outage;
    run.failures.push(...failures.values());
  });
};

/** Refunds what is gone. A track that is gone itself, and a list too long to be read, prove nothing against the supporter. */
const checkStanding = async (ctx: CheckCtx, run: Run, until: string): Promise<void> => {
  await inGroups(ctx, run, bySubmission(await due(ctx, "still_standing", until)), async ([submission_id, waiting]) => {
    if (run.outage) return;
    const found = await lookUp(ctx, submission_id, waiting);
    if (isOutage(found)) return void (run.outage = found);
    for (const { org_id, id, supporter_id } of waiting) {
      const gone = found.kind === "ok" && found.value.complete && !found.value.urn.has(supporter_id);
      if (gone) await refundAssignment(ctx, id);
      else await QueueAssignment.patch(ctx, { org_id, id }, { check: null, check_at: null });
    }
  });
};

/**
 * Looks at every assignment that is due up to a time: fails those whose proof is late, verifies proofs against SoundCloud
 * and pays them, refunds reposts that did not stand. Each effect is one transaction with the assignment's own change, so
 * a repeated run adds nothing. What SoundCloud did not answer stays due for the next run. Throws at the end when
 * something broke on the way, so that the rest is done and the message is delivered again.
 */
export const checkAssignments = async (ctx: CheckCtx, { due_until }: { due_until: string }): Promise<void> => {
  const now = ctx.clock.now().toISOString();
  const until = due_until < now ? due_until : now;
  const run: Run = { outage: undefined, unfinished: false, failures: [] };
  await failLateOnes(ctx, run, until);
  await verifyProofs(ctx, run, until);
  await checkStanding(ctx, run, until);
  if (run.outage) ctx.log.warn("SoundCloud is out of reach; checks wait for the next run", { outcome: run.outage });
  if (run.unfinished) await ctx.commands.send(ctx, CheckAssignments, ctx.org_id, [{ due_until }]);
  if (run.failures.length > 0) throw new AggregateError(run.failures, `${run.failures.length} checks of assignments failed.`);
};
