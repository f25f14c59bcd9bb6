import type { Ctx, OrgCtx } from "../../kernel/context.ts";
import { forbidden, notFound } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { personOf } from "../caller.ts";
import { currentVersion } from "../current-version.ts";
import { Org } from "../org/org.ts";
import { identity } from "../table.ts";
import { type Departure, departureWrites } from "./departure.ts";
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

/** The removal itself, with the org's counts and its events. Without `version` whatever is stored now is removed. */
export const leaveOrg = (ctx: Ctx, departure: Departure, version?: number): Promise<void> =>
  contend(async () => {
    const { org_id, user_id } = departure;
    const [org, membership] = await Promise.all([
      Org.get(ctx, { id: org_id }, { consistent: true }),
      Membership.get(ctx, { org_id, user_id }, { consistent: true }),
    ]);
    if (version !== undefined) currentVersion(membership, version);
    const writes = [
      ...Membership.writes.delete(ctx, membership),
      ...Org.writes.patch(ctx, org, checkedRecount(org, membership, undefined)),
      ...departureWrites(ctx, departure),
    ];
    await transact(ctx, identity, writes, { pattern: "memberships.remove" });
  });
