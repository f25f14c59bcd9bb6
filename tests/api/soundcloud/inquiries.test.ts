import { beforeAll, describe, expect, it } from "vitest";
import { inquiriesApi } from "../../../functions/soundcloud/inquiries.api.ts";
import { membersApi } from "../../../functions/soundcloud/members.api.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { MemberAccount } from "../../../shared/soundcloud/member/member-account.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [inquiriesApi, membersApi] });
});

const path = "/soundcloud/inquiries";
let applicants = 0;
const applied = async (more: object = {}, org: SoundcloudOrg = world) => {
  applicants += 1;
  world.clock.advance(1000);
  const body = { name: `Applicant ${applicants}`, email: `applicant-${applicants}@example.com`, ...more };
  return (await org.moderator.api.post(path, body)).body;
};
const typesOf = async (org: SoundcloudOrg): Promise<string[]> =>
  (await org.events())
    .map(({ type }) => type)
    .filter((type) => type.includes("inquiry"))
    .toSorted();

describe("POST /soundcloud/inquiries", () => {
  it("201, undecided, with its event; a replay is the same", async () => {
    const org = await world.org();
    const post = () =>
      org.moderator.api.post(path, { name: " Neon ", email: "Neon@Example.com", soundcloud_url: "https://soundcloud.com/neon" }, { key: "one" });
    const [first, again] = [await post(), await post()];
    expect(first).toMatchObject({
      status: 201,
      headers: { location: `${path}/${first.body.id}` },
      body: { name: "Neon", email: "neon@example.com", status: "undecided", ip_join_confirmed: false, resend_message_ids: [], version: 1 },
    });
    expect(again.body).toEqual(first.body);
    expect(first.body).not.toHaveProperty("member_id");
    expect((await org.admin.api.get(`${path}/${first.body.id}`)).body).toEqual(first.body);
    expect(await typesOf(org)).toEqual(["soundcloud.inquiry-received.v1"]);
  });

  it("400 naming all that is wrong, 403 for a member, 401 for nobody", async () => {
    const { problem } = await world.admin.api.post(path, { email: "none", soundcloud_url: "https://evil.example/soundcloud.com", status: "admitted" });
    expect([problem.status, problem.errors.map(({ pointer }) => pointer)]).toEqual([
      400,
      expect.arrayContaining(["/name", "/email", "/soundcloud_url", "/status"]),
    ]);
    const { person } = await world.artist();
    expect((await person.api.post(path, { name: "Me", email: "me@example.com" })).status).toBe(403);
    expect((await world.client.post(path, { name: "Me", email: "me@example.com" }, { org: world.org_id })).status).toBe(401);
  });
});

describe("GET /soundcloud/inquiries", () => {
  it("lists those that wait longest first, by status and by address, in pages", async () => {
    const org = await world.org();
    const [a, b, c] = [await applied({}, org), await applied({}, org), await applied({ email: "twin@example.com" }, org)];
    const ids = async (query: Record<string, unknown>) =>
      (await org.admin.api.get(path, { query: query as Record<string, string> })).body.items.map(({ id }: { id: string }) => id);
    const first = await org.admin.api.get(path, { query: { limit: 2 } });
    const rest = await org.admin.api.get(path, { query: { limit: 2, cursor: first.body.next_cursor } });
    expect([...first.body.items, ...rest.body.items].map(({ id }: { id: string }) => id)).toEqual([a.id, b.id, c.id]);
    await org.admin.api.post(`${path}/${b.id}/reject`, {});
    expect([await ids({}), await ids({ status: "rejected" }), await ids({ email: "Twin@example.com" })]).toEqual([[a.id, c.id], [b.id], [c.id]]);
    expect((await org.admin.api.get(path, { query: { status: "rejected", email: "x@example.com" } })).status).toBe(400);
  });
});

describe("PATCH /soundcloud/inquiries/{inquiry_id}", () => {
  it("changes notes, owner and the join under its version, and nothing that the server sets", async () => {
    const { id } = await applied();
    const patch = (body: object, version?: number) => world.admin.api.patch(`${path}/${id}`, body, version === undefined ? {} : { version });
    expect((await patch({ notes: "x" })).status).toBe(428);
    const { body } = await patch({ notes: "Asked twice.", ip_join_confirmed: true, owner_id: world.moderator.user_id }, 1);
    expect(body).toMatchObject({ notes: "Asked twice.", ip_join_confirmed: true, owner_id: world.moderator.user_id, version: 2 });
    expect((await patch({ notes: "late" }, 1)).problem).toMatchObject({ status: 412, current_version: 2 });
    for (const field of [{ status: "admitted" }, { member_id: id }, { admitted_at: "2026-11-20T09:00:00.000Z" }])
      expect((await patch(field, 2)).status).toBe(400);
  });
});

describe("POST /soundcloud/inquiries/{inquiry_id}/admit", () => {
  it("makes member, account and wallet with the decision", async () => {
    const org = await world.org();
    const inquiry = await applied({ soundcloud_url: "https://soundcloud.com/Neon-Nights" }, org);
    const { status, body } = await org.moderator.api.post(`${path}/${inquiry.id}/admit`, {
      admitted_group: "House A",
      account: { handle: "neon-nights", follower_count: 12_400 },
    });
    expect([status, body]).toMatchObject([200, { status: "admitted", admitted_group: "House A", admitted_at: expect.any(String), version: 2 }]);
    const member = (await org.admin.api.get(`/soundcloud/members/${body.member_id}`)).body;
    expect(member).toMatchObject({
      name: inquiry.name,
      primary_email: inquiry.email,
      size_tier: "T3",
      status: "active",
      soundcloud_linked: true,
      credits_balance: 2,
      credits_cap: 6,
    });
    const at = { org_id: org.org_id, member_id: body.member_id as string };
    expect((await LedgerEntry.list(org.ctx, at)).items.map(({ reason }) => reason)).toEqual(["monthly_grant"]);
    expect(await MemberAccount.get(org.ctx, { ...at, platform: "soundcloud" })).toMatchObject({ handle: "neon-nights", follower_count: 12_400 });
    expect(await typesOf(org)).toEqual(["soundcloud.inquiry-admitted.v1", "soundcloud.inquiry-received.v1"]);
    expect((await org.events()).find(({ type }) => type.includes("admitted"))?.data).toEqual({ inquiry_id: inquiry.id, member_id: body.member_id });
  });

  it("takes the channel of the address, which waits to be connected", async () => {
    const { id } = await applied({ soundcloud_url: "https://www.soundcloud.com/Quiet-Choir/?si=1" });
    const { member_id } = (await world.moderator.api.post(`${path}/${id}/admit`, {})).body;
    const member = await Member.get(world.ctx, { org_id: world.org_id, id: member_id });
    expect(member).toMatchObject({ soundcloud_handle: "quiet-choir", status: "needs_reconnect", soundcloud_linked: false, size_tier: "T1" });
  });

  it("becomes one member, asked twice or at once or after a replay", async () => {
    const org = await world.org();
    const { id } = await applied({ soundcloud_url: "https://soundcloud.com/once" }, org);
    const admit = (key: string) => org.moderator.api.post(`${path}/${id}/admit`, {}, { key });
    const replies = await Promise.all(["a", "b", "c"].map(admit));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    for (const { status, problem } of replies) if (status === 409) expect(problem).toMatchObject({ code: "invalid_transition", allowed: [] });
    const won = replies.findIndex(({ status }) => status === 200);
    expect((await admit(["a", "b", "c"][won]!)).body).toEqual(replies[won]!.body);
    expect((await Member.query.all(org.ctx, { org_id: org.org_id })).items.map((member) => member.id)).toEqual([replies[won]!.body.member_id]);
    expect((await typesOf(org)).filter((type) => type.includes("admitted")).length).toBe(1);
  });

  it("409 for an address or channel that a member has, and stays undecided", async () => {
    const taken = await world.member({ emails: ["taken@example.com"], soundcloud_handle: "taken-channel" });
    const byMail = await applied({ email: "Taken@example.com" });
    expect((await world.admin.api.post(`${path}/${byMail.id}/admit`, {})).problem).toMatchObject({ status: 409, code: "email_taken" });
    const byChannel = await applied({ soundcloud_url: `https://soundcloud.com/${taken.soundcloud_handle}` });
    expect((await world.admin.api.post(`${path}/${byChannel.id}/admit`, {})).problem).toMatchObject({ status: 409, code: "handle_taken" });
    for (const { id } of [byMail, byChannel]) {
      const { body } = await world.admin.api.get(`${path}/${id}`);
      expect([body.status, body.version, "member_id" in body]).toEqual(["undecided", 1, false]);
    }
  });
});

describe("rejecting and reopening", () => {
  it("200 along the declared states, with reasons in the history and the event", async () => {
    const org = await world.org();
    const { id } = await applied({}, org);
    const post = (verb: string, body?: object) => org.moderator.api.post(`${path}/${id}/${verb}`, body);
    expect((await post("reopen")).problem).toMatchObject({ status: 409, code: "invalid_transition", allowed: ["admitted", "rejected"] });
    expect((await post("reject", { reason: "No own tracks." })).body).toMatchObject({ status: "rejected", version: 2 });
    expect((await post("admit", {})).problem).toMatchObject({ status: 409, code: "invalid_transition", allowed: ["undecided"] });
    world.clock.advance(3_600_000);
    const reopened = (await post("reopen")).body;
    expect([reopened.status, reopened.undecided_since]).toEqual(["undecided", world.clock.now().toISOString()]);
    expect((await post("admit", {})).body.status).toBe("admitted");
    for (const verb of ["reject", "reopen"]) expect((await post(verb, verb === "reject" ? {} : undefined)).problem).toMatchObject({ allowed: [] });
    const history = (await org.admin.api.get(`${path}/${id}/history`)).body.items;
    expect(history.map(({ to, reason }: { to: string; reason?: string }) => [to, reason])).toEqual([
      ["rejected", "No own tracks."],
      ["undecided", undefined],
      ["admitted", undefined],
    ]);
    expect(await typesOf(org)).toEqual(["admitted", "received", "rejected"].map((done) => `soundcloud.inquiry-${done}.v1`));
  });

  it("404 for another org's", async () => {
    const { id } = await applied();
    const other = await world.org();
    for (const verb of ["admit", "reject"]) expect((await other.admin.api.post(`${path}/${id}/${verb}`, {})).status).toBe(404);
    expect((await other.admin.api.get(`${path}/${id}`)).status).toBe(404);
  });
});
