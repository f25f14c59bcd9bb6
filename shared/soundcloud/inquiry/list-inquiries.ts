import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { email } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Inquiry, InquiryStatus } from "./inquiry.ts";

export const InquiryFilter = z
  .strictObject({ status: InquiryStatus.optional(), email: email.optional() })
  .refine(({ status, email: address }) => status === undefined || address === undefined, "gives one of status and email at most");
type InquiryFilter = z.output<typeof InquiryFilter>;

/** The undecided ones, those that wait longest first; of another status or an address, by the time they were made. */
export const listInquiries = (ctx: OrgCtx, { status, email: address }: InquiryFilter, page: PageRequest): Promise<PageOf<Inquiry>> => {
  const { org_id } = ctx;
  if (address !== undefined) return Inquiry.query.byEmail(ctx, { org_id, email: address }, page);
  if (status === undefined) return Inquiry.query.undecided(ctx, { org_id }, page);
  return Inquiry.query.byStatus(ctx, { org_id, status }, page);
};
