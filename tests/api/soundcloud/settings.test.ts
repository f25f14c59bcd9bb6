import { beforeAll, describe, expect, it } from "vitest";
import { settingsApi } from "../../../functions/soundcloud/settings.api.ts";
import { type SoundcloudWorld, dumpSoundcloud, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [settingsApi] });
});

const path = "/soundcloud/settings";
const HOOK = "https://hooks.slack.com/services/T0AAA/B0BBB/cccDDD111";
const versionNow = async (): Promise<number> => (await world.admin.api.get(path)).body.version;

describe("GET /soundcloud/settings", () => {
  it("200 with the defaults, for admins only", async () => {
    const { status, body } = await world.admin.api.get(path);
    expect([status, body]).toMatchObject([
      200,
      {
        decision_sla_hours: 24,
        proof_sla_hours: 24,
        inactivity_days: 90,
        default_reach_factor: "0.060",
        reach_per_credit: 2000,
        monthly_grants: { T1: 1, T2: 1, T3: 2, T4: 3 },
        cap_months: 3,
        slack_webhook_set: false,
      },
    ]);
    const { person } = await world.artist();
    for (const { api } of [person, world.moderator]) expect((await api.get(path)).status).toBe(403);
    expect((await world.client.get(path, { org: world.org_id })).status).toBe(401);
  });

  it("404 for somebody of another org", async () => {
    const other = await world.org();
    expect((await other.admin.api.get(path, { org: world.org_id })).status).toBe(404);
  });
});

describe("PATCH /soundcloud/settings", () => {
  it("403 for a moderator, 428 without If-Match, 412 with an old version", async () => {
    const version = await versionNow();
    expect((await world.moderator.api.patch(path, { target_count: 3 }, { version })).status).toBe(403);
    expect((await world.admin.api.patch(path, { target_count: 3 })).status).toBe(428);
    expect((await world.admin.api.patch(path, { target_count: 3 }, { version: version + 1 })).problem).toMatchObject({ status: 412, current_version: version });
  });

  it("200 and holds from then on", async () => {
    const { status, body } = await world.admin.api.patch(
      path,
      { target_count: 12, target_band_mode: "size", adjacency_matrix: { Electronic: { Pop: 0.5 } } },
      { version: await versionNow() },
    );
    expect([status, body]).toMatchObject([200, { target_count: 12, target_band_mode: "size", adjacency_matrix: { Electronic: { Pop: 0.5 } } }]);
    expect((await world.admin.api.get(path)).body).toEqual(body);
  });

  it("seals the Slack address: set and cleared, never shown, never stored in clear", async () => {
    const set = await world.admin.api.patch(path, { slack_webhook: HOOK }, { version: await versionNow() });
    expect(set).toMatchObject({ status: 200, body: { slack_webhook_set: true } });
    expect(JSON.stringify([set.body, (await world.admin.api.get(path)).body, world.log.lines])).not.toContain("cccDDD111");
    expect(await dumpSoundcloud(world)).not.toContain("cccDDD111");
    const cleared = await world.admin.api.patch(path, { slack_webhook: null }, { version: await versionNow() });
    expect(cleared.body.slack_webhook_set).toBe(false);
  });

  it.each([
    "http://hooks.slack.com/services/T0AAA/B0BBB/ccc",
    "https://hooks.slack.com.evil.example/services/T0AAA/B0BBB/ccc",
    "https://hooks.slack.com@evil.example/services/T0AAA/B0BBB/ccc",
    "https://user@hooks.slack.com/services/T0AAA/B0BBB/ccc",
    "https://hooks.slack.com:8443/services/T0AAA/B0BBB/ccc",
    "https://hooks.slack.com/services/T0AAA/B0BBB/ccc?to=evil.example",
    "https://hooks.slack.com/workflows/T0AAA/B0BBB/ccc",
    "https://169.254.169.254/services/T0AAA/B0BBB/ccc",
    "not an address",
  ])("422 for the webhook %s", async (slack_webhook) => {
    const { problem } = await world.admin.api.patch(path, { slack_webhook }, { version: await versionNow() });
    expect(problem).toMatchObject({ status: 422, code: "not_slack", errors: [{ pointer: "/slack_webhook" }] });
  });

  it.each([
    [
      422,
      "a gap between tiers",
      {
        size_tier_thresholds: {
          T1: { min: 0, max: 1000 },
          T2: { min: 1001, max: 10_000 },
          T3: { min: 10_000, max: 100_000 },
          T4: { min: 100_000, max: 999_999_999 },
        },
      },
      "/size_tier_thresholds/T2/min",
    ],
    [422, "an asymmetric matrix", { adjacency_matrix: { Rock: { Pop: 0.5 }, Pop: { Rock: 0.4 } } }, "/adjacency_matrix/Rock/Pop"],
    [400, "an affinity above 1", { adjacency_matrix: { Rock: { Jazz: 2 } } }, "/adjacency_matrix/Rock/Jazz"],
    [400, "a reach factor of 0", { default_reach_factor: "0.000" }, "/default_reach_factor"],
    [400, "an unknown field", { made_up: 1 }, "/made_up"],
    [400, "another org", { org_id: "019e1b9a-7c00-7000-8000-000000000001" }, "/org_id"],
  ])("%i for %s", async (status, _, body, pointer) => {
    const { problem } = await world.admin.api.patch(path, body, { version: await versionNow() });
    expect([problem.status, problem.errors.map((error) => error.pointer)]).toEqual([status, expect.arrayContaining([pointer])]);
  });
});
