import { AssignmentFailed } from "../../../events/soundcloud/assignment-failed.v1.ts";
import { AssignmentSkipped } from "../../../events/soundcloud/assignment-skipped.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { releaseWrites } from "../credit/repost-credits.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { type AssignmentView, presentAssignment } from "./assignment-view.ts";
import { supportedWrites } from "./publish-assignment.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { visibleAssignment } from "./read-assignments.ts";
import { SupportRecord } from "./support-record.ts";

/** Throws DomainError `not_published`: until then an assignment is a plan that binds nobody. */
export const requirePublished = (assignment: QueueAssignment): void => {
  if (assignment.published_on === undefined) throw conflict("not_published", `The queue of ${assignment.queue_date} is not published yet; swap the assignment instead.`);
};

/** The record goes, so that the track may be asked of the supporter again. */
export const recordRemoval = async (ctx: OrgCtx, { org_id, track_key, supporter_id, id }: QueueAssignment): Promise<Write[]> => {
  const record = await SupportRecord.find(ctx, { org_id, track_key, supporter_id }, { consistent: true });
  return record?.assignment_id === id ? SupportRecord.writes.delete(ctx, record) : [];
};

const event = (ctx: OrgCtx, { id, submission_id, supporter_id }: QueueAssignment, to: "skipped" | "failed", reason: string): Write[] => {
  const about = { assignment_id: id, submission_id, supporter_id };
  return to === "failed" ? soundcloudSystem.emit(ctx, AssignmentFailed, { ...about, reason }) : soundcloudSystem.emit(ctx, AssignmentSkipped, about);
};

/**
 * Ends a published assignment without a repost: the reservation is released, the submission wants a supporter again.
 * Throws DomainError `not_published`, or `invalid_transition` when it has ended before.
 */
const end = (ctx: OrgCtx, id: string, to: "skipped" | "failed", reason: string): Promise<void> =>
  contend(async () => {
    const { org_id } = ctx;
    const assignment = await QueueAssignment.get(ctx, { org_id, id }, { consistent: true });
    requirePublished(assignment);
    const { submission_id, supporter_id, payer_id, credits_allocated: price } = assignment;
    const patch = { check: null, check_at: null, ...(to === "failed" ? { failure_reason: reason } : { skip_reason: reason }) };
    const ended = QueueAssignment.writes.transition(ctx, assignment, to, { patch, reason });
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
      ...Member.writes.increment(ctx, { org_id, id: supporter_id }, to === "failed" ? { failed_count: 1 } : { skipped_count: 1 }),
      ...event(ctx, assignment, to, reason),
    ];
    await transact(ctx, soundcloud, writes, { pattern: "assignments.end" });
  });

const shown = async (ctx: OrgCtx, id: string): Promise<AssignmentView> => presentAssignment(ctx, await QueueAssignment.get(ctx, { org_id: ctx.org_id, id }, { consistent: true }));

/** By the supporter, or by ops. */
export const skipAssignment = async (ctx: OrgCtx, id: string, reason: string): Promise<AssignmentView> => {
  await visibleAssignment(ctx, id);
  await end(ctx, id, "skipped", reason);
  return shown(ctx, id);
};

export const failAssignment = async (ctx: OrgCtx, id: string, reason: string): Promise<AssignmentView> => {
  await end(ctx, id, "failed", reason);
  return shown(ctx, id);
};

/** Fails an assignment whose proof did not come in time. */
export const failLate = (ctx: OrgCtx, id: string): Promise<void> => end(ctx, id, "failed", "proof_late");
