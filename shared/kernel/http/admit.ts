import * as z from "zod";
import type { Actor } from "../context.ts";
import { DomainError, forbidden, invalid, notFound } from "../errors.ts";
import { type Exchange, callerOf } from "./exchange.ts";
import { countInWindow, rateLimited } from "./rate-limit.ts";
import type { Policy, Route } from "./route.ts";
import { verifySignature } from "./webhook.ts";

const BEARER = /^Bearer +([\x21-\x7e]{20,512})$/i;
const OrgId = z.uuid();

/**
 * Who calls, in which org, and whether the route's policy lets them. Who may not is told nothing about the rest of the
 * request: it is looked at later, and X-Org-Id not before the bearer is known.
 */
export const authenticate = async (exchange: Exchange): Promise<void> => {
  const { policy } = exchange.bound!.route;
  if (policy.kind === "public") return;
  if (policy.kind === "signed") return verifySignature(exchange, policy);
  const { headers } = exchange.event;
  const bearer = BEARER.exec(headers["authorization"] ?? "")?.[1];
  if (!bearer) throw new DomainError("unauthenticated", "missing_token", "Send Authorization: Bearer <access token or API key>.");
  const named = headers["x-org-id"];
  const wellFormed = named === undefined || OrgId.safeParse(named).success;
  const found = await exchange.served.runtime.authenticate(exchange.ctx, bearer, wellFormed ? named : undefined);
  if (!wellFormed) throw notFound("org");
  exchange.ctx = { ...exchange.ctx, actor: found.actor };
  if (policy.kind === "signed_in") {
    if (found.actor.kind !== "user") throw forbidden("user_session_required", "This needs a person's session; an API key will not do.");
    return;
  }
  if (found.org_id === undefined) throw invalid([{ pointer: "/header/x-org-id", code: "required", detail: "Name the active org in X-Org-Id." }], "missing_org");
  exchange.org_id = found.org_id;
  exchange.grant = grantOf(policy, found.actor);
};

/** How far the actor reaches under a policy of the active org. Throws DomainError forbidden. */
const grantOf = (policy: Policy, actor: Actor): "all" | "own" => {
  if (policy.kind === "any_member") return "own";
  if (policy.kind === "org_owner") {
    if (actor.kind === "user" && actor.org_role === "owner") return "all";
    throw forbidden("owner_required", "Only an owner of the org may do this.");
  }
  if (policy.kind === "roles") {
    const held = actor.kind === "user" || actor.kind === "api_key" ? (actor.roles[policy.platform] ?? []) : [];
    const grants = held.map((role) => (Object.hasOwn(policy.grants, role) ? policy.grants[role] : undefined));
    if (grants.includes("all")) return "all";
    if (grants.includes("own")) return "own";
    throw forbidden("role_required", `This needs one of the roles ${Object.keys(policy.grants).join(", ")} in the active org.`);
  }
  throw new Error(`The policy ${policy.kind} knows no org.`);
};

/** Counts the call against the route's limit; the reply tells how much of it is left. Throws DomainError `rate_limited`. */
export const throttle = async (exchange: Exchange, limit: NonNullable<Route["rate_limit"]>): Promise<void> => {
  const { ctx, org_id, served } = exchange;
  const { name } = exchange.bound!;
  const subject = limit.by === "ip" ? ctx.http!.ip : limit.by === "org" ? (org_id ?? callerOf(ctx)) : callerOf(ctx);
  const { taken, left, resets_s } = await countInWindow(ctx, served.records.table.id, `${subject}#${name}`, limit);
  exchange.headers["ratelimit-policy"] = `"${name}";q=${limit.max};w=${limit.per_seconds}`;
  exchange.headers["ratelimit"] = `"${name}";r=${left};t=${resets_s}`;
  if (!taken) throw rateLimited(limit, resets_s);
};
