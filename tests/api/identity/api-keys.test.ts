import { beforeAll, describe, expect, it } from "vitest";
import { type IdentityCloud, type Someone, dump, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
let owner: Someone;
beforeAll(async () => {
  cloud = await identityCloud();
  owner = await cloud.someone("owner@example.com");
  await owner.api.put(`/identity/orgs/${owner.org_id}/platforms/soundcloud`);
});

const make = (body: object, key?: string) =>
  owner.api.post("/identity/api-keys", { name: "machine", roles: { soundcloud: ["moderator"] }, ...body }, key ? { key } : {});
const org = () => `/identity/orgs/${owner.org_id}`;

describe("POST /identity/api-keys", () => {
  it("201 with the secret once; a replay comes without it; only its hash is stored", async () => {
    const first = await make({}, "key-1");
    expect(first).toMatchObject({ status: 201, body: { name: "machine", roles: { soundcloud: ["moderator"] }, created_by: owner.user_id } });
    const { secret, ...rest } = first.body;
    expect(secret).toMatch(/^gsk_[\w-]{86}$/);
    expect(rest.last_four).toBe(secret.slice(-4));
    expect((await make({}, "key-1")).body).toEqual(rest);
    expect(await dump(cloud)).not.toContain(secret);
    expect(JSON.stringify((await owner.api.get("/identity/api-keys")).body)).not.toMatch(/hash|gsk_/);
  });

  it("422 for roles on a platform that is not enabled or a time that has passed; 400 for made-up fields", async () => {
    expect((await make({ roles: { social: ["owner"] } })).problem).toMatchObject({ status: 422, code: "platform_not_enabled" });
    expect((await make({ expires_at: "2020-01-01T00:00:00Z" })).problem).toMatchObject({
      status: 422,
      code: "expires_in_the_past",
      errors: [{ pointer: "/expires_at" }],
    });
    expect((await make({ secret_hash: "x", created_by: owner.user_id })).problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      "/created_by",
      "/secret_hash",
    ]);
  });

  it("403 for a member and for a key", async () => {
    const member = await cloud.colleague(owner, "member@example.com", { roles: { soundcloud: ["admin"] } });
    const { secret } = (await make({ roles: { soundcloud: ["admin"] } })).body;
    const body = { name: "another", roles: {} };
    expect((await member.api.post("/identity/api-keys", body)).problem).toMatchObject({ status: 403, code: "owner_required" });
    expect((await cloud.client.post("/identity/api-keys", body, { token: secret })).problem).toMatchObject({ status: 403, code: "owner_required" });
  });
});

describe("calling with an API key", () => {
  it("acts in its own org, with or without X-Org-Id; 404 elsewhere", async () => {
    const { secret } = (await make({})).body;
    const other = await cloud.someone("other@example.com");
    const call = (more: object) => cloud.client.get(org(), { token: secret, ...more });
    expect((await call({})).status).toBe(200);
    expect((await call({ org: owner.org_id })).status).toBe(200);
    expect((await call({ org: other.org_id })).status).toBe(404);
  });

  it("401 once revoked, on the next request, and once its time has come", async () => {
    const { id, secret } = (await make({})).body;
    const lasting = (await make({ expires_at: new Date(cloud.clock.now().getTime() + 60_000).toISOString() })).body;
    const statusOf = async (token: string) => (await cloud.client.get(org(), { token })).status;
    expect([await statusOf(secret), await statusOf(lasting.secret)]).toEqual([200, 200]);
    const revoked = await owner.api.post(`/identity/api-keys/${id}/revoke`);
    expect(revoked.body.revoked_at).toBeDefined();
    expect((await owner.api.post(`/identity/api-keys/${id}/revoke`)).body).toEqual(revoked.body);
    expect(await statusOf(secret)).toBe(401);
    cloud.clock.advance(60_000);
    expect(await statusOf(lasting.secret)).toBe(401);
  });

  it("404 when another org's owner revokes it", async () => {
    const { id, secret } = (await make({})).body;
    const other = await cloud.someone("rival@example.com");
    expect((await other.api.post(`/identity/api-keys/${id}/revoke`)).status).toBe(404);
    expect((await cloud.client.get(org(), { token: secret })).status).toBe(200);
  });
});
