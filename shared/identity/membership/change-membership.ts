import type { OrgCtx } from "../../kernel/context.ts";
import { forbidden, notFound } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { MembershipChanged } from "../../../events/identity/membership-changed.v1.ts";
import { currentVersion } from "../current-version.ts";
import { Org } from "../org/org.ts";
import { requireEnabled } from "../org/require-enabled.ts";
import { emitFor } from "../emit-for.ts";
import { type PlatformId, type PlatformRoles, mergeRoles } from "../platform-roles.ts";
import { identity } from "../table.ts";
import { Membership, type OrgRole } from "./membership.ts";
import { assignsRoles, isOwner, seesMembership } from "./rights.ts";
import { checkedRecount, sameCounts } from "./standing.ts";

export interface MembershipChange {
  readonly org_role?: OrgRole | undefined;
  /** Replaces the roles on the platforms it names; an empty list takes all roles on that platform. */
  readonly roles?: PlatformRoles | undefined;
}

/**
 * Changes somebody's standing in the org. Owners change everything, holders of a platform's top role the roles on that
 * platform. Holds from the person's next request. Throws DomainError `not_found` where the caller may not see the
 * membership, `role_required`, `stale`, `platform_not_enabled`, `last_owner` or `last_admin`.
 */
export const changeMembership = (ctx: OrgCtx, user_id: string, version: number, change: MembershipChange): Promise<Membership> => {
  if (!seesMembership(ctx, user_id)) throw notFound("membership");
  const platforms = Object.keys(change.roles ?? {}) as PlatformId[];
  if (!isOwner(ctx.actor) && (change.org_role !== undefined || !assignsRoles(ctx, platforms)))
    throw forbidden("role_required", "Only an owner of the org, or for a platform's roles a holder of its top role, may change this.");
  return contend(async () => {
    const key = { org_id: ctx.org_id, user_id };
    const [org, membership] = await Promise.all([Org.get(ctx, { id: ctx.org_id }, { consistent: true }), Membership.get(ctx, key, { consistent: true })]);
    currentVersion(membership, version);
    requireEnabled(org, change.roles ?? {});
    const after = { org_role: change.org_role ?? membership.org_role, roles: mergeRoles(membership.roles, change.roles ?? {}) };
    const counts = checkedRecount(org, membership, after);
    const writes = [
      ...Membership.writes.patch(ctx, membership, after),
      ...(sameCounts(org, counts) ? [] : Org.writes.patch(ctx, org, counts)),
      ...emitFor(ctx, ctx.org_id, MembershipChanged, { user_id, ...after }),
    ];
    await transact(ctx, identity, writes, { pattern: "memberships.change" });
    return Membership.get(ctx, key, { consistent: true });
  });
};
