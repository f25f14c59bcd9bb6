import { beforeAll, describe, expect, it } from "vitest";
import { type IdentityCloud, type Someone, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
let owner: Someone;
beforeAll(async () => {
  cloud = await identityCloud();
  owner = await cloud.someone("owner@example.com", { full_name: "Olive" });
  await owner.api.put(`/identity/orgs/${owner.org_id}/platforms/soundcloud`);
});

const invite = async (email: string, standing: object = {}) => {
  const reply = await owner.api.post("/identity/invitations", { email, ...standing });
  await cloud.deliver();
  return reply;
};
const accept = (person: Someone, token: string, key?: string) => person.api.post("/identity/invitations/accept", { token }, key ? { key } : {});
const SEVEN_DAYS = 7 * 24 * 3600_000;

describe("POST /identity/invitations", () => {
  it("201 and a mail with a token that neither the reply nor a replay shows", async () => {
    const first = await owner.api.post("/identity/invitations", { email: "New@Example.com", roles: { soundcloud: ["member"] } }, { key: "invite-1" });
    const again = await owner.api.post("/identity/invitations", { email: "New@Example.com", roles: { soundcloud: ["member"] } }, { key: "invite-1" });
    await cloud.deliver();
    expect(first).toMatchObject({ status: 201, body: { email: "new@example.com", status: "pending", invited_by: owner.user_id, org_role: "member" } });
    expect(again.body).toEqual(first.body);
    expect(JSON.stringify(first.body)).not.toMatch(/gst_|hash|pending_email/);
    expect(cloud.mails.filter(({ to }) => to === "new@example.com")).toMatchObject([{ subject: "Invitation to Olive" }]);
  });

  it("409 while one is open; a lapsed or revoked one makes room", async () => {
    const first = await invite("again@example.com");
    expect((await invite("again@example.com")).problem).toMatchObject({ status: 409, code: "invitation_pending" });
    cloud.clock.advance(SEVEN_DAYS);
    owner = { ...owner, ...(await cloud.signIn(owner.email)) };
    owner = { ...owner, api: owner.api.as({ org: owner.org_id }) };
    const second = await invite("again@example.com");
    expect(second.status).toBe(201);
    const listed = (await owner.api.get("/identity/invitations", { query: { limit: 100 } })).body.items;
    const statusOf = (id: string) => listed.find((one: { id: string }) => one.id === id).status;
    expect([statusOf(first.body.id), statusOf(second.body.id)]).toEqual(["expired", "pending"]);
    expect((await owner.api.post(`/identity/invitations/${second.body.id}/revoke`)).body.status).toBe("revoked");
    expect((await invite("again@example.com")).status).toBe(201);
  });

  it("422 for roles on a platform that is not enabled; 403 for members; 404 for other orgs' invitations", async () => {
    expect((await invite("no@example.com", { roles: { social: ["viewer"] } })).problem).toMatchObject({ status: 422, code: "platform_not_enabled" });
    const member = await cloud.colleague(owner, "plain@example.com");
    expect((await member.api.post("/identity/invitations", { email: "x@example.com" })).problem).toMatchObject({ status: 403, code: "owner_required" });
    const { body } = await invite("foreign@example.com");
    const stranger = await cloud.someone("stranger@example.com");
    expect((await stranger.api.post(`/identity/invitations/${body.id}/revoke`)).status).toBe(404);
    expect((await stranger.api.get("/identity/invitations")).body.items).toEqual([]);
  });
});

describe("POST /identity/invitations/accept", () => {
  it("joins with the invited roles, once; a replay answers the same", async () => {
    const person = await cloud.someone("joiner@example.com");
    const before = (await owner.api.get(`/identity/orgs/${owner.org_id}`)).body;
    const { body } = await invite("joiner@example.com", { roles: { soundcloud: ["member", "moderator"] } });
    const token = cloud.tokenTo("joiner@example.com");
    const joined = await accept(person, token, "join-1");
    expect(joined).toMatchObject({ status: 201, body: { org_id: owner.org_id, user_id: person.user_id, roles: { soundcloud: ["moderator", "member"] } } });
    expect((await accept(person, token, "join-1")).body).toEqual(joined.body);
    expect((await accept(person, token)).problem).toMatchObject({ status: 422, code: "token_not_valid" });
    expect((await owner.api.get(`/identity/orgs/${owner.org_id}`)).body.members).toBe(before.members + 1);
    expect((await person.api.get("/identity/memberships", { org: owner.org_id })).status).toBe(200);
    expect((await owner.api.post(`/identity/invitations/${body.id}/revoke`)).problem).toMatchObject({ status: 409, code: "invalid_transition", allowed: [] });
  });

  it("two at once join once", async () => {
    const person = await cloud.someone("double@example.com");
    await invite("double@example.com");
    const token = cloud.tokenTo("double@example.com");
    const replies = await Promise.all([accept(person, token), accept(person, token)]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)[0]).toBe(201);
    expect(replies.filter(({ status }) => status === 201).length).toBe(1);
  });

  it("422 for somebody else who got hold of the mail", async () => {
    const thief = await cloud.someone("thief@example.com");
    await invite("meant@example.com");
    expect((await accept(thief, cloud.tokenTo("meant@example.com"))).problem).toMatchObject({ status: 422, code: "token_not_valid" });
    expect((await thief.api.get(`/identity/orgs/${owner.org_id}`, { org: owner.org_id })).status).toBe(404);
  });

  it("422 once revoked or lapsed", async () => {
    const person = await cloud.someone("late@example.com");
    const { body } = await invite("late@example.com");
    const token = cloud.tokenTo("late@example.com");
    await owner.api.post(`/identity/invitations/${body.id}/revoke`);
    expect((await accept(person, token)).problem).toMatchObject({ status: 422, code: "invitation_closed" });
    await invite("late@example.com");
    const second = cloud.tokenTo("late@example.com");
    cloud.clock.advance(SEVEN_DAYS);
    const returned = { ...person, ...(await cloud.signIn("late@example.com")) };
    expect((await accept(returned, second)).status).toBe(422);
  });

  it("409 for somebody who is in the org already", async () => {
    owner = { ...owner, ...(await cloud.signIn(owner.email)) };
    owner = { ...owner, api: owner.api.as({ org: owner.org_id }) };
    const person = await cloud.colleague(owner, "inside@example.com");
    await invite("inside@example.com");
    expect((await accept(person, cloud.tokenTo("inside@example.com"))).problem).toMatchObject({ status: 409, code: "already_member" });
  });
});
