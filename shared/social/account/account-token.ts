import type { OrgCtx } from "../../kernel/context.ts";
import type { SecretContext, Vault } from "../../kernel/crypto/vault.ts";
import type { SocialAccount } from "./social-account.ts";

export type VaultCtx = OrgCtx & { readonly vault: Vault };

const tokenField = (org_id: string, id: string): SecretContext => ({ org_id, entity: "SocialAccount", id, field: "access_token" });

export const sealToken = (ctx: VaultCtx, id: string, token: string): Promise<string> => ctx.vault.seal(ctx, token, tokenField(ctx.org_id, id));

/** What calls to the network in the account's name carry; undefined while it is not connected. */
export const openToken = async (ctx: VaultCtx, { id, access_token, status }: SocialAccount): Promise<string | undefined> =>
  access_token === undefined || status !== "connected" ? undefined : ctx.vault.open(ctx, access_token, tokenField(ctx.org_id, id));
