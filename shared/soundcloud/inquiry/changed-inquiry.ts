import type { OrgCtx } from "../../kernel/context.ts";
import type { Inquiry, InquiryStatus } from "./inquiry.ts";

/** An inquiry as a change of its status leaves it. */
export const changedInquiry = (ctx: OrgCtx, from: Inquiry, status: InquiryStatus, patch: object): Inquiry => {
  const present = Object.fromEntries(Object.entries({ ...from, ...patch }).filter(([, value]) => value !== null));
  return { ...present, status, version: from.version + 1, updated_at: ctx.clock.now().toISOString() } as Inquiry;
};
