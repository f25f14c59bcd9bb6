import { beforeAll, describe, expect, it } from "vitest";
import { PlatformEnabled } from "../../../events/identity/platform-enabled.v1.ts";
import { ProvisionOrg } from "../../../events/social/provision-org.v1.ts";
import { provisionOrgWorker } from "../../../functions/social/provision-org.worker.ts";
import { listPlatforms } from "../../../shared/social/platform/platforms.ts";
import { Settings } from "../../../shared/social/settings/settings.ts";
import { testCtx } from "../../support/dynamo.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld();
});

const fresh = () => testCtx({ db: world.db, clock: world.clock, ids: world.ids, log: world.log, org_id: world.ids.uuid() });
const order = (org_id: string, data: object, type: string = ProvisionOrg.type): string =>
  JSON.stringify({ id: world.ids.uuid(), type, org_id, at: world.clock.now().toISOString(), data });

describe("provision-org of social", () => {
  it("gives an org settings and networks once, whichever way it hears, and leaves other platforms alone", async () => {
    const ctx = fresh();
    const enabled = {
      "detail-type": PlatformEnabled.type,
      detail: JSON.parse(order(ctx.org_id, { platform: "social", enabled_by: world.ids.uuid() }, PlatformEnabled.type)),
    };
    expect(await world.deliver(provisionOrgWorker, [JSON.stringify(enabled), order(ctx.org_id, { platform: "social" })])).toBe(0);
    expect((await listPlatforms(ctx)).length).toBe(3);
    expect((await Settings.get(ctx, { org_id: ctx.org_id })).version).toBe(1);

    const other = fresh();
    expect(await world.deliver(provisionOrgWorker, [order(other.org_id, { platform: "soundcloud" })])).toBe(0);
    expect(await Settings.find(other, { org_id: other.org_id })).toBeUndefined();
  });

  it("fails a poisoned message alone", async () => {
    const ctx = fresh();
    expect(await world.deliver(provisionOrgWorker, ["{", order(ctx.org_id, { platform: "social" })])).toBe(1);
    expect((await listPlatforms(ctx)).length).toBe(3);
  });
});
