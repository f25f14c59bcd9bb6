import type { Ctx } from "../../kernel/context.ts";
import { personOf } from "../caller.ts";
import { User } from "./user.ts";

/** Changes the caller's name or time zone. Throws DomainError `stale` unless `version` is the current one. */
export const updateMe = (ctx: Ctx, version: number, patch: { full_name?: string | null; timezone?: string }): Promise<User> =>
  User.patch(ctx, { id: personOf(ctx).user_id }, patch, { version });
