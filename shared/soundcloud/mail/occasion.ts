import type { Automate } from "../../../events/soundcloud/automate.v1.ts";
import type { DataOf } from "../../../events/envelope.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { Campaign } from "../campaign/campaign.ts";
import { Complaint } from "../complaint/complaint.ts";
import { Inquiry } from "../inquiry/inquiry.ts";
import { SizeTier } from "../member/member.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Submission } from "../submission/submission.ts";
import type { MailOrder } from "./mail-order.ts";
import { addressed, recipientsOfClient, recipientsOfMember, recipientsOfSubmission, trackValues } from "./recipient.ts";

export type Occasion = DataOf<typeof Automate>;
type OccasionOf<T extends Occasion["trigger"]> = Extract<Occasion, { trigger: T }>;

/** Two promotions to one tier within this are one piece of news. */
const PROMOTION_DAYS = 30;

const onSubmission = async (ctx: OrgCtx, occasion: OccasionOf<"submission-approved" | "submission-rejected">): Promise<MailOrder[]> => {
  const submission = await Submission.find(ctx, { org_id: ctx.org_id, id: occasion.submission_id }, { consistent: true });
  if (!submission) return [];
  const reason: MailOrder["values"] = occasion.trigger === "submission-rejected" ? { reason: occasion.reason ?? "" } : {};
  return addressed(
    await recipientsOfSubmission(ctx, submission),
    { object_type: "submission", object_id: submission.id },
    { ...trackValues(submission), ...reason },
  );
};

const onAssignment = async (ctx: OrgCtx, { assignment_id, supporter_id }: OccasionOf<"assignment-published">): Promise<MailOrder[]> => {
  const assignment = await QueueAssignment.find(ctx, { org_id: ctx.org_id, id: assignment_id }, { consistent: true });
  if (assignment?.status !== "assigned") return [];
  const { artist_name = "", track_url, credits_allocated, proof_due_at = "" } = assignment;
  return addressed(
    await recipientsOfMember(ctx, supporter_id),
    { object_type: "submission", object_id: assignment.submission_id },
    { artist_name, track_url, credits: credits_allocated, proof_due: proof_due_at.slice(0, 16).replace("T", " ") },
  );
};

/** A demotion is no news to send. */
const onTierChange = async (ctx: OrgCtx, { member_id, from, to }: OccasionOf<"tier-changed">): Promise<MailOrder[]> => {
  if (SizeTier.options.indexOf(to) <= SizeTier.options.indexOf(from)) return [];
  const once = { kind: `tier-${to}`, days: PROMOTION_DAYS };
  return addressed(await recipientsOfMember(ctx, member_id), { object_type: "member", object_id: member_id, once }, { old_tier: from, new_tier: to });
};

const onCampaign = async (ctx: OrgCtx, occasion: OccasionOf<"campaign-went-live" | "campaign-completed">): Promise<MailOrder[]> => {
  const campaign = await Campaign.find(ctx, { org_id: ctx.org_id, id: occasion.campaign_id }, { consistent: true });
  if (!campaign) return [];
  const { id, client_id, artist_name, track_name, track_url, goal_reposts, ip_tracking_url = "" } = campaign;
  const outcome: MailOrder["values"] =
    occasion.trigger === "campaign-completed" ? { verified_reposts: occasion.verified_reposts } : { tracking_url: ip_tracking_url };
  const values = { artist_name, track_name, track_url, goal_reposts, ...outcome };
  return addressed(await recipientsOfClient(ctx, client_id), { object_type: "campaign", object_id: id }, values);
};

/** One that was reopened meanwhile is not told that it was rejected. */
const onRejection = async (ctx: OrgCtx, { inquiry_id: id }: OccasionOf<"inquiry-rejected">): Promise<MailOrder[]> => {
  const inquiry = await Inquiry.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (inquiry?.status !== "rejected" || inquiry.erased_at !== undefined) return [];
  return addressed([{ to: inquiry.email, recipient_name: inquiry.name, from_request: true }], { object_type: "inquiry", object_id: id }, {});
};

const onComplaint = async (ctx: OrgCtx, { complaint_id: id }: OccasionOf<"complaint-received">): Promise<MailOrder[]> => {
  const complaint = await Complaint.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (!complaint || complaint.erased_at !== undefined) return [];
  const values = { song_url: complaint.song_url ?? "", received_on: complaint.acknowledged_at.slice(0, 10) };
  return [{ to: complaint.email, from_request: true, object_type: "complaint", object_id: id, values }];
};

/** The mails that an occasion is the reason for, with every variable that its trigger promises; none where nobody is left to write to. */
export const ordersOf = async (ctx: OrgCtx, occasion: Occasion): Promise<MailOrder[]> => {
  switch (occasion.trigger) {
    case "submission-approved":
    case "submission-rejected":
      return onSubmission(ctx, occasion);
    case "assignment-published":
      return onAssignment(ctx, occasion);
    case "tier-changed":
      return onTierChange(ctx, occasion);
    case "connection-lost":
      return addressed(
        await recipientsOfMember(ctx, occasion.member_id),
        { object_type: "member", object_id: occasion.member_id },
        { status: occasion.status },
      );
    case "inquiry-admitted":
      return addressed(await recipientsOfMember(ctx, occasion.member_id), { object_type: "inquiry", object_id: occasion.inquiry_id }, {});
    case "inquiry-rejected":
      return onRejection(ctx, occasion);
    case "complaint-received":
      return onComplaint(ctx, occasion);
    case "campaign-went-live":
    case "campaign-completed":
      return onCampaign(ctx, occasion);
  }
};
