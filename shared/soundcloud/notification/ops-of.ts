import { Membership } from "../../identity/membership/membership.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";

const OPS: ReadonlySet<string> = new Set(["admin", "moderator"]);

/** The users who are ops of the org now, as their memberships say: a role that was taken away is told nothing more. For jobs. */
export const opsOf = async (ctx: OrgCtx): Promise<string[]> => {
  const { org_id } = ctx;
  const users: string[] = [];
  for await (const { user_id, roles } of every((page) => Membership.list(ctx, { org_id }, { ...page, limit: 1000, consistent: true })))
    if (roles["soundcloud"]?.some((role) => OPS.has(role))) users.push(user_id);
  return users;
};
