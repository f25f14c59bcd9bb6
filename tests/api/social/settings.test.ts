import { beforeAll, describe, expect, it } from "vitest";
import { settingsApi } from "../../../functions/social/settings.api.ts";
import { NetworkApp, appSecret } from "../../../shared/social/oauth/network-app.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [settingsApi] });
});

describe("GET /social/settings", () => {
  it("200 with the defaults, for owners only", async () => {
    const { status, body } = await world.owner.api.get("/social/settings");
    expect([status, body]).toMatchObject([200, { time_zone: "UTC", lookback_days: 30, keep_events_years: 2, trend_min_mentions: 50 }]);
    for (const { api } of [world.editor, world.viewer]) expect((await api.get("/social/settings")).status).toBe(403);
  });
});

describe("PATCH /social/settings", () => {
  it("200 with what changed; 412 when somebody was faster; 400 for a zone that does not exist", async () => {
    const { version } = (await world.owner.api.get("/social/settings")).body;
    const changed = await world.owner.api.patch("/social/settings", { time_zone: "Europe/Berlin" }, { version });
    expect([changed.status, changed.body]).toMatchObject([200, { time_zone: "Europe/Berlin", version: version + 1 }]);
    expect((await world.owner.api.patch("/social/settings", { lookback_days: 60 }, { version })).status).toBe(412);
    const nowhere = await world.owner.api.patch("/social/settings", { time_zone: "Mars/Olympus", lookback_days: 0 }, { version: version + 1 });
    expect([nowhere.status, nowhere.problem.errors.map(({ pointer }) => pointer)]).toEqual([400, ["/time_zone", "/lookback_days"]]);
  });
});

describe("GET /social/platforms", () => {
  it("200 with the three networks and their limits, for everybody of the org", async () => {
    const { status, body } = await world.viewer.api.get("/social/platforms");
    expect(status).toBe(200);
    expect(
      body.items.map((one: Record<string, unknown>) => [
        one["name"],
        one["display_name"],
        one["supported_content_types"],
        one["max_caption_length"],
        one["max_hashtags"],
      ]),
    ).toEqual([
      ["instagram", "Instagram", ["image", "video", "story", "reel"], 2200, 30],
      ["tiktok", "TikTok", ["video"], 2200, 0],
      ["youtube", "YouTube Shorts", ["video"], 5000, 15],
    ]);
  });
});

describe("PATCH /social/platforms/{name}", () => {
  it("200 with the corrected limit and the day of the look", async () => {
    const body = (await world.owner.api.get("/social/platforms")).body.items[0];
    const { status, body: changed } = await world.owner.api.patch(
      "/social/platforms/instagram",
      { max_hashtags: 5, verified_on: "2026-11-20" },
      { version: body.version },
    );
    expect([status, changed]).toMatchObject([200, { max_hashtags: 5, verified_on: "2026-11-20" }]);
    expect((await world.editor.api.patch("/social/platforms/instagram", { max_hashtags: 30 }, { version: body.version + 1 })).status).toBe(403);
  });
});

describe.each(["tiktok", "youtube"] as const)("PUT /social/settings/%s-app", (platform) => {
  const path = `/social/settings/${platform}-app`;
  const SECRET = "a-secret-of-the-app";
  const sealed = async () => (await NetworkApp.get(world.ctx, { org_id: world.org_id, platform }, { consistent: true })).client_secret;

  it("200 without the secret, which is sealed; the last one counts; owners only", async () => {
    const { status, body } = await world.owner.api.put(path, { client_id: "client-one", client_secret: SECRET });
    expect([status, body]).toMatchObject([200, { platform, client_id: "client-one", version: 1 }]);
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(await sealed()).not.toContain(SECRET);
    expect(await world.ctx.vault.open(world.ctx, await sealed(), appSecret(world.org_id, platform))).toBe(SECRET);
    expect((await world.owner.api.put(path, { client_id: "client-two", client_secret: SECRET })).body).toMatchObject({ client_id: "client-two", version: 2 });
    for (const { api } of [world.editor, world.viewer]) expect((await api.put(path, { client_id: "client-one", client_secret: SECRET })).status).toBe(403);
  });

  it("400 for a secret with spaces, and for one that is missing", async () => {
    const { problem } = await world.owner.api.put(path, { client_id: "short", client_secret: "with spaces in it" });
    expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(["/client_id", "/client_secret"]);
  });
});
