import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { social } from "../table.ts";
import { sealedField } from "./hook-secrets.ts";
import { InstagramHook, type InstagramHookInput } from "./instagram-hook.ts";

/** Stores what the org's Instagram app is known by, as a whole; the last one counts. */
export const setHook = async (ctx: OrgCtx & { readonly vault: Vault }, input: InstagramHookInput): Promise<InstagramHook> => {
  const { org_id } = ctx;
  const fields = {
    app_secret: await ctx.vault.seal(ctx, input.app_secret, sealedField(org_id, "app_secret")),
    verify_token: await ctx.vault.seal(ctx, input.verify_token, sealedField(org_id, "verify_token")),
  };
  await contend(async () => {
    const stored = await InstagramHook.find(ctx, { org_id }, { consistent: true });
    const writes = stored ? InstagramHook.writes.patch(ctx, stored, fields) : stillMissing(InstagramHook.writes.create(ctx, { org_id, ...fields }));
    await transact(ctx, social, writes, { pattern: "instagram.setHook" });
  });
  return InstagramHook.get(ctx, { org_id }, { consistent: true });
};
