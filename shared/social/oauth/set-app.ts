import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import type { VaultCtx } from "../account/account-token.ts";
import { social } from "../table.ts";
import { type AppPlatform, NetworkApp, type NetworkAppInput, appSecret } from "./network-app.ts";

/** Stores the org's app at a network, as a whole; the last one counts. */
export const setApp = async (ctx: VaultCtx, platform: AppPlatform, { client_id, client_secret }: NetworkAppInput): Promise<NetworkApp> => {
  const { org_id } = ctx;
  const fields = { client_id, client_secret: await ctx.vault.seal(ctx, client_secret, appSecret(org_id, platform)) };
  await contend(async () => {
    const stored = await NetworkApp.find(ctx, { org_id, platform }, { consistent: true });
    const writes = stored ? NetworkApp.writes.patch(ctx, stored, fields) : stillMissing(NetworkApp.writes.create(ctx, { org_id, platform, ...fields }));
    await transact(ctx, social, writes, { pattern: "apps.set" });
  });
  return NetworkApp.get(ctx, { org_id, platform }, { consistent: true });
};
