import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { Complaint } from "../complaint/complaint.ts";
import { ERASED_TRACK_URL } from "../erasure/erased-track.ts";
import { Inquiry } from "../inquiry/inquiry.ts";
import { Submission } from "../submission/submission.ts";
import type { EmailLog } from "./email-log.ts";

/** As many as a submission, an inquiry or a complaint has room for; the mails' own log has all. */
const MOST_IDS = 100;

const withId = (ids: readonly string[], message_id: string | undefined) =>
  message_id === undefined || ids.includes(message_id) || ids.length >= MOST_IDS ? {} : { resend_message_ids: [...ids, message_id] };

/**
 * The write that notes a sent mail on the submission, inquiry or complaint that it is about: its id at the mail service,
 * and when a complaint was first acknowledged by mail. None for other mails, nor for a person who was erased.
 */
export const noteOnRequest = async (
  ctx: OrgCtx,
  { org_id, related_object_type, related_object_id: id }: EmailLog,
  message_id: string | undefined,
  sent_at: string,
): Promise<Write[]> => {
  if (related_object_type === "submission") {
    const submission = await Submission.find(ctx, { org_id, id }, { consistent: true });
    if (!submission || submission.track_url === ERASED_TRACK_URL) return [];
    const patch = withId(submission.resend_message_ids, message_id);
    return isEmpty(patch) ? [] : Submission.writes.patch(ctx, submission, patch);
  }
  if (related_object_type === "inquiry") {
    const inquiry = await Inquiry.find(ctx, { org_id, id }, { consistent: true });
    if (!inquiry || inquiry.erased_at !== undefined) return [];
    const patch = withId(inquiry.resend_message_ids, message_id);
    return isEmpty(patch) ? [] : Inquiry.writes.patch(ctx, inquiry, patch);
  }
  if (related_object_type !== "complaint") return [];
  const complaint = await Complaint.find(ctx, { org_id, id }, { consistent: true });
  if (!complaint || complaint.erased_at !== undefined) return [];
  const patch = { ...withId(complaint.resend_message_ids, message_id), ...(complaint.ack_sent_at === undefined ? { ack_sent_at: sent_at } : {}) };
  return isEmpty(patch) ? [] : Complaint.writes.patch(ctx, complaint, patch);
};

const isEmpty = (patch: object): boolean => Object.keys(patch).length === 0;
