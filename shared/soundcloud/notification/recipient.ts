import type { OrgCtx } from "../../kernel/context.ts";
import { invalid, notFound } from "../../kernel/errors.ts";

/**
 * Whose notifications are meant: the caller's own, or for ops those of `user_id`. Throws DomainError not_found for somebody
 * else's, `invalid_request` where nobody is named and the caller is no person.
 */
export const recipientOf = (ctx: OrgCtx, user_id: string | undefined): string => {
  const own = ctx.actor.kind === "user" ? ctx.actor.user_id : undefined;
  if (user_id !== undefined && user_id !== own && ctx.grant === "own") throw notFound("notification");
  const recipient = user_id ?? own;
  if (recipient === undefined) throw invalid([{ pointer: "/query/user_id", code: "required", detail: "An API key is nobody: name the user." }]);
  return recipient;
};
