import type { Ctx } from "../../kernel/context.ts";
import { transact } from "../../kernel/table/table.ts";
import { personOf } from "../caller.ts";
import { Membership } from "../membership/membership.ts";
import { identity } from "../table.ts";
import { User } from "../user/user.ts";
import { Org } from "./org.ts";

/** Makes an org with the caller as its owner. */
export const createOrg = async (ctx: Ctx, { name }: { name: string }): Promise<Org> => {
  const { user_id } = personOf(ctx);
  const org = Org.draft(ctx, { name, owners: 1, members: 1 });
  const writes = [
    ...Org.writes.put(ctx, org),
    ...Membership.writes.create(ctx, { org_id: org.id, user_id, org_role: "owner" }),
    ...User.writes.require(ctx, { id: user_id }, { is: { status: "active" } }),
  ];
  await transact(ctx, identity, writes, { pattern: "orgs.create", result: org });
  return org;
};
