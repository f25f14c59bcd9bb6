import type { OrgCtx } from "../../kernel/context.ts";
import type { PageRequest } from "../../kernel/http/route.ts";
import { Complaint } from "./complaint.ts";

/** Throws DomainError not_found. */
export const getComplaint = (ctx: OrgCtx, id: string): Promise<Complaint> => Complaint.get(ctx, { org_id: ctx.org_id, id });

/** The changes of its status, oldest first. Throws DomainError not_found. */
export const complaintHistory = async (ctx: OrgCtx, id: string, page: PageRequest) => Complaint.history(ctx, await getComplaint(ctx, id), page);
