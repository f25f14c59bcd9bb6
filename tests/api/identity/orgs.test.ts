import { beforeAll, describe, expect, it } from "vitest";
import { User } from "../../../shared/identity/user/user.ts";
import { type IdentityCloud, type Someone, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
let ada: Someone;
beforeAll(async () => {
  cloud = await identityCloud();
  ada = await cloud.someone("ada@example.com");
});

describe("POST /identity/orgs", () => {
  it("201 with Location; the caller owns it; a repeat with the same key replays", async () => {
    const first = await ada.api.post("/identity/orgs", { name: "  Night Shift  " }, { key: "make-org-1" });
    expect(first).toMatchObject({ status: 201, body: { name: "Night Shift", personal: false, owners: 1, members: 1, platforms: [] } });
    expect(first.headers["location"]).toBe(`/identity/orgs/${first.body.id}`);
    const again = await ada.api.post("/identity/orgs", { name: "  Night Shift  " }, { key: "make-org-1" });
    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    const mine = (await ada.api.get("/identity/orgs")).body.items;
    expect(mine.filter(({ name }: { name: string }) => name === "Night Shift")).toMatchObject([{ org_role: "owner", roles: {} }]);
  });

  it("refused for a person who was erased in between; the key is free again", async () => {
    const cleo = await cloud.someone("cleo@example.com");
    await User.patch(cloud.ctx, { id: cleo.user_id }, { status: "erased" });
    const refused = await cleo.api.post("/identity/orgs", { name: "Too late" }, { key: "too-late" });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    await User.patch(cloud.ctx, { id: cleo.user_id }, { status: "active" });
    expect((await cleo.api.post("/identity/orgs", { name: "In time" }, { key: "too-late" })).status).toBe(201);
  });

  it("400 without a key, for an empty name and for fields that the server sets", async () => {
    expect((await ada.api.request("POST", "/identity/orgs", { name: "X" })).problem.errors).toMatchObject([{ pointer: "/header/idempotency-key" }]);
    const { problem } = await ada.api.post("/identity/orgs", { name: " ", personal: true, owners: 9 });
    expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual(["/name", "/owners", "/personal"]);
  });
});

describe("GET and PATCH /identity/orgs/{org_id}", () => {
  it("reads and renames the active org under its version", async () => {
    const { body } = await ada.api.get(`/identity/orgs/${ada.org_id}`);
    const renamed = await ada.api.patch(`/identity/orgs/${ada.org_id}`, { name: "Ada's desk" }, { version: body.version });
    expect(renamed).toMatchObject({ status: 200, body: { name: "Ada's desk", version: body.version + 1 } });
    expect((await ada.api.patch(`/identity/orgs/${ada.org_id}`, { name: "Late" }, { version: body.version })).status).toBe(412);
  });

  it("the same 404 for another's org, for one that never was, and for a path that is not the active org", async () => {
    const bob = await cloud.someone("bob@example.com");
    const nowhere = "019e1b9a-7c00-7000-8000-000000000099";
    const replies = [
      await ada.api.get(`/identity/orgs/${bob.org_id}`, { org: bob.org_id }),
      await ada.api.get(`/identity/orgs/${nowhere}`, { org: nowhere }),
      await ada.api.get(`/identity/orgs/${bob.org_id}`),
    ];
    for (const { problem } of replies) expect({ ...problem, request_id: "" }).toEqual({ ...replies[0]!.problem, request_id: "" });
    expect(replies[0]!.status).toBe(404);
  });

  it("400 without X-Org-Id; 403 for a member who is no owner", async () => {
    const bob = await cloud.colleague(ada, "member@example.com");
    expect((await cloud.client.get(`/identity/orgs/${ada.org_id}`, { token: ada.access_token })).problem).toMatchObject({ status: 400, code: "missing_org" });
    expect((await bob.api.get(`/identity/orgs/${ada.org_id}`)).status).toBe(200);
    expect((await bob.api.patch(`/identity/orgs/${ada.org_id}`, { name: "Mine" }, { version: 1 })).problem).toMatchObject({
      status: 403,
      code: "owner_required",
    });
    expect((await bob.api.put(`/identity/orgs/${ada.org_id}/platforms/social`)).status).toBe(403);
  });
});

describe("PUT /identity/orgs/{org_id}/platforms/{platform}", () => {
  it("gives the caller the top role from the next request, and one event; again changes nothing", async () => {
    const owner = await cloud.someone("owner@example.com");
    const path = `/identity/orgs/${owner.org_id}/platforms/soundcloud`;
    const [first, again] = [await owner.api.put(path), await owner.api.put(path)];
    expect(first).toMatchObject({ status: 200, body: { platforms: ["soundcloud"], admins: { soundcloud: 1 } } });
    expect(again.body).toEqual(first.body);
    expect((await owner.api.get("/identity/has-role", { query: { platform: "soundcloud", role: "admin" } })).body).toEqual({ has_role: true });
    await cloud.deliver();
    const told = cloud.events.filter(({ org_id, type }) => org_id === owner.org_id && type === "identity.platform-enabled.v1");
    expect(told.map(({ data }) => data)).toEqual([{ platform: "soundcloud", enabled_by: owner.user_id }]);
  });

  it("enables several at once, each with its own top role", async () => {
    const owner = await cloud.someone("several@example.com");
    const platforms = ["soundcloud", "instagram", "social", "marketing", "influencer"];
    const replies = await Promise.all(platforms.map((platform) => owner.api.put(`/identity/orgs/${owner.org_id}/platforms/${platform}`)));
    expect(replies.map(({ status }) => status)).toEqual(platforms.map(() => 200));
    expect((await owner.api.get("/identity/user-roles")).body.roles).toEqual({
      soundcloud: ["admin"],
      instagram: ["admin"],
      social: ["owner"],
      marketing: ["owner"],
      influencer: ["owner"],
    });
  });

  it("404 for a platform that does not exist", async () => {
    expect((await ada.api.put(`/identity/orgs/${ada.org_id}/platforms/myspace`)).status).toBe(404);
  });
});
