import { beforeAll, expect, it } from "vitest";
import { PlatformEnabled } from "../../../events/identity/platform-enabled.v1.ts";
import { ProvisionOrg } from "../../../events/soundcloud/provision-org.v1.ts";
import { provisionOrgWorker } from "../../../functions/soundcloud/provision-org.worker.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { loadTaxonomy } from "../../../shared/soundcloud/taxonomy/taxonomy.ts";
import { testCtx } from "../../support/dynamo.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld();
});

/** An org that nothing has been made for, and the fact that it enabled a platform, as the bus hands it over. */
const newcomer = (platform: string) => {
  const { db, clock, ids, log } = world;
  const ctx = testCtx({ db, clock, ids, log, org_id: ids.uuid() });
  const detail = { id: ids.uuid(), type: PlatformEnabled.type, org_id: ctx.org_id, at: clock.now().toISOString(), data: { platform, enabled_by: ids.uuid() } };
  return { ctx, body: JSON.stringify({ "detail-type": PlatformEnabled.type, detail }) };
};
const genres = async (ctx: Parameters<typeof loadTaxonomy>[0]) => {
  const { families, subgenres } = await loadTaxonomy(ctx);
  return [[...families.values()].map(({ name }) => name).toSorted(), subgenres.length];
};

it("gives a new org settings, the sample genres and a campaign account; twice and at once is once", async () => {
  const { ctx, body } = newcomer("soundcloud");
  expect(await world.deliver(provisionOrgWorker, [body, body])).toBe(0);
  const settings = await Settings.get(ctx, { org_id: ctx.org_id });
  expect(await genres(ctx)).toEqual([["Electronic", "Hip-Hop", "Pop", "R&B", "Rock"], 13]);
  expect(await CampaignAccount.get(ctx, { org_id: ctx.org_id })).toMatchObject({ minted: 0, returned: 0 });
  await Settings.patch(ctx, { org_id: ctx.org_id }, { target_count: 7 });
  const command = { id: world.ids.uuid(), type: ProvisionOrg.type, org_id: ctx.org_id, at: world.clock.now().toISOString(), data: { platform: "soundcloud" } };
  expect(await world.deliver(provisionOrgWorker, [body, JSON.stringify(command)])).toBe(0);
  expect(await Settings.get(ctx, { org_id: ctx.org_id })).toMatchObject({ target_count: 7, created_at: settings.created_at });
  expect((await genres(ctx))[1]).toBe(13);
});

it("leaves orgs of other platforms alone, and a poison message fails alone", async () => {
  const { ctx, body } = newcomer("instagram");
  expect(await world.deliver(provisionOrgWorker, [body, JSON.stringify({ "detail-type": "identity.other.v1", detail: {} })])).toBe(1);
  expect(await Settings.find(ctx, { org_id: ctx.org_id })).toBeUndefined();
});
