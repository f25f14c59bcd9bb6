import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type IdentityCloud, type Someone, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
let owner: Someone;
let admin: Someone;
let member: Someone;
let round = 0;
beforeAll(async () => {
  cloud = await identityCloud();
});
beforeEach(async () => {
  round += 1;
  owner = await cloud.someone(`${round}.owner@example.com`);
  await owner.api.put(`/identity/orgs/${owner.org_id}/platforms/soundcloud`);
  admin = await cloud.colleague(owner, `${round}.admin@example.com`, { roles: { soundcloud: ["admin"] } });
  member = await cloud.colleague(owner, `${round}.member@example.com`, { roles: { soundcloud: ["member"] } });
});

const at = ({ user_id }: Someone) => `/identity/memberships/${user_id}`;
const change = async (by: Someone, of: Someone, body: object) => by.api.patch(at(of), body, { version: (await owner.api.get(at(of))).body.version });
const remove = async (by: Someone, of: Someone) => by.api.delete(at(of), { version: (await owner.api.get(at(of))).body.version });

describe("GET /identity/memberships", () => {
  it("shows everybody to owners and admins, with name and address; members see themselves", async () => {
    for (const { api } of [owner, admin]) {
      const { body } = await api.get("/identity/memberships");
      expect(body.items.map(({ email }: { email: string }) => email).toSorted()).toEqual([admin, member, owner].map(({ email }) => email).toSorted());
    }
    expect((await member.api.get("/identity/memberships")).body.items).toMatchObject([{ user_id: member.user_id, roles: { soundcloud: ["member"] } }]);
  });

  it("404 for a member who asks for another, as for somebody who is not in the org", async () => {
    const stranger = await cloud.someone(`${round}.stranger@example.com`);
    const [hidden, missing] = [await member.api.get(at(admin)), await owner.api.get(at(stranger))];
    expect([hidden.status, missing.status, hidden.problem.detail]).toEqual([404, 404, missing.problem.detail]);
    expect((await member.api.get(at(member))).headers["etag"]).toBe('"1"');
  });
});

describe("PATCH /identity/memberships/{user_id}", () => {
  it("holds from the person's next request, and is told to the platforms", async () => {
    const has = async () => (await member.api.get("/identity/has-role", { query: { platform: "soundcloud", role: "moderator" } })).body.has_role;
    expect(await has()).toBe(false);
    expect(await change(owner, member, { roles: { soundcloud: ["member", "moderator"] } })).toMatchObject({
      status: 200,
      body: { roles: { soundcloud: ["moderator", "member"] } },
    });
    expect(await has()).toBe(true);
    await cloud.deliver();
    const told = cloud.events.length;
    await change(owner, member, { roles: { soundcloud: [] } });
    expect(await has()).toBe(false);
    await cloud.deliver();
    expect(cloud.events.slice(told)).toMatchObject([
      { type: "identity.membership-changed.v1", org_id: owner.org_id, data: { user_id: member.user_id, org_role: "member", roles: {} } },
    ]);
  });

  it("an admin changes roles on their platform only; members change nobody", async () => {
    await owner.api.put(`/identity/orgs/${owner.org_id}/platforms/instagram`);
    expect((await change(admin, member, { roles: { soundcloud: ["moderator"] } })).status).toBe(200);
    expect((await change(admin, member, { roles: { instagram: ["viewer"] } })).problem).toMatchObject({ status: 403, code: "role_required" });
    expect((await change(admin, member, { org_role: "owner" })).status).toBe(403);
    expect((await change(member, member, { roles: { soundcloud: ["admin"] } })).status).toBe(403);
    expect((await change(member, admin, { roles: { soundcloud: [] } })).status).toBe(404);
  });

  it("409 for the last owner and the last admin, also when two step down at once", async () => {
    expect((await change(owner, owner, { org_role: "member" })).problem).toMatchObject({ status: 409, code: "last_owner" });
    const versions = await Promise.all([owner, admin].map(async (one) => (await owner.api.get(at(one))).body.version as number));
    const both = await Promise.all([owner, admin].map((one, n) => one.api.patch(at(one), { roles: { soundcloud: ["member"] } }, { version: versions[n]! })));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)!.problem).toMatchObject({ code: "last_admin", roles: ["soundcloud admin"] });
    expect((await owner.api.get(`/identity/orgs/${owner.org_id}`)).body.admins).toEqual({ soundcloud: 1 });
  });

  it("422 for a platform that is not enabled, 400 for a role that does not exist, 412 and 428 for the version", async () => {
    expect((await change(owner, member, { roles: { social: ["viewer"] } })).problem).toMatchObject({
      status: 422,
      code: "platform_not_enabled",
      errors: [{ pointer: "/roles/social" }],
    });
    expect((await change(owner, member, { roles: { soundcloud: ["king"] } })).problem.errors).toMatchObject([{ pointer: "/roles/soundcloud/0" }]);
    expect((await change(owner, member, { roles: { soundcloud: ["member", "member"] } })).status).toBe(400);
    expect((await change(owner, member, {})).status).toBe(400);
    expect((await owner.api.patch(at(member), { org_role: "owner" }, { version: 9 })).status).toBe(412);
    expect((await owner.api.patch(at(member), { org_role: "owner" })).status).toBe(428);
  });
});

describe("DELETE /identity/memberships/{user_id}", () => {
  it("204 by an owner; the next request is refused as if the org did not exist", async () => {
    expect((await member.api.get(`/identity/orgs/${owner.org_id}`)).status).toBe(200);
    await cloud.deliver();
    const told = cloud.events.length;
    expect((await remove(owner, member)).status).toBe(204);
    expect((await member.api.get(`/identity/orgs/${owner.org_id}`)).status).toBe(404);
    expect((await owner.api.get(`/identity/orgs/${owner.org_id}`)).body).toMatchObject({ members: 2, owners: 1 });
    await cloud.deliver();
    expect(cloud.events.slice(told)).toMatchObject([{ type: "identity.membership-removed.v1", org_id: owner.org_id, data: { user_id: member.user_id } }]);
  });

  it("everybody may leave; others are removed by owners only", async () => {
    expect((await remove(admin, member)).problem).toMatchObject({ status: 403, code: "owner_required" });
    expect((await remove(member, admin)).status).toBe(404);
    expect((await remove(member, member)).status).toBe(204);
  });

  it("409 for the last owner and, once alone, the last admin", async () => {
    expect((await remove(owner, owner)).problem).toMatchObject({ status: 409, code: "last_owner" });
    await change(owner, owner, { roles: { soundcloud: [] } });
    expect((await remove(owner, admin)).problem).toMatchObject({ status: 409, code: "last_admin" });
  });

  it("two owners who remove each other at once: one stays", async () => {
    await change(owner, admin, { org_role: "owner" });
    const versions = await Promise.all([owner, admin].map(async (one) => (await owner.api.get(at(one))).body.version as number));
    const replies = await Promise.all([owner.api.delete(at(admin), { version: versions[1]! }), admin.api.delete(at(owner), { version: versions[0]! })]);
    expect(replies.filter(({ status }) => status === 204).length).toBe(1);
    const left = replies[0].status === 204 ? owner : admin;
    expect((await left.api.get(`/identity/orgs/${owner.org_id}`)).body).toMatchObject({ owners: 1, members: 2 });
  });
});

describe("GET /identity/has-role and user-roles", () => {
  it("answers about oneself to all, about others to owners and admins only", async () => {
    const about = (by: Someone, of: Someone) => by.api.get("/identity/user-roles", { query: { user_id: of.user_id } });
    expect((await about(member, member)).body).toEqual({ user_id: member.user_id, org_role: "member", roles: { soundcloud: ["member"] } });
    expect((await about(admin, member)).status).toBe(200);
    expect((await about(member, admin)).status).toBe(404);
    const asked = await admin.api.get("/identity/has-role", { query: { user_id: member.user_id, platform: "soundcloud", role: "member" } });
    expect(asked.body).toEqual({ has_role: true });
    expect((await admin.api.get("/identity/has-role", { query: { platform: "myspace", role: "member" } })).status).toBe(400);
  });

  it("403 for a machine, which is nobody's membership", async () => {
    const { secret } = (await owner.api.post("/identity/api-keys", { name: "machine", roles: { soundcloud: ["admin"] } })).body;
    expect((await cloud.client.get("/identity/user-roles", { token: secret })).problem).toMatchObject({ status: 403, code: "user_session_required" });
    expect((await cloud.client.get("/identity/memberships", { token: secret })).status).toBe(403);
  });
});
