import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { personOf } from "../caller.ts";
import { Membership } from "./membership.ts";
import { type MembershipView, presentMembership, presentMemberships } from "./present-membership.ts";
import { seesMembership, seesMemberships } from "./rights.ts";

/** The org's members; a caller without the right to all sees their own membership only. */
export const listMemberships = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<MembershipView>> => {
  const { user_id } = personOf(ctx);
  if (!seesMemberships(ctx)) return { items: [await getMembership(ctx, user_id)] };
  const { items, position } = await Membership.list(ctx, { org_id: ctx.org_id }, page);
  return { items: await presentMemberships(ctx, items), position };
};

/** Throws DomainError `not_found` for somebody who is no member, or whom the caller may not see. */
export const getMembership = async (ctx: OrgCtx, user_id: string): Promise<MembershipView> => {
  if (!seesMembership(ctx, user_id)) throw notFound("membership");
  return presentMembership(ctx, await Membership.get(ctx, { org_id: ctx.org_id, user_id }));
};
