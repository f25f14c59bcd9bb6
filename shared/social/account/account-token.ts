import type { OrgCtx } from "../../kernel/context.ts";
import type { SecretContext, Vault } from "../../kernel/crypto/vault.ts";
import type { SocialAccount } from "./social-account.ts";

export type VaultCtx = OrgCtx & { readonly vault: Vault };

const secretOf = (org_id: string, id: string, field: "access_token" | "refresh_token"): SecretContext => ({ org_id, entity: "SocialAccount", id, field });

export const sealToken = (ctx: VaultCtx, id: string, token: string): Promise<string> => ctx.vault.seal(ctx, token, secretOf(ctx.org_id, id, "access_token"));
export const sealRefreshToken = (ctx: VaultCtx, id: string, token: string): Promise<string> =>
  ctx.vault.seal(ctx, token, secretOf(ctx.org_id, id, "refresh_token"));

/** What calls to the network in the account's name carry; undefined while it is not connected. */
export const openToken = async (ctx: VaultCtx, { id, access_token, status }: SocialAccount): Promise<string | undefined> =>
  access_token === undefined || status !== "connected" ? undefined : ctx.vault.open(ctx, access_token, secretOf(ctx.org_id, id, "access_token"));

/** Throws when the account has none. */
export const openRefreshToken = (ctx: VaultCtx, { id, refresh_token }: SocialAccount): Promise<string> => {
  if (refresh_token === undefined) throw new Error("The account has no refresh token.");
  return ctx.vault.open(ctx, refresh_token, secretOf(ctx.org_id, id, "refresh_token"));
};
