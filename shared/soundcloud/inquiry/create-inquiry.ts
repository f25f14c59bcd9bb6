import type * as z from "zod";
import { InquiryReceived } from "../../../events/soundcloud/inquiry-received.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Inquiry } from "./inquiry.ts";

export const NewInquiry = Inquiry.api.create.omit({ admitted_group: true });
export type NewInquiry = z.output<typeof NewInquiry>;

/** Takes an application down, to be decided. README, Inquiries. */
export const createInquiry = async (ctx: OrgCtx, input: NewInquiry): Promise<Inquiry> => {
  const inquiry = Inquiry.draft(ctx, { ...input, org_id: ctx.org_id, undecided_since: ctx.clock.now().toISOString() });
  await transact(ctx, soundcloud, [...Inquiry.writes.put(ctx, inquiry), ...soundcloudSystem.emit(ctx, InquiryReceived, { inquiry_id: inquiry.id })], {
    pattern: "inquiries.create",
    result: inquiry,
  });
  return inquiry;
};
