import { AssignmentCompleted } from "../../../events/soundcloud/assignment-completed.v1.ts";
import { AssignmentRefunded } from "../../../events/soundcloud/assignment-refunded.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { verifiedWrites } from "../campaign/campaign-demand.ts";
import { refundWrites, settleWrites } from "../credit/repost-credits.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { requirePublished } from "./end-assignment.ts";
import { supportedWrites } from "./publish-assignment.ts";
import { QueueAssignment } from "./queue-assignment.ts";

const HOUR_MS = 3_600_000;

const walletsOf = async (ctx: OrgCtx, { supporter_id, payer_id }: QueueAssignment): Promise<{ supporter: Wallet; payer: Wallet | undefined }> => {
  const read = (member_id: string): Promise<Wallet> => Wallet.get(ctx, { org_id: ctx.org_id, member_id }, { consistent: true });
  const [supporter, payer] = await Promise.all([read(supporter_id), payer_id === undefined ? undefined : read(payer_id)]);
  return { supporter, payer };
};

/** The submission of client work, which may be a campaign's; a member's is not needed. */
const clientWork = (ctx: OrgCtx, { org_id, submission_id, payer_id }: QueueAssignment): Promise<Submission | undefined> =>
  payer_id === undefined ? Submission.get(ctx, { org_id, id: submission_id }, { consistent: true }) : Promise.resolve(undefined);

const about = ({ id, submission_id, supporter_id }: QueueAssignment) => ({ assignment_id: id, submission_id, supporter_id });

/** Who saw the repost; SoundCloud also tells the supporter's URN. */
export type Witness = { readonly verified_by: "ops" } | { readonly verified_by: "soundcloud"; readonly soundcloud_urn: string };

/**
 * Completes an assignment whose repost was seen, and pays it: one transaction with the credits of both sides and the count
 * of a campaign. A repost
 * that SoundCloud listed is looked at once more after the refund window; what ops confirmed stands.
 * Throws DomainError `not_published`, or `invalid_transition` when it has ended before.
 */
export const completeAssignment = (ctx: OrgCtx, id: string, witness: Witness): Promise<QueueAssignment> =>
  contend(async () => {
    const { org_id } = ctx;
    const assignment = await QueueAssignment.get(ctx, { org_id, id }, { consistent: true });
    requirePublished(assignment);
    const { service_fee_bps, refund_window_hours } = await getSettings(ctx);
    const now = ctx.clock.now();
    const at = now.toISOString();
    const look =
      witness.verified_by === "soundcloud"
        ? { check: "still_standing" as const, check_at: new Date(now.getTime() + refund_window_hours * HOUR_MS).toISOString() }
        : { check: null, check_at: null };
    const done = { completed_at: at, verified: true, verified_by: witness.verified_by, service_fee_bps };
    const completed = QueueAssignment.writes.transition(ctx, assignment, "completed", { patch: { ...done, ...look, check_attempts: 0, failure_reason: null } });
    const [{ supporter, payer }, campaigned] = await Promise.all([walletsOf(ctx, assignment), clientWork(ctx, assignment)]);
    const { submission_id, supporter_id, credits_allocated: price, proof_url } = assignment;
    const urn = witness.verified_by === "soundcloud" ? { soundcloud_urn: witness.soundcloud_urn } : {};
    const result = QueueAssignment.after(completed);
    const writes = [
      ...completed,
      ...settleWrites(ctx, payer, supporter, { assignment_id: id, price }, service_fee_bps),
      ...Submission.writes.increment(
        ctx,
        { org_id, id: submission_id },
        { credits_consumed: price },
        proof_url === undefined ? {} : { set: { support_url: proof_url } },
      ),
      ...verifiedWrites(ctx, campaigned, 1),
      ...Member.writes.increment(ctx, { org_id, id: supporter_id }, { completed_count: 1 }, { set: { last_activity_at: at, ...urn } }),
      ...soundcloudSystem.emit(ctx, AssignmentCompleted, about(assignment)),
    ];
    await transact(ctx, soundcloud, writes, { pattern: "assignments.complete", result });
    return result;
  });

/** Takes a completed assignment back whose repost is gone: credits return, the submission wants a supporter again. Once. */
export const refundAssignment = (ctx: OrgCtx, id: string): Promise<void> =>
  contend(async () => {
    const { org_id } = ctx;
    const assignment = await QueueAssignment.get(ctx, { org_id, id }, { consistent: true });
    if (assignment.status !== "completed" || assignment.refunded_at !== undefined) return;
    const { submission_id, credits_allocated: price, service_fee_bps = 0 } = assignment;
    const [settings, submission, { supporter, payer }] = await Promise.all([
      getSettings(ctx),
      Submission.get(ctx, { org_id, id: submission_id }, { consistent: true }),
      walletsOf(ctx, assignment),
    ]);
    const writes = [
      ...QueueAssignment.writes.patch(ctx, assignment, { refunded_at: ctx.clock.now().toISOString(), check: null, check_at: null }),
      ...refundWrites(ctx, payer, supporter, { assignment_id: id, price }, service_fee_bps),
      ...supportedWrites(ctx, submission, -1, settings, { credits_consumed: Math.max(0, submission.credits_consumed - price) }),
      ...verifiedWrites(ctx, submission, -1),
      ...soundcloudSystem.emit(ctx, AssignmentRefunded, about(assignment)),
    ];
    await transact(ctx, soundcloud, writes, { pattern: "assignments.refund" });
  });
