import type { Database } from "./table/database.ts";
import type { Claim } from "./table/claim.ts";

/** The time, injected so that tests and replays decide it. */
export interface Clock {
  now(): Date;
}

/** New identifiers, injected so that a retried request creates the same item again. */
export interface Ids {
  /** UUID version 7: sorts by time. */
  uuid(): string;
  /** 32 random bytes, base64url: session tokens, API keys, one-time links. */
  secret(): string;
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Who acts. Roles are those of the active org, read with the membership on this very request. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly user_id: string; readonly session_id: string; readonly roles: Roles; readonly org_role?: "owner" | "member" }
  | { readonly kind: "api_key"; readonly api_key_id: string; readonly roles: Roles }
  | { readonly kind: "service"; readonly name: string };

/** Roles per platform: `{ soundcloud: ["moderator"] }`. */
export type Roles = Readonly<Record<string, readonly string[]>>;

/** Everything a use case may touch, handed over as its first argument. Nothing is ambient. */
export interface Ctx {
  readonly request_id: string;
  readonly actor: Actor;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly db: Database;
  /** Set while an HTTP request with an Idempotency-Key runs: its record joins the first transaction. */
  readonly claim?: Claim;
  /** Where an HTTP request came from; absent in jobs. */
  readonly http?: { readonly ip: string; readonly user_agent: string };
}

/** A context with an active tenant. `grant` says how far the caller's role reaches: everything, or own items only. */
export interface OrgCtx extends Ctx {
  readonly org_id: string;
  readonly grant: "all" | "own";
}

/** The id to store as created_by, approved_by and the like; undefined for services and anonymous callers. */
export const actorId = (actor: Actor): string | undefined => (actor.kind === "user" ? actor.user_id : actor.kind === "api_key" ? actor.api_key_id : undefined);

/** The same context for a write that is no part of the request's effect: it does not complete the request's claim. */
export const besideClaim = <C extends Ctx>(ctx: C): C => (ctx.claim ? Object.create(ctx, { claim: { value: undefined } }) : ctx);
