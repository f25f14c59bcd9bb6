import { equalTexts, idsInToken, sha256 } from "../kernel/crypto/tokens.ts";
import { DomainError, notFound } from "../kernel/errors.ts";
import type { Authenticator, Identified } from "../kernel/http/authenticator.ts";
import { API_KEY_PREFIX } from "./api-key/api-key-prefix.ts";
import { ApiKey } from "./api-key/api-key.ts";
import { Membership } from "./membership/membership.ts";
import { Org } from "./org/org.ts";
import { readTogether } from "./read-together.ts";
import { Session } from "./session/session.ts";
import { ACCESS_PREFIX } from "./session/token-prefixes.ts";

const refused = (): DomainError =>
  new DomainError("unauthenticated", "invalid_token", "The token is unknown, expired, or its session or key has ended; sign in again or use another key.");

/**
 * Finds out who a bearer is by one strongly consistent read: of session and membership, or of API key and org. Nothing
 * is cached, so what ends or changes holds on the next request. Throws DomainError `invalid_token`, or `not_found` for
 * an org that the caller is not in.
 */
export const authenticate: Authenticator = async (ctx, bearer, org_id) => {
  const person = idsInToken(ACCESS_PREFIX, 2, bearer);
  if (person) return bySession(ctx, bearer, person as [string, string], org_id);
  const machine = idsInToken(API_KEY_PREFIX, 2, bearer);
  if (machine) return byApiKey(ctx, bearer, machine as [string, string], org_id);
  throw refused();
};

type Ctx = Parameters<Authenticator>[0];

const bySession = async (ctx: Ctx, bearer: string, [user_id, session_id]: [string, string], org_id: string | undefined): Promise<Identified> => {
  const [session, membership] = await readTogether(
    ctx,
    "Authenticate.session",
    [Session, { user_id, id: session_id }],
    org_id === undefined ? undefined : [Membership, { org_id, user_id }],
  );
  if (!session || session.ended_at !== undefined || hasPassed(ctx, session.access_expires_at) || !equalTexts(sha256(bearer), session.access_hash))
    throw refused();
  if (org_id !== undefined && !membership) throw notFound("org");
  const { roles = {}, org_role } = membership ?? {};
  return { actor: { kind: "user", user_id, session_id, roles, ...(org_role ? { org_role } : {}) }, org_id };
};

const byApiKey = async (ctx: Ctx, bearer: string, [key_org, id]: [string, string], org_id: string | undefined): Promise<Identified> => {
  const [key, org] = await readTogether(ctx, "Authenticate.apiKey", [ApiKey, { org_id: key_org, id }], [Org, { id: key_org }]);
  if (!key || key.revoked_at !== undefined || (key.expires_at !== undefined && hasPassed(ctx, key.expires_at)) || !equalTexts(sha256(bearer), key.secret_hash))
    throw refused();
  if (org?.status !== "active") throw refused();
  if (org_id !== undefined && org_id !== key_org) throw notFound("org");
  return { actor: { kind: "api_key", api_key_id: id, roles: key.roles }, org_id: key_org };
};

const hasPassed = (ctx: Ctx, time: string): boolean => Date.parse(time) <= ctx.clock.now().getTime();
