import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Complaint } from "../complaint/complaint.ts";
import { Inquiry } from "../inquiry/inquiry.ts";
import type { EmailLog } from "../mail/email-log.ts";
import { soundcloud } from "../table.ts";
import { eraseMailsAbout, eraseMailsWhere } from "./erase-mails.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";
import { ERASED_NAME } from "./order-erasure.ts";

/** An address that leads nowhere: whoever is erased has no other. */
export const ERASED_EMAIL = "erased@erased.invalid";

/** An inquiry that says nothing any more; one that was not decided is rejected, so that no clock waits for it. Repeating it changes nothing. */
const eraseInquiry = (ctx: OrgCtx, { org_id, id }: Inquiry): Promise<void> =>
  contend(async () => {
    const inquiry = await Inquiry.get(ctx, { org_id, id }, { consistent: true });
    if (inquiry.erased_at !== undefined) return;
    const patch = {
      name: ERASED_NAME,
      email: ERASED_EMAIL,
      soundcloud_url: null,
      notes: null,
      undecided_since: null,
      resend_message_ids: [],
      erased_at: ctx.clock.now().toISOString(),
    };
    const writes = inquiry.status === "undecided" ? Inquiry.writes.transition(ctx, inquiry, "rejected", { patch }) : Inquiry.writes.patch(ctx, inquiry, patch);
    await transact(ctx, soundcloud, writes, { pattern: "inquiries.erase" });
  });

/** A complaint that says nothing any more and waits for nobody. Repeating it changes nothing. */
const eraseComplaint = (ctx: OrgCtx, { org_id, id }: Complaint): Promise<void> =>
  contend(async () => {
    const complaint = await Complaint.get(ctx, { org_id, id }, { consistent: true });
    if (complaint.erased_at !== undefined) return;
    const now = ctx.clock.now().toISOString();
    const patch = { email: ERASED_EMAIL, song_url: null, notes: null, open_since: null, resend_message_ids: [], erased_at: now };
    const writes = complaint.status === "done" ? Complaint.writes.patch(ctx, complaint, patch) : Complaint.writes.transition(ctx, complaint, "done", { patch });
    await transact(ctx, soundcloud, writes, { pattern: "complaints.erase" });
  });

const isOfErasedRequest = async (ctx: OrgCtx, { related_object_type, related_object_id: id }: EmailLog): Promise<boolean> => {
  const key = { org_id: ctx.org_id, id };
  if (related_object_type === "inquiry") return (await Inquiry.find(ctx, key, { consistent: true }))?.erased_at !== undefined;
  return related_object_type === "complaint" && (await Complaint.find(ctx, key, { consistent: true }))?.erased_at !== undefined;
};

const inquiriesOf = (ctx: OrgCtx, email: string) => every((page) => Inquiry.query.byEmail(ctx, { org_id: ctx.org_id, email }, page));
const complaintsOf = (ctx: OrgCtx, email: string) => every((page) => Complaint.query.byEmail(ctx, { org_id: ctx.org_id, email }, page));
/** Reasons and mails, also those to an earlier address, go before the address: an item that was reached once is found again until all of it is done. */
const forgetInquiry = async (ctx: OrgCtx, inquiry: Inquiry): Promise<void> => {
  await Inquiry.forgetReasons(ctx, inquiry);
  await eraseMailsAbout(ctx, inquiry.id);
  await eraseInquiry(ctx, inquiry);
};

/** Inquiries and complaints under an address, with the mails about them, as far as they were made before the erasure: a later one is of whoever came since. */
export const eraseRequestsOf = async (ctx: OrgCtx, email: string, before: string): Promise<void> => {
  for await (const inquiry of inquiriesOf(ctx, email)) if (inquiry.created_at <= before) await forgetInquiry(ctx, inquiry);
  for await (const complaint of complaintsOf(ctx, email)) if (complaint.created_at <= before) await eraseComplaint(ctx, complaint);
  // Now that they are erased no more mails are made for them; one that was made meanwhile is among these.
  await eraseMailsWhere(ctx, email, (mail) => isOfErasedRequest(ctx, mail));
};

/** The inquiry that became the member, whatever address it has, and everything under the member's addresses. */
export const eraseRequests = async (ctx: EraseCtx, { member, texts }: Erasure): Promise<Progress | undefined> => {
  const { org_id, id: member_id, erased_at } = member;
  for (const inquiry of (await Inquiry.query.byMember(ctx, { org_id, member_id })).items) {
    await forgetInquiry(ctx, inquiry);
    await eraseMailsAbout(ctx, inquiry.id);
  }
  const stopped = await through(ctx, texts.emails, (email) => eraseRequestsOf(ctx, email, erased_at ?? member.updated_at));
  return stopped === undefined ? undefined : {};
};
