import type { Actor, Ctx } from "../context.ts";
import { DomainError } from "../errors.ts";

/** Who a bearer is, and in which org. `org_id` is the active org: the header's, or the one an API key belongs to. */
export interface Identified {
  readonly actor: Actor;
  readonly org_id: string | undefined;
}

/**
 * Finds out who calls from a bearer token and the org named by X-Org-Id, reading session and membership afresh.
 * Throws DomainError `unauthenticated` (unknown, expired or ended), or `not_found` (not a member of that org).
 */
export type Authenticator = (ctx: Ctx, bearer: string, org_id: string | undefined) => Promise<Identified>;

/** For an API whose routes are all signed or public: it reaches no sessions, and opens to none. */
export const noSessions: Authenticator = () => Promise.reject(new DomainError("unauthenticated", "invalid_token", "Nobody signs in here."));
