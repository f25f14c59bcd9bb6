import type { Ctx, OrgCtx } from "../../kernel/context.ts";
import { forbidden, notFound } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { MembershipRemoved } from "../../../events/identity/membership-removed.v1.ts";
import { personOf } from "../caller.ts";
import { currentVersion } from "../current-version.ts";
import { Org } from "../org/org.ts";
import { emitFor } from "../emit-for.ts";
import { identity } from "../table.ts";
import { Membership } from "./membership.ts";
import { isOwner, seesMembership } from "./rights.ts";
import { checkedRecount } from "./standing.ts";

/**
 * Removes somebody from the org, or lets the caller leave it; their next request there is refused. Throws DomainError
 * `not_found`, `owner_required` (removing others is for owners), `stale`, `last_owner` or `last_admin`.
 */
export const removeMembership = async (ctx: OrgCtx, user_id: string, version: number): Promise<void> => {
  if (!seesMembership(ctx, user_id)) throw notFound("membership");
  if (!isOwner(ctx.actor) && personOf(ctx).user_id !== user_id) throw forbidden("owner_required", "Only an owner of the org may remove others.");
  await leaveOrg(ctx, { org_id: ctx.org_id, user_id }, version);
};

/** The removal itself, with the org's counts and the event. Without `version` whatever is stored now is removed. */
export const leaveOrg = (ctx: Ctx, key: { org_id: string; user_id: string }, version?: number): Promise<void> =>
  contend(async () => {
    const [org, membership] = await Promise.all([Org.get(ctx, { id: key.org_id }, { consistent: true }), Membership.get(ctx, key, { consistent: true })]);
    if (version !== undefined) currentVersion(membership, version);
    const writes = [
      ...Membership.writes.delete(ctx, membership),
      ...Org.writes.patch(ctx, org, checkedRecount(org, membership, undefined)),
      ...emitFor(ctx, key.org_id, MembershipRemoved, { user_id: key.user_id }),
    ];
    await transact(ctx, identity, writes, { pattern: "memberships.remove" });
  });
