import { ProvisionOrg } from "../../../events/soundcloud/provision-org.v1.ts";
import { provisionOrgWorker } from "../../../functions/soundcloud/provision-org.worker.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { loadTaxonomy } from "../../../shared/soundcloud/taxonomy/taxonomy.ts";
import { testCtx } from "../dynamo.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { soundcloudWorld } from "../soundcloud.ts";

export const provisionOrgCrash = crashCase("setting up an org", {
  place: (gate) => soundcloudWorld({ gate }),
  start: async ({ db, clock, ids, log }) => {
    const ctx = testCtx({ db, clock, ids, log, org_id: ids.uuid() });
    const command = { id: ids.uuid(), type: ProvisionOrg.type, org_id: ctx.org_id, at: clock.now().toISOString(), data: { platform: "soundcloud" } };
    return { ctx, body: JSON.stringify(command) };
  },
  run: (world, { body }) => requireDone(world.deliver(provisionOrgWorker, [body])),
  state: async (_, { ctx }) => {
    const { families, subgenres } = await loadTaxonomy(ctx);
    const { version } = await Settings.get(ctx, { org_id: ctx.org_id }, { consistent: true });
    const { minted, returned } = await CampaignAccount.get(ctx, { org_id: ctx.org_id });
    return { families: families.size, subgenres: subgenres.length, version, minted, returned };
  },
  ends: { families: 5, subgenres: 13, version: 1 },
});
