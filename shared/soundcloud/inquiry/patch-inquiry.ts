import type * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { Inquiry, requirePerson } from "./inquiry.ts";

export const InquiryPatch = Inquiry.api.patch;
export type InquiryPatch = z.output<typeof InquiryPatch>;

/** Changes what ops note about an inquiry. The member that it became keeps their own address. Throws DomainError `stale` or `inquiry_erased`. */
export const patchInquiry = async (ctx: OrgCtx, id: string, patch: InquiryPatch, version: number): Promise<Inquiry> => {
  const from = await Inquiry.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  requirePerson(from);
  return Inquiry.patch(ctx, from, patch, { version, from });
};
