import type { OrgCtx } from "../../kernel/context.ts";
import type { Vault } from "../../kernel/crypto/vault.ts";
import type { PlannerCredentials } from "./influence-planner.client.ts";
import { PlannerAccount } from "./planner-account.ts";

type SecretCtx = OrgCtx & { readonly vault: Vault };

export const sealedField = (org_id: string, field: string) => ({ org_id, entity: "PlannerAccount", id: org_id, field });

/** What the org's requests to Influence Planner carry; undefined while no account is set. */
export const plannerCredentials = async (ctx: SecretCtx): Promise<PlannerCredentials | undefined> => {
  const account = await PlannerAccount.find(ctx, { org_id: ctx.org_id });
  if (!account) return undefined;
  return { username: account.username, api_key: await ctx.vault.open(ctx, account.api_key, sealedField(ctx.org_id, "api_key")) };
};

/** What messages to the org may be signed with now; none for an org that has set none. */
export const plannerWebhookSecrets = async (ctx: SecretCtx): Promise<readonly string[]> => {
  const account = await PlannerAccount.find(ctx, { org_id: ctx.org_id });
  const sealed = account?.webhook_secrets ?? [];
  return Promise.all(sealed.map((secret, n) => ctx.vault.open(ctx, secret, sealedField(ctx.org_id, `webhook_secrets.${n}`))));
};
