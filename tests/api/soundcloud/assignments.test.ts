import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { DAY, type QueueWorld, queueWorld } from "../../workers/soundcloud/queues-world.ts";

const path = "/soundcloud/queue-assignments";
const proof = { proof_url: "https://m.soundcloud.com/Somebody/reposts?si=1" };

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

/** A published assignment of a supporter who can sign in, paid by an artist. */
const published = async () => {
  const org = await world.org();
  const artist = await org.artist({ credits: 3, genres: ["Rock"] });
  const supporter = await org.artist();
  const submission = await org.submission({ member_id: artist.member.id, status: "approved", target_count: 1 });
  await world.build(org);
  const [assignment] = await world.publish(org);
  return { org, artist, supporter, submission, id: assignment!.id };
};

describe("GET /soundcloud/queue-assignments", () => {
  it("shows members their own of a day, by position, only once the queue is published", async () => {
    const org = await world.org();
    const supporter = await org.artist({ daily_capacity: 2 });
    const other = await org.artist();
    const client = await org.clientOf("Label");
    for (let n = 0; n < 2; n++) await org.submission({ client_id: client.id, status: "approved", target_count: 2 });
    await world.build(org);
    const mine = async (query = {}) => (await supporter.person.api.get(path, { query: { date: DAY, ...query } })).body.items;
    const [planned] = (await world.assignments(org)).filter(({ supporter_id }) => supporter_id === supporter.member.id);
    expect(await mine()).toEqual([]);
    expect((await supporter.person.api.get(`${path}/${planned!.id}`)).status).toBe(404);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/publish`);
    expect(await mine()).toEqual([]);
    await world.drain(publishQueueWorker);
    const shown = await mine();
    expect(shown).toHaveLength(2);
    expect(shown.map(({ position }: { position: number }) => position)).toEqual(shown.map(({ position }: { position: number }) => position).toSorted());
    expect(shown[0]).toMatchObject({
      queue_date: DAY,
      track_url: expect.stringMatching(/^https:\/\/soundcloud.com\/band-/),
      artist_name: expect.stringMatching(/^band-/),
      proof_due_at: "2026-11-21T09:00:00.000Z",
    });
    expect((await supporter.person.api.get(path)).body.items).toEqual([]);
    world.clock.advance(24 * 3_600_000);
    expect((await supporter.person.api.get(path)).body.items).toHaveLength(2);
    world.clock.set("2026-11-20T09:00:00.000Z");
    expect((await other.person.api.get(`${path}/${shown[0].id}`)).status).toBe(404);
    expect((await supporter.person.api.get(`${path}/${shown[0].id}`)).body).toEqual(shown[0]);
  });

  it("shows ops a whole day, a supporter's day, or a submission's, and refuses members' curiosity", async () => {
    const { org, supporter, submission, id } = await published();
    const list = async (query: Record<string, string>) => (await org.moderator.api.get(path, { query })).body.items.map((one: { id: string }) => one.id);
    expect(await list({ date: DAY })).toEqual([id]);
    expect(await list({ date: "2026-11-30" })).toEqual([]);
    expect(await list({ date: DAY, supporter_id: supporter.member.id })).toEqual([id]);
    expect(await list({ supporter_id: supporter.member.id })).toEqual([]);
    expect(await list({ submission_id: submission.id })).toEqual([id]);
    expect(await list({ review: "true" })).toEqual([]);
    expect((await org.moderator.api.get(path, { query: { submission_id: submission.id, review: "true" } })).status).toBe(400);
    expect((await supporter.person.api.get(path, { query: { submission_id: submission.id } })).problem).toMatchObject({ status: 403, code: "filter_for_ops" });
    expect((await supporter.person.api.get(path, { query: { supporter_id: world.ids.uuid() } })).status).toBe(404);
    expect((await (await org.person("nobody@example.com", ["member"])).api.get(path)).status).toBe(404);
  });
});

describe("POST /soundcloud/queue-assignments/{assignment_id}/proof", () => {
  it("200 keeps the canonical address, with the event that has it verified", async () => {
    const { org, supporter, id } = await published();
    const { status, body } = await supporter.person.api.post(`${path}/${id}/proof`, proof);
    expect([status, body]).toMatchObject([
      200,
      { status: "assigned", proof_url: "https://soundcloud.com/somebody", proof_submitted_at: "2026-11-20T09:00:00.000Z", verified: false },
    ]);
    expect((await org.events()).at(-1)).toMatchObject({ type: "soundcloud.proof-submitted.v1", data: { assignment_id: id } });
  });

  it("409 when it is late, unless a first one was in time", async () => {
    const { supporter, id } = await published();
    const timely = await published();
    expect((await timely.supporter.person.api.post(`${path}/${timely.id}/proof`, proof)).status).toBe(200);
    world.clock.advance(24 * 3_600_000 + 1);
    expect((await supporter.person.api.post(`${path}/${id}/proof`, proof)).problem).toMatchObject({
      status: 409,
      code: "proof_late",
      proof_due_at: "2026-11-21T09:00:00.000Z",
    });
    const again = await timely.supporter.person.api.post(`${path}/${timely.id}/proof`, { proof_url: "https://soundcloud.com/somebody-else" });
    expect(again.body).toMatchObject({ proof_url: "https://soundcloud.com/somebody-else", proof_submitted_at: "2026-11-20T09:00:00.000Z" });
    world.clock.set("2026-11-20T09:00:00.000Z");
  });

  it.each([
    ["another host", { proof_url: "https://evil.example/?soundcloud.com" }, 422, "not_soundcloud"],
    ["a picture", { proof_url: "data:image/png;base64,AAAA" }, 422, "not_soundcloud"],
    ["nothing", {}, 400, "invalid_request"],
    ["what only the server sets", { ...proof, credits_allocated: 9 }, 400, "invalid_request"],
  ])("refuses %s", async (_, body, status, code) => {
    const { supporter, id } = await published();
    expect((await supporter.person.api.post(`${path}/${id}/proof`, body)).problem).toMatchObject({ status, code });
    expect(world.sent).toEqual([]);
  });

  it("404 for another's assignment; credits cannot be patched", async () => {
    const { org, artist, supporter, id } = await published();
    expect((await artist.person.api.post(`${path}/${id}/proof`, proof)).status).toBe(404);
    const outsider = await world.org();
    expect((await outsider.admin.api.post(`${path}/${id}/proof`, proof)).status).toBe(404);
    const { version } = (await supporter.person.api.get(`${path}/${id}`)).body;
    const { status, problem } = await supporter.person.api.patch(`${path}/${id}`, { credits_allocated: 9 }, { version });
    expect([status, problem.code]).toEqual([403, "field_fixed"]);
    expect((await org.admin.api.get(`${path}/${id}`)).body.credits_allocated).toBe(1);
  });
});

describe("ending an assignment by hand", () => {
  it("skip releases the credits and wants a supporter again, by the supporter or ops", async () => {
    const { org, artist, supporter, submission, id } = await published();
    expect((await artist.person.api.post(`${path}/${id}/skip`, { reason: "No." })).status).toBe(404);
    const { status, body } = await supporter.person.api.post(`${path}/${id}/skip`, { reason: "On tour." });
    expect([status, body]).toMatchObject([200, { status: "skipped", skip_reason: "On tour." }]);
    expect(await org.wallet(artist.member.id)).toMatchObject({ balance: 3, reserved: 0 });
    expect(await Submission.get(org.ctx, submission, { consistent: true })).toMatchObject({ supported_count: 0, demand_since: "2026-11-20" });
    expect((await Member.get(org.ctx, supporter.member, { consistent: true })).skipped_count).toBe(1);
    expect((await supporter.person.api.post(`${path}/${id}/skip`, { reason: "Again." })).problem).toMatchObject({
      status: 409,
      code: "invalid_transition",
      allowed: [],
    });
    expect((await supporter.person.api.post(`${path}/${id}/proof`, proof)).problem.code).toBe("not_assigned");
    expect((await org.events()).at(-1)!.type).toBe("soundcloud.assignment-skipped.v1");
  });

  it("fail is for ops", async () => {
    const { org, supporter, id } = await published();
    expect((await supporter.person.api.post(`${path}/${id}/fail`, { reason: "x" })).status).toBe(403);
    expect((await org.moderator.api.post(`${path}/${id}/fail`, { reason: "Channel deleted." })).body).toMatchObject({
      status: "failed",
      failure_reason: "Channel deleted.",
    });
    expect((await org.events()).at(-1)).toMatchObject({ type: "soundcloud.assignment-failed.v1", data: { reason: "Channel deleted." } });
  });

  it("verify pays, once per key, and what ops confirmed stands", async () => {
    const { org, artist, supporter, id } = await published();
    expect((await supporter.person.api.post(`${path}/${id}/verify`)).status).toBe(403);
    const key = world.ids.uuid();
    const first = await org.moderator.api.post(`${path}/${id}/verify`, undefined, { key });
    expect(first.body).toMatchObject({ status: "completed", verified: true, verified_by: "ops", completed_at: "2026-11-20T09:00:00.000Z" });
    expect((await org.moderator.api.post(`${path}/${id}/verify`, undefined, { key })).body).toEqual(first.body);
    expect((await org.moderator.api.get(`${path}/${id}`)).body).toEqual(first.body);
    expect((await org.moderator.api.post(`${path}/${id}/verify`)).problem.code).toBe("invalid_transition");
    expect([(await org.wallet(artist.member.id)).balance, (await org.wallet(supporter.member.id)).balance]).toEqual([2, 2]);
    expect((await world.assignment(id, org)).check).toBeUndefined();
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("409 before publication", async () => {
    const org = await world.org();
    await org.member();
    await org.submission({ client_id: (await org.clientOf("Label")).id, status: "approved", target_count: 1 });
    await world.build(org);
    const [planned] = await world.assignments(org);
    for (const [verb, body] of [
      ["proof", proof],
      ["skip", { reason: "x" }],
      ["fail", { reason: "x" }],
      ["verify", undefined],
    ] as const)
      expect((await org.admin.api.post(`${path}/${planned!.id}/${verb}`, body)).problem).toMatchObject({ status: 409, code: "not_published" });
  });
});
