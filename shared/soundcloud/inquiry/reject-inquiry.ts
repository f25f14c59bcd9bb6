import { InquiryRejected } from "../../../events/soundcloud/inquiry-rejected.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Inquiry } from "./inquiry.ts";

/** Turns an applicant down; it may be reopened. Throws DomainError `invalid_transition`. */
export const rejectInquiry = (ctx: OrgCtx, id: string, reason: string | undefined): Promise<Inquiry> =>
  contend(async () => {
    const inquiry = await Inquiry.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    const changed = Inquiry.writes.transition(ctx, inquiry, "rejected", { patch: { undecided_since: null }, reason });
    const result = Inquiry.after(changed);
    const writes = [...changed, ...soundcloudSystem.emit(ctx, InquiryRejected, { inquiry_id: id })];
    await transact(ctx, soundcloud, writes, { pattern: "inquiries.reject", result });
    return result;
  });
