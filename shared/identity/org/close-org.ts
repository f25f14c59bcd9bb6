import type { Ctx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Invitation } from "../invitation/invitation.ts";
import { type Departure, departureWrites } from "../membership/departure.ts";
import { Membership } from "../membership/membership.ts";
import { leaveOrg } from "../membership/remove-membership.ts";
import { identity } from "../table.ts";
import { Org } from "./org.ts";

/**
 * Closes an org together with its only member's membership: its name goes, and its API keys are refused from the next
 * request. If somebody joined meanwhile, the member just leaves, or DomainError `last_owner` is thrown.
 */
export const closeOrg = async (ctx: Ctx, departure: Departure): Promise<void> => {
  const { org_id } = departure;
  for await (const { id } of every((page) => Invitation.list(ctx, { org_id }, page))) await Invitation.delete(ctx, { org_id, id });
  await contend(() => close(ctx, departure));
};

const close = async (ctx: Ctx, departure: Departure): Promise<void> => {
  const { org_id, user_id } = departure;
  const [org, membership] = await Promise.all([
    Org.get(ctx, { id: org_id }, { consistent: true }),
    Membership.get(ctx, { org_id, user_id }, { consistent: true }),
  ]);
  if (org.members > 1) return leaveOrg(ctx, departure);
  const writes = [
    ...Membership.writes.delete(ctx, membership),
    ...Org.writes.patch(ctx, org, { status: "closed", name: "Closed", owners: 0, members: 0, admins: {} }),
    ...departureWrites(ctx, departure),
  ];
  await transact(ctx, identity, writes, { pattern: "orgs.close" });
};
