import { VerifyProof } from "../../../events/soundcloud/verify-proof.v1.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { Failure, Outcome } from "../../kernel/outcome.ts";
import type { CommandMessage, Commands } from "../../kernel/queue/commands.ts";
import { Member } from "../member/member.ts";
import { type ResolveCtx, withTrackUrn } from "../submission/resolve-track.ts";
import { Submission } from "../submission/submission.ts";
import { completeAssignment } from "./complete-assignment.ts";
import { unlessEnded } from "./end-assignment.ts";
import { type Reposters, findReposters } from "./find-reposters.ts";
import { QueueAssignment } from "./queue-assignment.ts";

/** Nothing is begun with less time than this: a list of reposters has up to fifty pages, each of which waits for its turn. */
export const LOOK_MS = 90_000;
/** After a proof that SoundCloud does not show yet, it is looked up again so much later; after the last, in a day all told, ops decide. */
const RECHECK_MINUTES = [5, 15, 60, 180, 360, 720];
/** A queue holds a message back this long at most; what is due later waits for the hourly run. */
const LONGEST_DELAY_MINUTES = 15;

/** What SoundCloud said, or that there is nothing to look at; an outage is neither. */
export type Answer = Exclude<Outcome<Reposters>, Outage>;
export type Outage = Exclude<Failure, { kind: "permanent" }>;
export const isOutage = (outcome: Outcome<unknown>): outcome is Outage => outcome.kind !== "ok" && outcome.kind !== "permanent";

/** Reads a track's reposters once for all the assignments that wait for them. */
export const lookUp = async (ctx: ResolveCtx, submission_id: string, waiting: readonly QueueAssignment[]): Promise<Answer | Outage> => {
  const { org_id } = ctx;
  const [submission, members] = await Promise.all([
    Submission.get(ctx, { org_id, id: submission_id }, { consistent: true }),
    Member.getMany(
      ctx,
      waiting.map(({ supporter_id }) => ({ org_id, id: supporter_id })),
    ),
  ]);
  const resolved = await withTrackUrn(ctx, submission);
  return resolved.kind === "ok" ? findReposters(ctx.soundcloud, resolved.value.track_urn, members) : resolved;
};

/**
 * Not shown yet: again later, and by ops in the end. The assignment stays as it is; only proof that is late fails it.
 * Returns the message that asks again, as far as a queue can hold it back.
 */
const putOff = async (ctx: ResolveCtx, { org_id, id, check_attempts, version }: QueueAssignment): Promise<CommandMessage<typeof VerifyProof>[]> => {
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
    if (isDomainError(error, "stale")) return [];
    throw error;
  }
  return minutes !== undefined && minutes <= LONGEST_DELAY_MINUTES ? [{ org_id, data: { assignment_id: id }, delay_s: minutes * 60 }] : [];
};

export interface Verification {
  /** SoundCloud does not answer now; everything stays due. */
  readonly outage?: Outage;
  /** What broke on single assignments, by id; the others are verified all the same. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/**
 * Verifies proofs for one track by one reading of its reposters: who stands there is paid, who does not is looked up
 * again later. Each effect is one transaction with the assignment's own change, so a repetition adds nothing.
 */
export const verifyWaiting = async (
  ctx: ResolveCtx & { readonly commands: Commands },
  submission_id: string,
  waiting: readonly QueueAssignment[],
): Promise<Verification> => {
  const answer = await lookUp(ctx, submission_id, waiting);
  const failures = new Map<string, unknown>();
  if (isOutage(answer)) return { outage: answer, failures };
  const again: CommandMessage<typeof VerifyProof>[] = [];
  for (const assignment of waiting) {
    const soundcloud_urn = answer.kind === "ok" ? answer.value.urn.get(assignment.supporter_id) : undefined;
    try {
      if (soundcloud_urn === undefined) again.push(...(await putOff(ctx, assignment)));
      else await unlessEnded(completeAssignment(ctx, assignment.id, { verified_by: "soundcloud", soundcloud_urn }));
    } catch (error) {
      failures.set(assignment.id, error);
    }
  }
  await ctx.commands.sendEach(ctx, VerifyProof, again);
  return { failures };
};
