import type { Ctx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import { personOf } from "../caller.ts";
import { User } from "./user.ts";

export type ActiveUser = User & { readonly email: string };

/** A person who has not been erased, and so has an address. Throws DomainError `not_found`. */
export const getActiveUser = async (ctx: Ctx, id: string): Promise<ActiveUser> => {
  const user = await User.get(ctx, { id }, { consistent: true });
  if (user.status !== "active" || user.email === undefined) throw notFound("user");
  return user as ActiveUser;
};

/** The caller's own account. */
export const getMe = (ctx: Ctx): Promise<ActiveUser> => getActiveUser(ctx, personOf(ctx).user_id);
