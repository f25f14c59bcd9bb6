import { SubmissionApproved } from "../../../events/soundcloud/submission-approved.v1.ts";
import { SubmissionRejected } from "../../../events/soundcloud/submission-rejected.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import type { Write } from "../../kernel/table/table.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Member } from "../member/member.ts";
import { getSettings } from "../settings/get-settings.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { demandSince } from "./demand.ts";
import { Submission, type SubmissionStatus } from "./submission.ts";

type Patch = NonNullable<Parameters<typeof Submission.writes.transition>[3]>["patch"];

const about = ({ id, member_id, client_id }: Submission) => ({ submission_id: id, ...(member_id ? { member_id } : {}), ...(client_id ? { client_id } : {}) });

/** Reads, decides and writes one change of state with what belongs to it. Throws DomainError `invalid_transition` with the allowed list. */
const decide = (
  ctx: OrgCtx,
  id: string,
  to: SubmissionStatus,
  plan: (submission: Submission) => Promise<{ patch: Patch; reason?: string | undefined; also?: Write[] }>,
): Promise<Submission> =>
  contend(async () => {
    const submission = await Submission.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    const { patch, reason, also = [] } = await plan(submission);
    const writes = Submission.writes.transition(ctx, submission, to, { patch: patch ?? {}, ...(reason === undefined ? {} : { reason }) });
    const result = Submission.after(writes);
    await transact(ctx, soundcloud, [...writes, ...also], { pattern: "submissions.decide", result });
    return result;
  });

/** Takes a submission up for a decision. */
export const reviewSubmission = (ctx: OrgCtx, id: string): Promise<Submission> => decide(ctx, id, "pending", async () => ({ patch: { qa_reason: null } }));

/** Approves, which opens its demand for supporters. Throws DomainError `unresolved_track` for a link that may be no track. */
export const approveSubmission = (ctx: OrgCtx, id: string): Promise<Submission> =>
  decide(ctx, id, "approved", async (submission) => {
    if (submission.track_urn === undefined && !["track", "private"].includes(submission.track_kind))
      throw conflict("unresolved_track", `The address is a ${submission.track_kind} and was not resolved to a track; ask for the track's own address.`);
    const now = ctx.clock.now().toISOString();
    const demand_since = demandSince({ ...submission, status: "approved" }, await getSettings(ctx), now.slice(0, 10));
    return { patch: { decided_at: now, qa_reason: null, demand_since }, also: soundcloudSystem.emit(ctx, SubmissionApproved, about(submission)) };
  });

/**
 * Rejects, finally. The track may be submitted again, and the month's count of the member falls by one. Throws DomainError
 * `campaign_submission` for the demand of a campaign, which ends with the campaign.
 */
export const rejectSubmission = (ctx: OrgCtx, id: string, reason: string | undefined): Promise<Submission> =>
  decide(ctx, id, "rejected", async (submission) => {
    const { campaign_id } = submission;
    if (campaign_id !== undefined) throw conflict("campaign_submission", "It carries the demand of a campaign; pause or complete that.", { campaign_id });
    return {
      patch: { decided_at: ctx.clock.now().toISOString(), dedupe_key: null, demand_since: null },
      reason,
      also: [
        ...(await uncounted(ctx, submission)),
        ...soundcloudSystem.emit(ctx, SubmissionRejected, { ...about(submission), ...(reason === undefined ? {} : { reason }) }),
      ],
    };
  });

/** Rejected ones do not count towards the limit of the month in which they were submitted. */
const uncounted = async (ctx: OrgCtx, submission: Submission): Promise<Write[]> => {
  if (submission.member_id === undefined) return [];
  const member = await Member.get(ctx, { org_id: ctx.org_id, id: submission.member_id }, { consistent: true });
  if (member.submissions_month !== submission.submitted_month || member.submissions_this_month === 0) return [];
  return Member.writes.patch(ctx, member, { submissions_this_month: member.submissions_this_month - 1 });
};

/** Flags for quality control; not once support has been published. Throws DomainError `already_supported`. */
export const flagSubmission = (ctx: OrgCtx, id: string, reason: string): Promise<Submission> =>
  decide(ctx, id, "qa_flag", async (submission) => {
    if (submission.supported_count > 0)
      throw conflict("already_supported", `${submission.supported_count} supporters were asked already; it can no longer be flagged.`);
    return { patch: { qa_reason: reason, demand_since: null }, reason };
  });
