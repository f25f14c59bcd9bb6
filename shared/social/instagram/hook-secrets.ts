import type { Ctx, OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { InstagramHook } from "./instagram-hook.ts";

export const sealedField = (org_id: string, field: "app_secret" | "verify_token") => ({ org_id, entity: "InstagramHook", id: org_id, field });

const open = async (ctx: Ctx & { readonly vault: Vault }, org_id: string, field: "app_secret" | "verify_token"): Promise<string[]> => {
  const hook = await InstagramHook.find(ctx, { org_id });
  return hook ? [await ctx.vault.open(ctx, hook[field], sealedField(org_id, field))] : [];
};

/** What calls to the org may be signed with; none for an org that has set none. */
export const instagramSecrets = (ctx: OrgCtx & { readonly vault: Vault }): Promise<readonly string[]> => open(ctx, ctx.org_id, "app_secret");

/** What the org's app proves itself with when it subscribes. */
export const verifyTokens = (ctx: Ctx & { readonly vault: Vault }, org_id: string): Promise<readonly string[]> => open(ctx, org_id, "verify_token");
