import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { email } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Complaint, ComplaintStatus } from "./complaint.ts";

export const ComplaintFilter = z
  .strictObject({ status: ComplaintStatus.optional(), email: email.optional() })
  .refine(({ status, email: address }) => status === undefined || address === undefined, "gives one of status and email at most");
type ComplaintFilter = z.output<typeof ComplaintFilter>;

/** The open ones by age, the oldest first; of a status or an address, by the time they were made. */
export const listComplaints = (ctx: OrgCtx, { status, email: address }: ComplaintFilter, page: PageRequest): Promise<PageOf<Complaint>> => {
  const { org_id } = ctx;
  if (address !== undefined) return Complaint.query.byEmail(ctx, { org_id, email: address }, page);
  if (status === undefined) return Complaint.query.byAge(ctx, { org_id }, page);
  return Complaint.query.byStatus(ctx, { org_id, status }, page);
};
