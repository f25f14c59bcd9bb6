import * as z from "zod";
import type { Ctx } from "../../kernel/context.ts";
import { User } from "../user/user.ts";
import { Membership } from "./membership.ts";

/** A membership with its person's name and address. */
export const MembershipView = Membership.api.response.extend({ email: z.email().optional(), full_name: z.string().optional() });
export type MembershipView = z.output<typeof MembershipView>;

/** Reads all the persons in one go; the order stays. */
export const presentMemberships = async (ctx: Ctx, memberships: readonly Membership[]): Promise<MembershipView[]> => {
  const users = await User.getMany(
    ctx,
    memberships.map(({ user_id }) => ({ id: user_id })),
  );
  const byId = new Map(users.map((user) => [user.id, user]));
  return memberships.map((membership) => {
    const { email, full_name } = byId.get(membership.user_id) ?? {};
    return { ...membership, ...(email ? { email } : {}), ...(full_name ? { full_name } : {}) };
  });
};

export const presentMembership = async (ctx: Ctx, membership: Membership): Promise<MembershipView> => (await presentMemberships(ctx, [membership]))[0]!;
