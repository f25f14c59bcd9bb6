import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Member, MemberStatus, SizeTier } from "./member.ts";

export const MemberFilter = z
  .strictObject({ status: MemberStatus.optional(), size_tier: SizeTier.optional() })
  .refine((filter) => filter.status === undefined || filter.size_tier === undefined, "gives status or size_tier, not both");

/** The org's members, newest first; those of a tier by followers, the most first. */
export const listMembers = (
  ctx: OrgCtx,
  { status, size_tier }: { status?: Member["status"] | undefined; size_tier?: SizeTier | undefined },
  page: PageRequest,
): Promise<PageOf<Member>> => {
  const { org_id } = ctx;
  const options = { ...page, desc: true };
  if (size_tier) return Member.query.byTier(ctx, { org_id, size_tier }, options);
  if (status) return Member.query.byStatus(ctx, { org_id, status }, options);
  return Member.query.all(ctx, { org_id }, options);
};
