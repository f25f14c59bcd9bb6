import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Failure, Outcome } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { Member } from "../member/member.ts";
import { type ResolveCtx, withTrackUrn } from "../submission/resolve-track.ts";
import { Submission } from "../submission/submission.ts";
import { completeAssignment, refundAssignment } from "./complete-assignment.ts";
import { failLate } from "./end-assignment.ts";
import { type Reposters, findReposters } from "./find-reposters.ts";
import { type AssignmentCheck, QueueAssignment } from "./queue-assignment.ts";

const PARALLEL = 8;
/** Nothing is begun with less time than this: one track takes up to three calls of ten seconds. */
const RESERVE_MS = 40_000;
/** After a proof that SoundCloud does not show yet, it is looked up again so much later; after the last, in a day all told, ops decide. */
const RECHECK_MINUTES = [5, 15, 60, 180, 360, 720];
/** A queue holds a message back this long at most; what is due later waits for the hourly run. */
const LONGEST_DELAY_MINUTES = 15;

type CheckCtx = OrgJobCtx & ResolveCtx & { readonly commands: Commands };

/** What one run has come to know. */
interface Run {
  /** SoundCloud does not answer now: nothing more is asked of it in this run. */
  outage: Failure | undefined;
  /** Work is left for which there was no time. */
  unfinished: boolean;
  /** What broke on single assignments; the others are looked at all the same. */
  readonly failures: unknown[];
  /** Minutes after which a proof is to be looked up again, as far as a queue can hold a message back. */
  readonly again: Set<number>;
}

/** A change that somebody else made first is no failure: the assignment has ended, which is all that was wanted. */
const unlessEnded = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isDomainError(error, "invalid_transition")) throw error;
  }
};

const due = (ctx: CheckCtx, check: AssignmentCheck, until: string): Promise<QueueAssignment[]> =>
  Array.fromAsync(every((page) => QueueAssignment.query.due(ctx, { org_id: ctx.org_id, check }, { ...page, to: { check_at: until } })));

/** Runs `work` on groups at the same time, the members of a group in order, while there is time. */
const inGroups = async <T>(ctx: CheckCtx, run: Run, groups: readonly T[], work: (group: T) => Promise<void>): Promise<void> => {
  await inParallel(groups, PARALLEL, async (group) => {
    if (ctx.remaining_ms() < RESERVE_MS) return void (run.unfinished = true);
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
  await inGroups(ctx, run, groups, async (group) => {
    for (const { id } of group) await unlessEnded(failLate(ctx, id));
  });
};

/** Reads a track's reposters once for all the assignments that wait for them; undefined when SoundCloud is out of reach. */
const lookUp = async (
  ctx: CheckCtx,
  run: Run,
  submission_id: string,
  supporter_ids: readonly string[],
): Promise<Exclude<Outcome<Reposters>, { kind: "retry_later" | "auth_expired" | "unknown_outcome" }> | undefined> => {
  const { org_id } = ctx;
  if (run.outage) return undefined;
  const [submission, members] = await Promise.all([
    Submission.get(ctx, { org_id, id: submission_id }, { consistent: true }),
    Member.getMany(
      ctx,
      supporter_ids.map((id) => ({ org_id, id })),
    ),
  ]);
  const resolved = await withTrackUrn(ctx, submission);
  const found = resolved.kind === "ok" ? await findReposters(ctx.soundcloud, resolved.value.track_urn, members) : resolved;
  if (found.kind === "ok" || found.kind === "permanent") return found;
  run.outage = found;
  return undefined;
};

/** Not shown yet: again later, and by ops in the end. The assignment stays as it is; only proof that is late fails it. */
const putOff = async (ctx: CheckCtx, run: Run, { org_id, id, check_attempts, version }: QueueAssignment): Promise<void> => {
  const minutes = RECHECK_MINUTES[check_attempts];
  const now = ctx.clock.now();
  const patch =
    minutes === undefined
      ? { check: "review" as const, check_at: now.toISOString(), failure_reason: "verification_failed" }
      : { check_at: new Date(now.getTime() + minutes * 60_000).toISOString(), check_attempts: check_attempts + 1 };
  try {
    await QueueAssignment.patch(ctx, { org_id, id }, patch, { version });
  } catch (error) {
    // A newer proof, or an end, came in between; it has its own check.
    if (!isDomainError(error, "stale")) throw error;
  }
  if (minutes !== undefined && minutes <= LONGEST_DELAY_MINUTES) run.again.add(minutes);
};

const bySubmission = (assignments: readonly QueueAssignment[]) => [...Map.groupBy(assignments, ({ submission_id }) => submission_id)];

const verifyProofs = async (ctx: CheckCtx, run: Run, until: string): Promise<void> => {
  await inGroups(ctx, run, bySubmission(await due(ctx, "verify", until)), async ([submission_id, waiting]) => {
    const found = await lookUp(
      ctx,
      run,
      submission_id,
      waiting.map(({ supporter_id }) => supporter_id),
    );
    if (!found) return;
    for (const assignment of waiting) {
      const soundcloud_urn = found.kind === "ok" ? found.value.urn.get(assignment.supporter_id) : undefined;
      if (soundcloud_urn === undefined) await putOff(ctx, run, assignment);
      else await unlessEnded(completeAssignment(ctx, assignment.id, { verified_by: "soundcloud", soundcloud_urn }));
    }
  });
};

/** Refunds what is gone. A track that is gone itself, and a list too long to be read, prove nothing against the supporter. */
const checkStanding = async (ctx: CheckCtx, run: Run, until: string): Promise<void> => {
  await inGroups(ctx, run, bySubmission(await due(ctx, "still_standing", until)), async ([submission_id, waiting]) => {
    const found = await lookUp(
      ctx,
      run,
      submission_id,
      waiting.map(({ supporter_id }) => supporter_id),
    );
    if (!found) return;
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
  const run: Run = { outage: undefined, unfinished: false, failures: [], again: new Set() };
  await failLateOnes(ctx, run, until);
  await verifyProofs(ctx, run, until);
  await checkStanding(ctx, run, until);
  if (run.outage) ctx.log.warn("SoundCloud is out of reach; checks wait for the next run", { outcome: run.outage });
  const later = [...run.again].map((minutes) => {
    const at = new Date(ctx.clock.now().getTime() + minutes * 60_000).toISOString();
    return { org_id: ctx.org_id, data: { due_until: at }, delay_s: minutes * 60 };
  });
  if (run.unfinished) later.push({ org_id: ctx.org_id, data: { due_until }, delay_s: 0 });
  await ctx.commands.sendEach(ctx, CheckAssignments, later);
  if (run.failures.length > 0) throw new AggregateError(run.failures, `${run.failures.length} groups of assignments could not be checked.`);
};
