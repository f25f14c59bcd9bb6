import type { Boot } from "../../kernel/boot.ts";
import type { Ctx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { ProviderToken } from "./provider-token.ts";
import type { StoredToken, TokenStore } from "./token.ts";

const KEY = { provider: "soundcloud" } as const;
/** The token is the deployment's, of no tenant. */
const owned = (field: string) => ({ org_id: "platform", entity: "ProviderToken", id: KEY.provider, field });
const NEVER = new Date(0).toISOString();

/** The token that all functions share, sealed in the platform's table; its version and lease decide who renews it. */
export const tokenStore = (boot: Boot, vault: Vault): TokenStore => {
  const { db, clock, ids, log } = boot;
  const ctx: Ctx = { request_id: ids.uuid(), actor: { kind: "service", name: "soundcloud.token" }, db, clock, ids, log };

  const seal = (field: string, text: string): Promise<string> => vault.seal(ctx, text, owned(field));
  /** A token that cannot be opened any more is as good as none. */
  const open = async (field: string, sealed: string | undefined): Promise<string | undefined> => {
    if (!sealed) return undefined;
    try {
      return await vault.open(ctx, sealed, owned(field));
    } catch (error) {
      if (!isDomainError(error, "secret_unreadable")) throw error;
      log.warn("stored SoundCloud token is unreadable and will be replaced", { field });
      return undefined;
    }
  };

  const read = async (): Promise<StoredToken | undefined> => {
    const stored = await ProviderToken.find(ctx, KEY, { consistent: true });
    if (!stored) return undefined;
    const [access_token, refresh_token] = await Promise.all([open("access_token", stored.access_token), open("refresh_token", stored.refresh_token)]);
    const { version, expires_at } = stored;
    return {
      access_token: access_token ?? "",
      expires_at: access_token === undefined ? NEVER : expires_at,
      version,
      ...(refresh_token === undefined ? {} : { refresh_token }),
    };
  };

  /** Undefined for somebody who was late: the item was made, changed or taken meanwhile. */
  const first = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await write();
    } catch (error) {
      if (isDomainError(error, "already_exists") || isDomainError(error, "stale")) return undefined;
      throw error;
    }
  };

  return {
    read,
    lease: async (version, until) => {
      const leased_until = until.toISOString();
      if (version === undefined) return (await first(() => ProviderToken.create(ctx, { ...KEY, access_token: "", expires_at: NEVER, leased_until })))?.version;
      const stored = await ProviderToken.find(ctx, KEY, { consistent: true });
      if (stored?.version !== version || (stored.leased_until !== undefined && stored.leased_until > clock.now().toISOString())) return undefined;
      return (await first(() => ProviderToken.patch(ctx, KEY, { leased_until }, { version })))?.version;
    },
    write: async ({ access_token, refresh_token, expires_at }, version) => {
      const sealed = {
        access_token: await seal("access_token", access_token),
        refresh_token: refresh_token === undefined ? null : await seal("refresh_token", refresh_token),
      };
      return (await first(() => ProviderToken.patch(ctx, KEY, { ...sealed, expires_at, leased_until: null }, { version }))) !== undefined;
    },
  };
};
