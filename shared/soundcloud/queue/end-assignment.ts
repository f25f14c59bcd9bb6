import { AssignmentFailed } from "../../../events/soundcloud/assignment-failed.v1.ts";
import { AssignmentSkipped } from "../../../events/soundcloud/assignment-skipped.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, isDomainError } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { releaseWrites } from "../credit/repost-credits.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { trackKeys } from "../target/support-history.ts";
import { supportedWrites } from "./publish-assignment.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { SupportRecord, supportDigest } from "./support-record.ts";

/** Throws DomainError `not_published`: until then an assignment is a plan that binds nobody. */
export const requirePublished = (assignment: QueueAssignment): void => {
  if (assignment.published_on === undefined)
    throw conflict("not_published", `The queue of ${assignment.queue_date} is not published yet; swap the assignment instead.`);
};

/** The records go, so that the track may be asked of the supporter again. */
export const recordRemoval = async (ctx: OrgCtx, assignment: QueueAssignment): Promise<Write[]> => {
  const { org_id, supporter_id, id } = assignment;
  const keys = trackKeys(assignment).map((key) => ({ org_id, track_key: supportDigest(org_id, key), supporter_id }));
  const records = await SupportRecord.getMany(ctx, keys, { consistent: true });
  return records.filter((record) => record.assignment_id === id).flatMap((record) => SupportRecord.writes.delete(ctx, record));
};

const event = (ctx: OrgCtx, { id, submission_id, supporter_id }: QueueAssignment, to: "skipped" | "failed", reason: string): Write[] => {
  const about = { assignment_id: id, submission_id, supporter_id };
  return to === "failed" ? soundcloudSystem.emit(ctx, AssignmentFailed, { ...about, reason }) : soundcloudSystem.emit(ctx, AssignmentSkipped, about);
};

interface EndOptions {
  readonly still?: (assignment: QueueAssignment) => boolean;
  /** It is not the supporter's doing, and counts nowhere. */
  readonly excused?: boolean;
  /** The version that the caller has seen. */
  readonly version?: number | undefined;
}

/**
 * Ends a published assignment without a repost: the reservation is released, the submission wants a supporter again.
 * Nothing happens unless `still` holds for the assignment as it is stored at that moment.
 * Returns the assignment as it then is. Throws DomainError `not_published`, or `invalid_transition` when it has ended before.
 */
export const endAssignment = (
  ctx: OrgCtx,
  id: string,
  to: "skipped" | "failed",
  reason: string,
  { still = () => true, excused = false, version }: EndOptions = {},
): Promise<QueueAssignment> =>
  contend(async () => {
    const { org_id } = ctx;
    const assignment = await QueueAssignment.get(ctx, { org_id, id }, { consistent: true });
    if (!still(assignment)) return assignment;
    requirePublished(assignment);
    const { submission_id, supporter_id, payer_id, credits_allocated: price } = assignment;
    const patch = { check: null, check_at: null, ...(excused ? { excused } : {}), ...(to === "failed" ? { failure_reason: reason } : { skip_reason: reason }) };
    const ended = QueueAssignment.writes.transition(ctx, assignment, to, { patch, reason, version });
    const [settings, submission, payer] = await Promise.all([
      getSettings(ctx),
      Submission.get(ctx, { org_id, id: submission_id }, { consistent: true }),
      payer_id === undefined ? undefined : Wallet.get(ctx, { org_id, member_id: payer_id }, { consistent: true }),
    ]);
    const writes = [
      ...ended,
      ...(payer ? releaseWrites(ctx, payer, { assignment_id: id, price }) : []),
      ...supportedWrites(ctx, submission, -1, settings),
      ...(await recordRemoval(ctx, assignment)),
      ...(excused ? [] : Member.writes.increment(ctx, { org_id, id: supporter_id }, to === "failed" ? { failed_count: 1 } : { skipped_count: 1 })),
      ...event(ctx, assignment, to, reason),
    ];
    const result = QueueAssignment.after(ended);
    await transact(ctx, soundcloud, writes, { pattern: "assignments.end", result });
    return result;
  });

/** Fails an assignment whose proof did not come in time; one that was sent since it was found late counts. */
export const failLate = (ctx: OrgCtx, id: string): Promise<QueueAssignment> =>
  endAssignment(ctx, id, "failed", "proof_late", {
    still: ({ check, check_at, proof_submitted_at }) =>
      check === "proof_due" && proof_submitted_at === undefined && check_at !== undefined && check_at <= ctx.clock.now().toISOString(),
  });

/** A change that somebody else made first is no failure: the assignment has ended, which is all that was wanted. */
export const unlessEnded = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!isDomainError(error, "invalid_transition")) throw error;
  }
};
