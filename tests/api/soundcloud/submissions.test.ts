import { beforeAll, describe, expect, it } from "vitest";
import { SubmissionApproved } from "../../../events/soundcloud/submission-approved.v1.ts";
import { submissionsApi } from "../../../functions/soundcloud/submissions.api.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { Salesperson } from "../../../shared/soundcloud/party/salesperson.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { type SoundcloudWorld, dumpSoundcloud, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [submissionsApi], start: "2026-11-20T10:00:00.000Z" });
});
const url = (slug: string) => `https://soundcloud.com/quiet-choir/${slug}`;

describe("POST /soundcloud/submissions", () => {
  it("201 for a member's own track, with a canonical address, a classified genre and the decision clock", async () => {
    const { member, person } = await world.artist({ credits: 1 });
    const { status, body, headers } = await person.api.post("/soundcloud/submissions", {
      track_url: " http://www.SoundCloud.com/Quiet-Choir/Deep-House-Nights/?utm_source=x#t=1 ",
    });
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`/soundcloud/submissions/${body.id}`);
    expect(body).toMatchObject({
      status: "new",
      member_id: member.id,
      member_name: member.name,
      track_url: url("deep-house-nights"),
      family: "Electronic",
      subgenres: ["House"],
      decision_due_at: "2026-11-21T10:00:00.000Z",
      decision_overdue: false,
    });
    expect(await Member.get(world.ctx, { org_id: world.org_id, id: member.id })).toMatchObject({ submissions_this_month: 1, submissions_month: "2026-11" });
  });

  it("gives the same reply to the same Idempotency-Key and makes one submission", async () => {
    const { member, person } = await world.artist({ credits: 1 });
    const first = await person.api.post("/soundcloud/submissions", { track_url: url("once") }, { key: "once" });
    const second = await person.api.post("/soundcloud/submissions", { track_url: url("once") }, { key: "once" });
    expect(second.body).toEqual(first.body);
    expect(second.headers["idempotency-replayed"]).toBe("true");
    const { items } = await Submission.query.byParty(world.ctx, { org_id: world.org_id, party_id: member.id });
    expect(items).toHaveLength(1);
  });

  it("409 when the monthly limit is used up, and again free for one that was rejected", async () => {
    const { person } = await world.artist({ credits: 1, monthly_submission_limit: 2 });
    const first = await person.api.post("/soundcloud/submissions", { track_url: url("limit-1") });
    await person.api.post("/soundcloud/submissions", { track_url: url("limit-2") });
    const refused = await person.api.post("/soundcloud/submissions", { track_url: url("limit-3") });
    expect(refused.status).toBe(409);
    expect(refused.problem).toMatchObject({ code: "monthly_limit_reached", limit: 2, resets_at: "2026-12-01T00:00:00.000Z" });
    await world.moderator.api.post(`/soundcloud/submissions/${first.body.id}/reject`, { reason: "Not yours." });
    expect((await person.api.post("/soundcloud/submissions", { track_url: url("limit-3") })).status).toBe(201);
  });

  it("holds the limit under parallel submissions", async () => {
    const { person } = await world.artist({ credits: 1, monthly_submission_limit: 3 });
    const replies = await Promise.all(Array.from({ length: 6 }, (_, at) => person.api.post("/soundcloud/submissions", { track_url: url(`parallel-${at}`) })));
    expect(replies.map(({ status, problem }) => (status === 201 ? "created" : problem.code)).toSorted()).toEqual([
      ...Array(3).fill("created"),
      ...Array(3).fill("monthly_limit_reached"),
    ]);
  });

  it("409 without credits to spend", async () => {
    const { person } = await world.artist({ credits: 0 });
    const { status, problem } = await person.api.post("/soundcloud/submissions", { track_url: url("poor") });
    expect([status, problem.code]).toEqual([409, "insufficient_credits"]);
  });

  it("409 for the same track of the same party, whatever the form of its address; another party may", async () => {
    const { person } = await world.artist({ credits: 1 });
    const first = await person.api.post("/soundcloud/submissions", { track_url: url("twice") });
    const again = await person.api.post("/soundcloud/submissions", { track_url: "m.soundcloud.com/QUIET-CHOIR/twice?si=1" });
    expect([again.status, again.problem.code, again.problem["submission_id"]]).toEqual([409, "duplicate_submission", first.body.id]);
    const other = await world.artist({ credits: 1 });
    expect((await other.person.api.post("/soundcloud/submissions", { track_url: url("twice") })).status).toBe(201);
  });

  it.each([
    ["https://evil.example/?soundcloud.com", "not_soundcloud"],
    ["https://soundcloud.com.evil.com/a/b", "not_soundcloud"],
    ["https://soundcloud.com/discover", "not_soundcloud"],
    ["https://soundcloud.com/quiet-choir", "not_a_track"],
    ["https://soundcloud.com/quiet-choir/sets/best-of", "not_a_track"],
  ])("422 for %s", async (track_url, code) => {
    const { status, problem } = await world.admin.api.post("/soundcloud/submissions", { track_url, member_id: (await world.member({ credits: 1 })).id });
    expect([status, problem.code, problem.errors[0]?.pointer]).toEqual([422, code, "/track_url"]);
  });

  it("403 when a member names another member or fields of ops", async () => {
    const { person } = await world.artist({ credits: 1 });
    const foreign = await person.api.post("/soundcloud/submissions", { track_url: url("foreign"), member_id: (await world.member()).id });
    expect([foreign.status, foreign.problem.code]).toEqual([403, "not_yours"]);
    const notes = await person.api.post("/soundcloud/submissions", { track_url: url("foreign"), notes: "please" });
    expect([notes.status, notes.problem.code]).toEqual([403, "field_for_ops"]);
  });

  it("422 unless ops name exactly one party that exists", async () => {
    const none = await world.admin.api.post("/soundcloud/submissions", { track_url: url("nobody") });
    expect([none.status, none.problem.code]).toEqual([422, "one_party"]);
    const unknown = await world.admin.api.post("/soundcloud/submissions", { track_url: url("nobody"), client_id: world.org_id });
    expect([unknown.status, unknown.problem.errors[0]]).toMatchObject([422, { pointer: "/client_id", code: "unknown_party" }]);
  });

  it("seals the token of a private link and shows it to ops alone", async () => {
    const { person } = await world.artist({ credits: 1 });
    const made = await person.api.post("/soundcloud/submissions", { track_url: "https://soundcloud.com/quiet-choir/secret/s-CanaryToken1" });
    expect(made.body.track_url).toBe(url("secret"));
    expect(JSON.stringify(made.body)).not.toContain("s-CanaryToken1");
    expect(JSON.stringify((await person.api.get(`/soundcloud/submissions/${made.body.id}`)).body)).not.toContain("s-CanaryToken1");
    expect((await world.moderator.api.get(`/soundcloud/submissions/${made.body.id}`)).body.secret_token).toBe("s-CanaryToken1");
    expect(await dumpSoundcloud(world)).not.toContain("s-CanaryToken1");
  });

  it("flags a short link, which cannot be approved before it is resolved", async () => {
    const { person } = await world.artist({ credits: 1 });
    const made = await person.api.post("/soundcloud/submissions", { track_url: "https://on.soundcloud.com/AbCd1" });
    expect(made.body).toMatchObject({ status: "qa_flag", qa_reason: "short_link_unresolved", track_kind: "short" });
    const approved = await world.moderator.api.post(`/soundcloud/submissions/${made.body.id}/approve`);
    expect([approved.status, approved.problem.code]).toEqual([409, "unresolved_track"]);
  });
});

describe("decisions", () => {
  it("approves, which opens demand and tells so in one event; rejected is final", async () => {
    const { member, person } = await world.artist({ credits: 1 });
    const made = await person.api.post("/soundcloud/submissions", { track_url: url("approve") });
    const approved = await world.moderator.api.post(`/soundcloud/submissions/${made.body.id}/approve`);
    expect(approved.body).toMatchObject({ status: "approved", demand_since: "2026-11-20", version: made.body.version + 1 });
    expect((await world.events()).filter(({ type }) => type === SubmissionApproved.type).map(({ data }) => data)).toContainEqual({
      submission_id: made.body.id,
      member_id: member.id,
    });
    const rejected = await world.moderator.api.post(`/soundcloud/submissions/${made.body.id}/reject`, {});
    expect([rejected.status, rejected.problem.code, rejected.problem["allowed"]]).toEqual([409, "invalid_transition", ["qa_flag"]]);
    const history = await world.moderator.api.get(`/soundcloud/submissions/${made.body.id}/history`);
    expect(history.body.items).toMatchObject([{ from: "new", to: "approved", by: world.moderator.user_id }]);
  });

  it("rejecting frees the track for the party", async () => {
    const { person } = await world.artist({ credits: 1 });
    const made = await person.api.post("/soundcloud/submissions", { track_url: url("free-again") });
    await world.moderator.api.post(`/soundcloud/submissions/${made.body.id}/reject`, { reason: "Too quiet." });
    expect((await person.api.post("/soundcloud/submissions", { track_url: url("free-again") })).status).toBe(201);
  });

  it("client work makes demand only for the repost network", async () => {
    const client = await world.clientOf("Paper Mgmt");
    const make = async (service_type: string) => {
      const made = await world.admin.api.post("/soundcloud/submissions", {
        client_id: client.id,
        track_url: url(service_type.replaceAll("_", "-")),
        service_type,
      });
      return (await world.admin.api.post(`/soundcloud/submissions/${made.body.id}/approve`)).body;
    };
    expect((await make("repost_network")).demand_since).toBe("2026-11-20");
    expect((await make("playlist_placement")).demand_since).toBeUndefined();
  });
});

describe("GET /soundcloud/submissions", () => {
  it("shows a member's ten most recent ones, the newest first, with the member's name", async () => {
    const { id: member_id, name } = await world.member({ name: "Prolific" });
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      ids.unshift((await world.submission({ member_id })).id);
      world.clock.advance(1);
    }
    const { items } = (await world.admin.api.get("/soundcloud/submissions", { query: { member_id, limit: 10 } })).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 10));
    expect(items.every((one: { member_name: string }) => one.member_name === name)).toBe(true);
  });

  it("shows members their own, newest first, and nobody else's", async () => {
    const { person } = await world.artist({ credits: 1 });
    for (const slug of ["mine-1", "mine-2"]) {
      await person.api.post("/soundcloud/submissions", { track_url: url(slug) });
      world.clock.advance(1);
    }
    const { body } = await person.api.get("/soundcloud/submissions");
    expect(body.items.map((item: { track_url: string }) => item.track_url)).toEqual([url("mine-2"), url("mine-1")]);
    const foreign = await world.submission({ member_id: (await world.member()).id });
    expect((await person.api.get(`/soundcloud/submissions/${foreign.id}`)).status).toBe(404);
  });

  it("pages with cursors that work nowhere else", async () => {
    const member = await world.member();
    for (let at = 0; at < 5; at++) await world.submission({ member_id: member.id });
    const first = await world.admin.api.get("/soundcloud/submissions", { query: { member_id: member.id, limit: 3 } });
    const second = await world.admin.api.get("/soundcloud/submissions", { query: { member_id: member.id, limit: 3, cursor: first.body.next_cursor } });
    expect(first.body.items).toHaveLength(3);
    expect(second.body.items).toHaveLength(2);
    expect(second.body.next_cursor).toBeNull();
    const elsewhere = await world.admin.api.get("/soundcloud/submissions", { query: { status: "new", cursor: first.body.next_cursor } });
    expect([elsewhere.status, elsewhere.problem.code]).toEqual([400, "bad_cursor"]);
  });

  it("lists what is overdue for a decision, and refuses two filters at once", async () => {
    const late = await soundcloudWorld({ apis: [submissionsApi], start: "2026-11-20T10:00:00.000Z" });
    const old = await late.submission({ member_id: (await late.member()).id });
    late.clock.advance(25 * 3_600_000);
    await late.submission({ member_id: (await late.member()).id });
    const { body } = await late.admin.api.get("/soundcloud/submissions", { query: { overdue: "true" } });
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([old.id]);
    expect(body.items[0].decision_overdue).toBe(true);
    expect((await late.admin.api.get("/soundcloud/submissions", { query: { overdue: "true", status: "new" } })).status).toBe(400);
  });
});

describe("PATCH /soundcloud/submissions/{submission_id}", () => {
  it("changes the genre that matching uses, under If-Match", async () => {
    const made = await world.submission({ member_id: (await world.member()).id });
    const patched = await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { family: "Hip-Hop", subgenres: ["Trap"] }, { version: 1 });
    expect(patched.body).toMatchObject({ family: "Hip-Hop", subgenres: ["Trap"], version: 2 });
    expect(patched.body.genre_pairs ?? (await Submission.get(world.ctx, { org_id: world.org_id, id: made.id })).genre_pairs).toHaveLength(1);
    expect((await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { notes: "x" }, { version: 1 })).status).toBe(412);
    expect((await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { notes: "x" })).status).toBe(428);
    expect((await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { credits_consumed: 5 }, { version: 2 })).status).toBe(400);
  });

  it("422 for a salesperson of another org, and nothing is changed", async () => {
    const other = await world.org();
    const stranger = await Salesperson.create(other.ctx, { org_id: other.org_id, name: "Stranger", name_key: "stranger" });
    const made = await world.submission({ member_id: (await world.member()).id });
    const { problem } = await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { salesperson_id: stranger.id }, { version: 1 });
    expect(problem).toMatchObject({ status: 422, code: "unknown_party", errors: [{ pointer: "/salesperson_id" }] });
  });

  it("gives it to somebody of the staff, which the artist does not see; that a live link is needed the artist says", async () => {
    const { member, person } = await world.artist();
    const link = { track_url: "https://soundcloud.com/quiet-choir/premiere", need_live_link: true };
    const { body } = await person.api.post("/soundcloud/submissions", link);
    expect(body).toMatchObject({ member_id: member.id, need_live_link: true });
    expect((await person.api.post("/soundcloud/submissions", { ...link, owner_id: world.moderator.user_id })).status).toBe(403);
    const path = `/soundcloud/submissions/${body.id}`;
    const owned = await world.admin.api.patch(path, { owner_id: world.moderator.user_id, need_live_link: false }, { version: body.version });
    expect(owned.body).toMatchObject({ owner_id: world.moderator.user_id, need_live_link: false });
    expect((await person.api.get(path)).body).not.toHaveProperty("owner_id");
  });

  it("a lower target count closes the demand, a higher one opens it", async () => {
    const made = await world.submission({ member_id: (await world.member()).id, status: "approved", supported_count: 4, target_count: 10 });
    const closed = await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { target_count: 4 }, { version: 1 });
    expect(closed.body.demand_since).toBeUndefined();
    const opened = await world.admin.api.patch(`/soundcloud/submissions/${made.id}`, { target_count: 5 }, { version: 2 });
    expect(opened.body.demand_since).toBe("2026-11-20");
  });
});
