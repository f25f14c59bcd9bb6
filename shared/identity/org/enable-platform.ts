import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { MembershipChanged } from "../../../events/identity/membership-changed.v1.ts";
import { PlatformEnabled } from "../../../events/identity/platform-enabled.v1.ts";
import { personOf } from "../caller.ts";
import { Membership } from "../membership/membership.ts";
import { recount } from "../membership/standing.ts";
import { emitFor } from "../emit-for.ts";
import { type PlatformId, mergeRoles, platformRoles } from "../platform-roles.ts";
import { identity } from "../table.ts";
import { requireActiveOrg } from "./get-org.ts";
import { Org } from "./org.ts";

/**
 * Lets the org use a platform: the caller gets its top role, and the platform sets up the org's defaults upon the
 * event. Enabling it again changes nothing. Throws DomainError `not_found`.
 */
export const enablePlatform = (ctx: OrgCtx, org_id: string, platform: PlatformId): Promise<Org> => {
  requireActiveOrg(ctx, org_id);
  const { user_id } = personOf(ctx);
  return contend(async () => {
    const [stored, membership] = await Promise.all([
      Org.get(ctx, { id: org_id }, { consistent: true }),
      Membership.get(ctx, { org_id, user_id }, { consistent: true }),
    ]);
    if (stored.platforms.includes(platform)) return stored;
    const org = { ...stored, platforms: [...stored.platforms, platform] };
    const { org_role } = membership;
    const roles = mergeRoles(membership.roles, { [platform]: [platformRoles[platform][0], ...(membership.roles[platform] ?? [])] });
    const writes = [
      ...Org.writes.patch(ctx, stored, { platforms: org.platforms, ...recount(org, membership, { org_role, roles }) }),
      ...Membership.writes.patch(ctx, membership, { roles }),
      ...emitFor(ctx, org_id, PlatformEnabled, { platform, enabled_by: user_id }),
      ...emitFor(ctx, org_id, MembershipChanged, { user_id, org_role, roles }),
    ];
    await transact(ctx, identity, writes, { pattern: "orgs.enablePlatform" });
    return Org.get(ctx, { id: org_id }, { consistent: true });
  });
};
