import type { Actor, Ctx } from "../kernel/context.ts";
import { forbidden } from "../kernel/errors.ts";

export type Person = Extract<Actor, { kind: "user" }>;

/** The person who calls. Throws DomainError `user_session_required` for an API key or a service. */
export const personOf = (ctx: Ctx): Person => {
  if (ctx.actor.kind !== "user") throw forbidden("user_session_required", "This needs a person's session; an API key will not do.");
  return ctx.actor;
};
