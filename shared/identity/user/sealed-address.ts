import type { Ctx } from "../../kernel/context.ts";
import type { SecretContext, Vault } from "../../kernel/crypto/vault.ts";

type VaultCtx = Ctx & { readonly vault: Vault };

const contextOf = (org_id: string, user_id: string): SecretContext => ({ org_id, entity: "User", id: user_id, field: "email" });

/** A person's address as it may stand in an event of one org: it opens for that org and that user only. */
export const sealAddress = (ctx: VaultCtx, org_id: string, user_id: string, email: string): Promise<string> =>
  ctx.vault.seal(ctx, email, contextOf(org_id, user_id));

/** Throws DomainError `secret_unreadable` for an address that was sealed for another org or user. */
export const openAddress = (ctx: VaultCtx, org_id: string, user_id: string, sealed: string): Promise<string> =>
  ctx.vault.open(ctx, sealed, contextOf(org_id, user_id));
