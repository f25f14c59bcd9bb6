import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { Member } from "./member.ts";

const find = (ctx: OrgCtx, email: string): Promise<Member | undefined> => Member.by.email(ctx, { org_id: ctx.org_id, emails: email });

/** Whether any address of any member of the org is this one, in lower case. */
export const isMember = async (ctx: OrgCtx, email: string): Promise<{ is_member: boolean }> => ({ is_member: (await find(ctx, email)) !== undefined });

/** The member with this address. Throws DomainError not_found. */
export const memberByEmail = async (ctx: OrgCtx, email: string): Promise<Member> => {
  const member = await find(ctx, email);
  if (!member) throw notFound("member");
  return member;
};
