import type { Ctx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { MembershipRemoved } from "../../../events/identity/membership-removed.v1.ts";
import { Invitation } from "../invitation/invitation.ts";
import { Membership } from "../membership/membership.ts";
import { leaveOrg } from "../membership/remove-membership.ts";
import { emitFor } from "../emit-for.ts";
import { identity } from "../table.ts";
import { Org } from "./org.ts";

/**
 * Closes an org together with its only member's membership: its name goes, and its API keys are refused from the next
 * request. If somebody joined meanwhile, the member just leaves, or DomainError `last_owner` is thrown.
 */
export const closeOrg = async (ctx: Ctx, org_id: string, user_id: string): Promise<void> => {
  for await (const { id } of every((page) => Invitation.list(ctx, { org_id }, page))) await Invitation.delete(ctx, { org_id, id });
  await contend(() => close(ctx, org_id, user_id));
};

const close = async (ctx: Ctx, org_id: string, user_id: string): Promise<void> => {
  const [org, membership] = await Promise.all([
    Org.get(ctx, { id: org_id }, { consistent: true }),
    Membership.get(ctx, { org_id, user_id }, { consistent: true }),
  ]);
  if (org.members > 1) return leaveOrg(ctx, { org_id, user_id });
  const writes = [
    ...Membership.writes.delete(ctx, membership),
    ...Org.writes.patch(ctx, org, { status: "closed", name: "Closed", owners: 0, members: 0, admins: {} }),
    ...emitFor(ctx, org_id, MembershipRemoved, { user_id }),
  ];
  await transact(ctx, identity, writes, { pattern: "orgs.close" });
};
