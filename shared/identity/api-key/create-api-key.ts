import type { OrgCtx } from "../../kernel/context.ts";
import { newToken, sha256 } from "../../kernel/crypto/tokens.ts";
import { unprocessable } from "../../kernel/errors.ts";
import { reveal } from "../../kernel/http/reveal.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { transact } from "../../kernel/table/table.ts";
import { personOf } from "../caller.ts";
import { Org } from "../org/org.ts";
import { requireEnabled } from "../org/require-enabled.ts";
import { type PlatformRoles, normalRoles } from "../platform-roles.ts";
import { identity } from "../table.ts";
import { API_KEY_PREFIX } from "./api-key-prefix.ts";
import { ApiKey } from "./api-key.ts";
import { type ApiKeyView, presentApiKey } from "./present-api-key.ts";

export interface NewApiKey {
  readonly name: string;
  readonly roles: PlatformRoles;
  readonly expires_at?: string | undefined;
}

/**
 * Makes a key for a machine client with these roles and no others. The first reply carries the key's text as `secret`;
 * a replay does not, since only its hash is stored. Throws DomainError `platform_not_enabled` or `expires_in_the_past`.
 */
export const createApiKey = async (ctx: OrgCtx, { name, roles, expires_at }: NewApiKey): Promise<ApiKeyView> => {
  requireEnabled(await Org.get(ctx, { id: ctx.org_id }), roles);
  if (expires_at !== undefined && Date.parse(expires_at) <= ctx.clock.now().getTime()) throw inThePast();
  const id = ctx.ids.uuid();
  const secret = newToken(ctx.ids, API_KEY_PREFIX, ctx.org_id, id);
  const key = ApiKey.draft(ctx, {
    org_id: ctx.org_id,
    id,
    name,
    roles: normalRoles(roles),
    secret_hash: sha256(secret),
    last_four: secret.slice(-4),
    created_by: personOf(ctx).user_id,
    expires_at,
  });
  const view = presentApiKey(key);
  const writes = [...ApiKey.writes.put(ctx, key), ...Org.writes.require(ctx, { id: ctx.org_id }, { is: { status: "active" } })];
  await transact(ctx, identity, writes, { pattern: "apiKeys.create", result: view });
  return reveal(view, { secret });
};

const inThePast = () => {
  const detail = "expires_at has passed; name a later time or leave it out.";
  return unprocessable("expires_in_the_past", detail, [{ pointer: "/expires_at", code: "expires_in_the_past", detail }]);
};

/** The org's keys, newest first, revoked ones too. */
export const listApiKeys = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<ApiKeyView>> => {
  const { items, position } = await ApiKey.list(ctx, { org_id: ctx.org_id }, { ...page, desc: true });
  return { items: items.map(presentApiKey), position };
};

/** Ends a key: its next request is refused. One that was revoked before stays as it is. Throws DomainError `not_found`. */
export const revokeApiKey = async (ctx: OrgCtx, id: string): Promise<ApiKeyView> => {
  const key = { org_id: ctx.org_id, id };
  const stored = await ApiKey.get(ctx, key, { consistent: true });
  return presentApiKey(stored.revoked_at === undefined ? await ApiKey.patch(ctx, key, { revoked_at: ctx.clock.now().toISOString() }) : stored);
};
