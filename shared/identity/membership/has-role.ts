import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { personOf } from "../caller.ts";
import { type PlatformId } from "../platform-roles.ts";
import { Membership } from "./membership.ts";
import { seesMembership } from "./rights.ts";

/**
 * Whether somebody, the caller unless named, holds a role on a platform in the org. Others' roles are seen by owners
 * and holders of a platform's top role only. Throws DomainError `not_found`.
 */
export const hasRole = async (ctx: OrgCtx, asked: { user_id?: string | undefined; platform: PlatformId; role: string }): Promise<{ has_role: boolean }> => {
  const membership = await membershipOf(ctx, asked.user_id);
  return { has_role: (membership.roles[asked.platform] as readonly string[] | undefined)?.includes(asked.role) ?? false };
};

/** All roles that somebody, the caller unless named, holds in the org. Throws DomainError `not_found` as `hasRole`. */
export const getUserRoles = async (ctx: OrgCtx, asked: { user_id?: string | undefined }): Promise<Pick<Membership, "user_id" | "org_role" | "roles">> => {
  const { user_id, org_role, roles } = await membershipOf(ctx, asked.user_id);
  return { user_id, org_role, roles };
};

const membershipOf = (ctx: OrgCtx, asked: string | undefined): Promise<Membership> => {
  const user_id = asked ?? personOf(ctx).user_id;
  if (!seesMembership(ctx, user_id)) throw notFound("membership");
  return Membership.get(ctx, { org_id: ctx.org_id, user_id });
};
