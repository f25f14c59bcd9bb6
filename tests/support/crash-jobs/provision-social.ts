import { ProvisionOrg } from "../../../events/social/provision-org.v1.ts";
import { provisionOrgWorker } from "../../../functions/social/provision-org.worker.ts";
import { listPlatforms } from "../../../shared/social/platform/platforms.ts";
import { Settings } from "../../../shared/social/settings/settings.ts";
import { testCtx } from "../dynamo.ts";
import { socialWorld } from "../social.ts";
import { crashCase, requireDone } from "./crash-case.ts";

export const provisionSocialCrash = crashCase("setting up an org for social content", {
  place: (gate) => socialWorld({ gate }),
  start: async ({ db, clock, ids, log }) => {
    const ctx = testCtx({ db, clock, ids, log, org_id: ids.uuid() });
    const command = { id: ids.uuid(), type: ProvisionOrg.type, org_id: ctx.org_id, at: clock.now().toISOString(), data: { platform: "social" } };
    return { ctx, body: JSON.stringify(command) };
  },
  run: (world, { body }) => requireDone(world.deliver(provisionOrgWorker, [body])),
  state: async (_, { ctx }) => {
    const platforms = await listPlatforms(ctx);
    const { version } = await Settings.get(ctx, { org_id: ctx.org_id }, { consistent: true });
    return { platforms: platforms.map(({ name }) => name), version };
  },
  ends: { platforms: ["instagram", "tiktok", "youtube"], version: 1 },
});
