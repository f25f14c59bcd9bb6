import type { OrgCtx } from "../../kernel/context.ts";
import type { PageRequest } from "../../kernel/http/route.ts";
import { Inquiry } from "./inquiry.ts";

/** Throws DomainError not_found. */
export const getInquiry = (ctx: OrgCtx, id: string): Promise<Inquiry> => Inquiry.get(ctx, { org_id: ctx.org_id, id });

/** The changes of its status, oldest first. Throws DomainError not_found. */
export const inquiryHistory = async (ctx: OrgCtx, id: string, page: PageRequest) => Inquiry.history(ctx, await getInquiry(ctx, id), page);
