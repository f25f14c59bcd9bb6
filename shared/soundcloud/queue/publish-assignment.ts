import { AssignmentPublished } from "../../../events/soundcloud/assignment-published.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { reserveWrites } from "../credit/repost-credits.ts";
import { Wallet } from "../credit/wallet.ts";
import { Member } from "../member/member.ts";
import type { Settings } from "../settings/settings.ts";
import { demandSince, openNeed, wantsReposts } from "../submission/demand.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { supportKeys } from "../target/support-history.ts";
import { emptied } from "./empty-slots.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import type { EmptyReason } from "./queue-slot.ts";
import { SupportRecord, supportDigest } from "./support-record.ts";

const HOUR_MS = 3_600_000;

/** What makes an assignment binding beside its own change: record of support, count, date of the last assignment, event. */
export const bindingWrites = (ctx: OrgCtx, assignment: QueueAssignment, submission: Submission): Write[] => {
  const { org_id, id, supporter_id, queue_date } = assignment;
  return [
    ...supportKeys(submission).flatMap((keys) =>
      SupportRecord.writes.create(ctx, {
        org_id,
        track_key: supportDigest(org_id, keys.track_key),
        artist_key: supportDigest(org_id, keys.artist_key),
        supporter_id,
        supported_on: queue_date,
        assignment_id: id,
      }),
    ),
    ...Member.writes.increment(ctx, { org_id, id: supporter_id }, {}, { set: { last_assigned_on: queue_date } }),
    ...soundcloudSystem.emit(ctx, AssignmentPublished, { assignment_id: id, submission_id: submission.id, supporter_id }),
  ];
};

/** The fields of an assignment that publication sets. The keys are the submission's of this moment: it may have been resolved since the build. */
export const publication = (ctx: OrgCtx, submission: Submission, settings: Settings) => {
  const now = ctx.clock.now();
  const due = new Date(now.getTime() + settings.proof_sla_hours * HOUR_MS).toISOString();
  const { track_key, artist_key, track_url, artist_name } = submission;
  return {
    track_key,
    artist_key,
    track_url,
    ...(artist_name === undefined ? {} : { artist_name }),
    published_at: now.toISOString(),
    proof_due_at: due,
    check: "proof_due" as const,
    check_at: due,
  };
};

/** Supported once more or once less, with the demand that follows. */
export const supportedWrites = (ctx: OrgCtx, submission: Submission, by: 1 | -1, settings: Settings, more: { credits_consumed?: number } = {}): Write[] => {
  const supported_count = Math.max(0, submission.supported_count + by);
  const demand_since = demandSince({ ...submission, supported_count }, settings, todayOf(ctx));
  return Submission.writes.patch(ctx, submission, { supported_count, demand_since, ...more });
};

interface Reading {
  readonly submission: Submission;
  readonly supporter: Member | undefined;
  readonly payer: Wallet | undefined;
}

const read = async (ctx: OrgCtx, { submission_id, supporter_id, payer_id }: QueueAssignment): Promise<Reading> => {
  const { org_id } = ctx;
  const consistent = { consistent: true };
  const [submission, supporter, payer] = await Promise.all([
    Submission.get(ctx, { org_id, id: submission_id }, consistent),
    Member.find(ctx, { org_id, id: supporter_id }, consistent),
    payer_id === undefined ? undefined : Wallet.get(ctx, { org_id, member_id: payer_id }, consistent),
  ]);
  return { submission, supporter, payer };
};

/** What has changed since the build so that the assignment can no longer be made. */
const obstacle = ({ submission, supporter }: Reading, settings: Settings): EmptyReason | undefined => {
  if (submission.status !== "approved" || !wantsReposts(submission)) return "no_demand";
  if (openNeed(submission, settings) === 0) return "demand_met";
  return supporter?.status === "active" && supporter.soundcloud_linked ? undefined : "account_status";
};

const bind = async (ctx: OrgCtx, assignment: QueueAssignment, { submission, payer }: Reading, settings: Settings): Promise<void> => {
  const { id, queue_date, credits_allocated } = assignment;
  await transact(
    ctx,
    soundcloud,
    [
      ...QueueAssignment.writes.patch(ctx, assignment, { published_on: queue_date, ...publication(ctx, submission, settings), expires_at: null }),
      ...(payer ? reserveWrites(ctx, payer, { assignment_id: id, price: credits_allocated }) : []),
      ...supportedWrites(ctx, submission, 1, settings),
      ...bindingWrites(ctx, assignment, submission),
    ],
    { pattern: "assignments.publish" },
  );
};

/** Skips an assignment that cannot be published; its demand goes to the next day. */
const passOver = async (ctx: OrgCtx, assignment: QueueAssignment, { submission }: Reading, reason: EmptyReason): Promise<void> => {
  const moves = submission.demand_since !== undefined;
  await transact(
    ctx,
    soundcloud,
    [
      ...QueueAssignment.writes.transition(ctx, assignment, "skipped", { patch: { skip_reason: reason, expires_at: null }, reason }),
      ...(await emptied(ctx, assignment, reason)),
      ...(moves ? Submission.writes.patch(ctx, submission, { auto_shifted: true, shift_reason: reason }) : []),
    ],
    { pattern: "assignments.passOver" },
  );
};

/**
 * Makes an assignment binding in one transaction: credits reserved, proof due, support recorded; or skips it with the
 * reason. Nothing happens when that was done before.
 */
export const publishAssignment = (ctx: OrgCtx, listed: QueueAssignment, settings: Settings): Promise<void> =>
  contend(async (attempt) => {
    const assignment = attempt === 1 ? listed : await QueueAssignment.get(ctx, listed, { consistent: true });
    if (assignment.status !== "assigned" || assignment.published_at !== undefined) return;
    const reading = await read(ctx, assignment);
    const reason = obstacle(reading, settings);
    if (reason) return passOver(ctx, assignment, reading, reason);
    try {
      await bind(ctx, assignment, reading, settings);
    } catch (error) {
      // Both refusals wrote nothing: too few credits, or a record that the supporter had this track.
      if (isDomainError(error, "insufficient_credits")) return passOver(ctx, assignment, reading, "credits");
      if (isDomainError(error, "already_exists")) return passOver(ctx, assignment, reading, "conflict");
      throw error;
    }
  });
