import { beforeAll, describe, expect, it } from "vitest";
import { accountsApi } from "../../../functions/social/accounts.api.ts";
import { openRefreshToken, openToken } from "../../../shared/social/account/account-token.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [accountsApi] });
});

const TOKEN = "IGAA-first-token";
let made = 0;
const input = (more: object = {}) => ({ platform: "instagram", external_id: `1784140000000${(made += 1)}`, username: `gym-${made}`, ...more });
const stored = (id: string) => SocialAccount.get(world.ctx, { org_id: world.org_id, id }, { consistent: true });

describe("POST /social/accounts", () => {
  it("201 and connected with a token, which is sealed and shown to nobody", async () => {
    const { status, body, headers } = await world.owner.api.post("/social/accounts", input({ access_token: TOKEN }));
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`/social/accounts/${body.id}`);
    expect(body).toMatchObject({ platform: "instagram", status: "connected", access_token_set: true, refresh_token_set: false });
    expect(JSON.stringify(body)).not.toContain(TOKEN);
    expect(body).not.toHaveProperty("access_token");
    const account = await stored(body.id);
    expect(account.access_token).not.toContain(TOKEN);
    expect(await openToken(world.ctx, account)).toBe(TOKEN);
  });

  it("201 and disconnected without one", async () => {
    const { body } = await world.owner.api.post("/social/accounts", input({ platform: "tiktok" }));
    expect(body).toMatchObject({ platform: "tiktok", status: "disconnected", access_token_set: false });
  });

  it("the same reply for the same Idempotency-Key, without the token", async () => {
    const wish = input({ access_token: TOKEN });
    const first = await world.owner.api.post("/social/accounts", wish, { key: "connect-once" });
    const again = await world.owner.api.post("/social/accounts", wish, { key: "connect-once" });
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it("409 for an account that the org knows, and 403 for editors", async () => {
    const wish = input({ access_token: TOKEN });
    await world.owner.api.post("/social/accounts", wish);
    expect((await world.owner.api.post("/social/accounts", wish)).problem).toMatchObject({ status: 409, code: "external_taken" });
    const other = await world.org();
    expect((await other.owner.api.post("/social/accounts", wish)).status).toBe(201);
    expect((await world.editor.api.post("/social/accounts", input())).status).toBe(403);
  });

  it("400 for a token that could end a header, and for fields that are the server's", async () => {
    const { problem } = await world.owner.api.post("/social/accounts", input({ access_token: "a\r\nb", status: "connected" }));
    expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(["/access_token", "/status"]);
  });
});

describe("GET /social/accounts", () => {
  it("200 with all of them by page, and 404 for another org's", async () => {
    const org = await world.org();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push((await org.owner.api.post("/social/accounts", input())).body.id);
      world.clock.advance(1);
    }
    const first = await org.viewer.api.get("/social/accounts", { query: { limit: 2 } });
    const second = await org.viewer.api.get("/social/accounts", { query: { limit: 2, cursor: first.body.next_cursor } });
    expect([...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id)).toEqual(ids);
    expect((await org.viewer.api.get(`/social/accounts/${ids[0]}`)).body).toMatchObject({ id: ids[0], access_token_set: false });
    expect((await world.owner.api.get(`/social/accounts/${ids[0]}`)).status).toBe(404);
  });
});

describe("PATCH /social/accounts/{account_id}", () => {
  it("200 with a new token, which connects the account again", async () => {
    const { body } = await world.owner.api.post("/social/accounts", input({ access_token: TOKEN, token_expires_at: "2026-12-01T00:00:00.000Z" }));
    await SocialAccount.patch(world.ctx, { org_id: world.org_id, id: body.id }, { status: "needs_reconnect", last_error: "expired" });
    const patched = await world.owner.api.patch(`/social/accounts/${body.id}`, { access_token: "IGAA-second-token" }, { version: body.version + 1 });
    expect(patched.body).toMatchObject({ status: "connected", access_token_set: true });
    expect(patched.body).not.toHaveProperty("last_error");
    expect(patched.body).not.toHaveProperty("token_expires_at");
    expect(await openToken(world.ctx, await stored(body.id))).toBe("IGAA-second-token");
  });

  it("200 for a new name, which leaves the token alone, and 412 for an old version", async () => {
    const { body } = await world.owner.api.post("/social/accounts", input({ access_token: TOKEN }));
    const renamed = await world.owner.api.patch(`/social/accounts/${body.id}`, { username: "gymnight" }, { version: body.version });
    expect(renamed.body).toMatchObject({ username: "gymnight", status: "connected" });
    expect(await openToken(world.ctx, await stored(body.id))).toBe(TOKEN);
    expect((await world.owner.api.patch(`/social/accounts/${body.id}`, { username: "x" }, { version: body.version })).status).toBe(412);
  });
});

describe("POST /social/accounts/{account_id}/disconnect", () => {
  it("200 twice, and the token is forgotten", async () => {
    const { body } = await world.owner.api.post("/social/accounts", input({ access_token: TOKEN }));
    for (let n = 0; n < 2; n++) {
      const { status, body: ended } = await world.owner.api.post(`/social/accounts/${body.id}/disconnect`);
      expect([status, ended.status, ended.access_token_set]).toEqual([200, "disconnected", false]);
    }
    expect((await stored(body.id)).access_token).toBeUndefined();
    expect((await world.editor.api.post(`/social/accounts/${body.id}/disconnect`)).status).toBe(403);
  });
});

describe("a refresh token", () => {
  const REFRESH = "rft.first-refresh";
  it("is sealed and shown to nobody, goes with the token that it belongs to, and with the connection", async () => {
    const wish = input({ platform: "tiktok", access_token: "act.one", refresh_token: REFRESH });
    const { body } = await world.owner.api.post("/social/accounts", wish);
    expect(body).toMatchObject({ access_token_set: true, refresh_token_set: true });
    expect(JSON.stringify(body)).not.toContain(REFRESH);
    expect(body).not.toHaveProperty("refresh_token");
    expect((await stored(body.id)).refresh_token).not.toContain(REFRESH);
    expect(await openRefreshToken(world.ctx, await stored(body.id))).toBe(REFRESH);
    const path = `/social/accounts/${body.id}`;
    const other = await world.owner.api.patch(path, { refresh_token: "rft.other" }, { version: body.version });
    expect(other.body).toMatchObject({ access_token_set: true, refresh_token_set: true });
    const alone = await world.owner.api.patch(path, { access_token: "act.two" }, { version: other.body.version });
    expect(alone.body).toMatchObject({ access_token_set: true, refresh_token_set: false });
    const both = await world.owner.api.patch(path, { access_token: "act.three", refresh_token: REFRESH }, { version: alone.body.version });
    expect(both.body.refresh_token_set).toBe(true);
    expect((await world.owner.api.post(`${path}/disconnect`)).body).toMatchObject({ access_token_set: false, refresh_token_set: false });
    expect(await stored(body.id)).not.toHaveProperty("refresh_token");
  });
});
