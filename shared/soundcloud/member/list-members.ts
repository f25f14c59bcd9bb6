import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Member, MemberStatus, SizeTier } from "./member.ts";

export const MemberFilter = z
  .strictObject({ status: MemberStatus.optional(), size_tier: SizeTier.optional(), erased: z.literal("true").optional() })
  .refine((filter) => Object.values(filter).filter((value) => value !== undefined).length <= 1, "gives one of status, size_tier and erased at most");
type MemberFilter = z.output<typeof MemberFilter>;

/**
 * The org's members, newest first; those of a tier by followers, the most first. Erased ones, of whom nothing can be
 * wanted, are a list of their own, the latest first; a page of the others may be shorter by those that it leaves out.
 */
export const listMembers = async (ctx: OrgCtx, filter: MemberFilter, page: PageRequest): Promise<PageOf<Member>> => {
  const options = { ...page, desc: true };
  if (filter.erased) return Member.query.erased(ctx, { org_id: ctx.org_id }, options);
  const { items, position } = await select(ctx, filter, options);
  return { items: items.filter(({ erased_at }) => erased_at === undefined), position };
};

const select = (ctx: OrgCtx, { status, size_tier }: MemberFilter, options: PageRequest & { readonly desc: boolean }): Promise<PageOf<Member>> => {
  const { org_id } = ctx;
  if (size_tier) return Member.query.byTier(ctx, { org_id, size_tier }, options);
  if (status) return Member.query.byStatus(ctx, { org_id, status }, options);
  return Member.query.all(ctx, { org_id }, options);
};
