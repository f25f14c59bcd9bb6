import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { PlannerAccount, type PlannerAccountInput } from "./planner-account.ts";
import { sealedField } from "./planner-secrets.ts";

/** Stores the org's account at Influence Planner as a whole; the last one counts. */
export const setPlannerAccount = async (ctx: OrgCtx & { readonly vault: Vault }, input: PlannerAccountInput): Promise<PlannerAccount> => {
  const { org_id } = ctx;
  const fields = {
    username: input.username,
    api_key: await ctx.vault.seal(ctx, input.api_key, sealedField(org_id, "api_key")),
    webhook_secrets: await Promise.all(input.webhook_secrets.map((secret, n) => ctx.vault.seal(ctx, secret, sealedField(org_id, `webhook_secrets.${n}`)))),
  };
  await contend(async () => {
    const stored = await PlannerAccount.find(ctx, { org_id }, { consistent: true });
    const writes = stored ? PlannerAccount.writes.patch(ctx, stored, fields) : stillMissing(PlannerAccount.writes.create(ctx, { org_id, ...fields }));
    await transact(ctx, soundcloud, writes, { pattern: "planner.setAccount" });
  });
  return PlannerAccount.get(ctx, { org_id }, { consistent: true });
};
