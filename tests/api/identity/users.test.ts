import { beforeAll, describe, expect, it } from "vitest";
import { openAddress } from "../../../shared/identity/user/sealed-address.ts";
import { type IdentityCloud, PASSWORD, dump, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
beforeAll(async () => {
  cloud = await identityCloud();
});

const me = "/identity/users/me";

describe("GET and PATCH /identity/users/me", () => {
  it("shows the account without anything secret, and changes name and time zone under its version", async () => {
    const { api } = await cloud.someone("ada@example.com", { full_name: "Ada" });
    const read = await api.get(me);
    expect(read.body).toMatchObject({ email: "ada@example.com", full_name: "Ada", timezone: "UTC", status: "active", email_verified_at: expect.any(String) });
    expect(JSON.stringify(read.body)).not.toMatch(/password|hash/);
    expect(read.headers["etag"]).toBe(`"${read.body.version}"`);
    const changed = await api.patch(me, { timezone: "Europe/Berlin", full_name: null }, { version: read.body.version });
    expect(changed.body).toMatchObject({ timezone: "Europe/Berlin", version: read.body.version + 1 });
    expect(changed.body.full_name).toBeUndefined();
  });

  it("signing in elsewhere does not make the version stale", async () => {
    const { api } = await cloud.someone("stable@example.com");
    const { version } = (await api.get(me)).body;
    await cloud.signIn("stable@example.com");
    expect((await api.patch(me, { full_name: "Stable" }, { version })).status).toBe(200);
  });

  it("428 without If-Match, 412 for another version, 400 for what a client may not set", async () => {
    const { api } = await cloud.someone("rules@example.com");
    const { version } = (await api.get(me)).body;
    expect((await api.patch(me, { full_name: "X" })).status).toBe(428);
    expect((await api.patch(me, { full_name: "X" }, { version: version + 1 })).problem).toMatchObject({ status: 412, current_version: version });
    const refused = await api.patch(me, { email: "other@example.com", status: "erased", id: "x", timezone: "Nowhere" }, { version });
    expect(refused.problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual(["/email", "/id", "/status", "/timezone"]);
  });
});

describe("GET /identity/users/me/export", () => {
  it("has the account, sign-in times, sessions, memberships and invitations, and no secret", async () => {
    const owner = await cloud.someone("boss@example.com");
    const ada = await cloud.colleague(owner, "export@example.com");
    const { status, body } = await ada.api.get(`${me}/export`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { email: "export@example.com" }, sign_in: { email: "export@example.com", last_sign_in_at: expect.any(String) } });
    expect([body.sessions.length, body.memberships.length, body.invitations.length]).toEqual([1, 2, 1]);
    expect(JSON.stringify(body)).not.toMatch(/hash|gs[akrt]_/);
  });
});

describe("DELETE /identity/users/me", () => {
  const erase = async (api: { get: any; delete: any }) => api.delete(me, { version: (await api.get(me)).body.version });

  it("204; signs out everywhere, leaves no trace of the person, frees the address, and tells the platforms", async () => {
    const owner = await cloud.someone("stays@example.com");
    const ada = await cloud.colleague(owner, "erase.me@example.com");
    await ada.api.patch(me, { full_name: "Countess Erased" }, { version: (await ada.api.get(me)).body.version });
    const elsewhere = await cloud.signIn("erase.me@example.com");
    const lapsed = await cloud.signIn("erase.me@example.com");
    await lapsed.api.post("/identity/auth/sign-out");
    await ada.api.post("/identity/api-keys", { name: "mine", roles: {} }, { org: ada.org_id });
    await cloud.deliver();
    const told = cloud.events.length;
    expect((await erase(ada.api)).status).toBe(204);
    for (const { api } of [ada, elsewhere]) expect((await api.get(me)).status).toBe(401);
    await expect(cloud.signIn("erase.me@example.com")).rejects.toThrow("wrong_credentials");
    await cloud.deliver();
    expect(
      cloud.events
        .slice(told)
        .map(({ type, org_id }) => `${type} ${org_id}`)
        .toSorted(),
    ).toEqual(
      [
        ...[ada.org_id, owner.org_id].flatMap((org_id) => [`identity.membership-removed.v1 ${org_id}`, `identity.person-erased.v1 ${org_id}`]),
        `identity.user-erased.v1 ${ada.org_id}`,
      ].toSorted(),
    );
    const facts = cloud.events.slice(told).filter(({ type }) => type === "identity.person-erased.v1");
    for (const { org_id, data } of facts) {
      const { user_id, address, erased_at } = data as { user_id: string; address: string; erased_at: string };
      expect(erased_at).toBe(cloud.clock.now().toISOString());
      expect([user_id, await openAddress({ ...cloud.ctx, vault: cloud.vault }, org_id, user_id, address)]).toEqual([ada.user_id, "erase.me@example.com"]);
      await expect(openAddress({ ...cloud.ctx, vault: cloud.vault }, cloud.ctx.org_id, user_id, address)).rejects.toThrow("cannot be opened");
    }
    expect(JSON.stringify(cloud.events.slice(told))).not.toContain("erase.me");
    expect((await owner.api.get("/identity/memberships")).body.items.length).toBe(1);
    // One-time tokens carry the address until they lapse, a day after their time at most.
    const kept = JSON.parse(await dump(cloud))
      .flat()
      .filter((item: { _t?: { S: string } }) => item._t?.S !== "OneTimeToken");
    expect(kept.filter((item: unknown) => /erase\.me|Countess/.test(JSON.stringify(item)))).toEqual([]);
    const again = await cloud.someone("erase.me@example.com");
    expect(again.user_id).not.toBe(ada.user_id);
  });

  it("a key of the closed personal org is refused on its next request", async () => {
    const ada = await cloud.someone("keyholder@example.com");
    await ada.api.put(`/identity/orgs/${ada.org_id}/platforms/soundcloud`);
    const { secret } = (await ada.api.post("/identity/api-keys", { name: "machine", roles: { soundcloud: ["admin"] } })).body;
    expect((await cloud.client.get(`/identity/orgs/${ada.org_id}`, { token: secret })).status).toBe(200);
    expect((await erase(ada.api)).status).toBe(204);
    expect((await cloud.client.get(`/identity/orgs/${ada.org_id}`, { token: secret })).status).toBe(401);
  });

  it("409 while somebody depends on the person; nothing has changed; then 204 after handing over", async () => {
    const owner = await cloud.someone("sole@example.com");
    await owner.api.put(`/identity/orgs/${owner.org_id}/platforms/soundcloud`);
    const heir = await cloud.colleague(owner, "heir@example.com");
    const refused = await erase(owner.api);
    expect(refused.problem).toMatchObject({ status: 409, code: "hand_over_first", orgs: [{ org_id: owner.org_id, roles: ["owner", "soundcloud admin"] }] });
    expect((await owner.api.get("/identity/orgs")).body.items.length).toBe(1);
    const { version } = (await owner.api.get(`/identity/memberships/${heir.user_id}`)).body;
    await owner.api.patch(`/identity/memberships/${heir.user_id}`, { org_role: "owner", roles: { soundcloud: ["admin"] } }, { version });
    expect((await erase(owner.api)).status).toBe(204);
    expect((await heir.api.get(`/identity/orgs/${owner.org_id}`)).body).toMatchObject({ status: "active", owners: 1, members: 1, admins: { soundcloud: 1 } });
  });

  it("412 for another version", async () => {
    const { api } = await cloud.someone("versions@example.com");
    expect((await api.delete(me, { version: 99 })).status).toBe(412);
    expect((await cloud.client.post("/identity/auth/sign-in", { email: "versions@example.com", password: PASSWORD })).status).toBe(200);
  });

  it("goes on where it was stopped", async () => {
    const owner = await cloud.someone("host@example.com");
    const ada = await cloud.colleague(owner, "halfway@example.com");
    const { version } = (await ada.api.get(`/identity/memberships/${ada.user_id}`)).body;
    await cloud.deliver();
    const told = cloud.events.length;
    expect((await ada.api.delete(`/identity/memberships/${ada.user_id}`, { version })).status).toBe(204);
    await cloud.deliver();
    // Leaving alone is no erasure.
    expect(cloud.events.slice(told).map(({ type }) => type)).toEqual(["identity.membership-removed.v1"]);
    expect((await erase(ada.api.as({ org: ada.org_id }))).status).toBe(204);
  });
});
