import { failLate } from "../../../shared/soundcloud/queue/end-assignment.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { ResolveTrack } from "../../../events/soundcloud/resolve-track.v1.ts";
import { checkAssignmentsHourlyJob } from "../../../functions/soundcloud/check-assignments-hourly.schedule.ts";
import { checkAssignmentsWorker } from "../../../functions/soundcloud/check-assignments.worker.ts";
import { resolveTrackWorker } from "../../../functions/soundcloud/resolve-track.worker.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import type { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { SupportRecord } from "../../../shared/soundcloud/queue/support-record.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { control } from "../../integration/providers/support.ts";
import { type QueueWorld, demand, queueWorld } from "./queues-world.ts";

const HOUR = 3_600_000;

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

const submissionOf = (org: SoundcloudOrg, id: string) => Submission.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const memberOf = (org: SoundcloudOrg, id: string) => Member.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const typesOf = async (org: SoundcloudOrg) => (await org.events()).map(({ type }) => type.replace(/^soundcloud\.|\.v1$/g, ""));
const order = (org: SoundcloudOrg) => org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" });
const check = (org: SoundcloudOrg) => world.deliver(checkAssignmentsWorker, [order(org)]);
const prove = async (org: SoundcloudOrg, { id }: QueueAssignment) => {
  const { status, body } = await org.moderator.api.post(`/soundcloud/queue-assignments/${id}/proof`, { proof_url: "https://soundcloud.com/somebody/reposts" });
  if (status !== 200) throw new Error(`The proof was answered ${status}: ${JSON.stringify(body)}`);
};

let bands = 0;
/** One published assignment of an artist who pays with credits; SoundCloud has not seen the track before. */
const paid = async (place: QueueWorld = world) => {
  const org = place === world ? await world.org() : place;
  const artist = await org.member({ credits: 3, genres: ["Rock"] });
  const supporter = await org.member();
  const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 1, artist: `night-band-${(bands += 1)}` });
  await place.build(org);
  const [assignment] = await place.publish(org);
  place.sent.splice(0);
  return { org, artist, supporter, submission, assignment: assignment! };
};

describe("a proof", () => {
  it("is verified against SoundCloud and paid, by the message that it sends", async () => {
    const { org, artist, supporter, submission, assignment } = await paid();
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    expect(await world.drain(checkAssignmentsWorker)).toBe(1);
    expect(await world.assignment(assignment.id, org)).toMatchObject({
      status: "completed",
      verified: true,
      verified_by: "soundcloud",
      completed_at: "2026-11-20T09:00:00.000Z",
      check: "still_standing",
      check_at: "2026-11-22T09:00:00.000Z",
    });
    expect(await org.wallet(artist.id)).toMatchObject({ balance: 2, reserved: 0, credits_used: 1 });
    expect(await org.wallet(supporter.id)).toMatchObject({ balance: 2, credits_given: 1 });
    const resolved = await submissionOf(org, submission.id);
    expect(resolved).toMatchObject({
      credits_consumed: 1,
      supported_count: 1,
      track_key: resolved.track_urn,
      artist_key: resolved.artist_urn,
      support_url: "https://soundcloud.com/somebody",
    });
    expect(await memberOf(org, supporter.id)).toMatchObject({ completed_count: 1, soundcloud_urn: expect.stringMatching(/^soundcloud:users:\d+$/) });
    expect(await typesOf(org)).toContain("assignment-completed");
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("of client work is paid by the campaign account", async () => {
    const org = await world.org();
    const { members, submission } = await demand(org, 1);
    await world.build(org);
    const [assignment] = await world.publish(org);
    await world.repost(members[0]!, submission.track_url);
    await prove(org, assignment!);
    await world.drain(checkAssignmentsWorker);
    expect((await CampaignAccount.get(org.ctx, { org_id: org.org_id }, { consistent: true })).minted).toBe(1);
    expect((await submissionOf(org, submission.id)).credits_consumed).toBe(1);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("is recognised by the URN after the channel was renamed", async () => {
    const { org, supporter, submission, assignment } = await paid();
    await world.repost(supporter, submission.track_url);
    const accounts = await control<{ items: { urn: string }[] }>(world.sandbox.url, "PUT", "accounts", { accounts: [{ handle: supporter.soundcloud_handle }] });
    await Member.patch(org.ctx, supporter, { soundcloud_urn: accounts.items[0]!.urn, soundcloud_handle: "an-older-name" });
    await prove(org, assignment);
    await world.drain(checkAssignmentsWorker);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });

  it("counts once, delivered twice and at the same time", async () => {
    const { org, artist, supporter, submission, assignment } = await paid();
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    const again = order(org);
    await Promise.all([world.deliver(checkAssignmentsWorker, [again]), world.deliver(checkAssignmentsWorker, [again])]);
    expect(await world.drain(checkAssignmentsWorker)).toBe(1);
    expect([(await org.wallet(artist.id)).balance, (await org.wallet(supporter.id)).balance]).toEqual([2, 2]);
    expect((await typesOf(org)).filter((type) => type === "assignment-completed")).toHaveLength(1);
  });

  it("that SoundCloud does not show is looked up again, for a day, and then by ops", async () => {
    const { org, artist, assignment } = await paid();
    await prove(org, assignment);
    expect(await world.deliver(checkAssignmentsWorker, [order(org)])).toBe(0);
    expect(world.sent.filter(({ envelope }) => envelope.org_id === org.org_id).map(({ delay_s }) => delay_s)).toEqual([undefined, 300]);
    const waits: number[] = [];
    for (let look = 1; look <= 6; look++) {
      const { check_at } = await world.assignment(assignment.id, org);
      const now = world.clock.now().getTime();
      waits.push((Date.parse(check_at!) - now) / 60_000);
      world.clock.set(check_at!);
      expect(await check(org)).toBe(0);
    }
    expect(waits).toEqual([5, 15, 60, 180, 360, 720]);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "assigned", check: "review", failure_reason: "verification_failed" });
    expect((await org.wallet(artist.id)).reserved).toBe(1);
    expect((await org.admin.api.get("/soundcloud/queue-assignments", { query: { review: "true" } })).body.items).toMatchObject([
      { id: assignment.id, needs_review: true },
    ]);
    await check(org);
    expect((await org.admin.api.post(`/soundcloud/queue-assignments/${assignment.id}/verify`)).body).toMatchObject({
      status: "completed",
      verified_by: "ops",
      needs_review: false,
    });
    world.sent.splice(0);
    world.clock.set("2026-11-20T09:00:00.000Z");
  });

  it("waits while SoundCloud is out, whatever the clock says", async () => {
    const { org, supporter, submission, assignment } = await paid();
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    world.sent.splice(0);
    await world.fault("503", 4);
    expect(await check(org)).toBe(0);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "assigned", check: "verify", check_attempts: 0 });
    world.clock.advance(40 * HOUR);
    await control(world.sandbox.url, "DELETE", "faults");
    for (let run = 0; run < 5 && (await world.assignment(assignment.id, org)).status === "assigned"; run++) await check(org);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
    world.clock.set("2026-11-20T09:00:00.000Z");
  });
});

describe("a missing proof", () => {
  it("fails nothing when the proof came after the assignment was found late", async () => {
    const { org, artist, assignment } = await paid();
    const found = await world.assignment(assignment.id, org);
    await prove(org, assignment);
    world.clock.set(found.check_at!);
    await failLate(org.ctx, assignment.id);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "assigned", check: "verify" });
    expect((await org.wallet(artist.id)).reserved).toBe(1);
    world.sent.length = 0;
    world.clock.set("2026-11-20T09:00:00.000Z");
  });

  it("fails the assignment once it is late: released, recorded no more, wanted again", async () => {
    const { org, artist, supporter, submission, assignment } = await paid();
    world.clock.advance(24 * HOUR);
    world.clock.advance(-1);
    await check(org);
    expect((await world.assignment(assignment.id, org)).status).toBe("assigned");
    world.clock.advance(1);
    const again = order(org);
    expect(await world.deliver(checkAssignmentsWorker, [again, again])).toBe(0);
    const failed = await world.assignment(assignment.id, org);
    expect(failed).toMatchObject({ status: "failed", failure_reason: "proof_late" });
    expect([failed.check, failed.check_at]).toEqual([undefined, undefined]);
    expect(await org.wallet(artist.id)).toMatchObject({ balance: 3, reserved: 0 });
    expect(await submissionOf(org, submission.id)).toMatchObject({ supported_count: 0, demand_since: "2026-11-21" });
    expect((await SupportRecord.list(org.ctx, { org_id: org.org_id, track_key: submission.track_key })).items).toEqual([]);
    expect((await memberOf(org, supporter.id)).failed_count).toBe(1);
    expect((await typesOf(org)).filter((type) => type === "assignment-failed")).toHaveLength(1);
    world.clock.set("2026-11-20T09:00:00.000Z");
  });
});

describe("a repost, two days after it was paid", () => {
  const completed = async () => {
    const all = await paid();
    await world.repost(all.supporter, all.submission.track_url);
    await prove(all.org, all.assignment);
    await world.drain(checkAssignmentsWorker);
    return all;
  };

  it("that stands is left alone for good", async () => {
    const { org, artist, assignment } = await completed();
    world.clock.advance(48 * HOUR);
    expect(await check(org)).toBe(0);
    const after = await world.assignment(assignment.id, org);
    expect([after.status, after.refunded_at, after.check]).toEqual(["completed", undefined, undefined]);
    expect((await org.wallet(artist.id)).balance).toBe(2);
    world.clock.set("2026-11-20T09:00:00.000Z");
  });

  it("that is gone is refunded, once, with the fee of its settlement", async () => {
    const { org, artist, supporter, submission, assignment } = await completed();
    await Settings.patch(org.ctx, { org_id: org.org_id }, { service_fee_bps: 10_000 });
    await world.unrepost(supporter, submission.track_url);
    world.clock.advance(47 * HOUR);
    await check(org);
    expect((await world.assignment(assignment.id, org)).refunded_at).toBeUndefined();
    world.clock.advance(HOUR);
    const again = order(org);
    expect(await world.deliver(checkAssignmentsWorker, [again, again])).toBe(0);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "completed", refunded_at: "2026-11-22T09:00:00.000Z" });
    expect([(await org.wallet(artist.id)).balance, (await org.wallet(supporter.id)).balance]).toEqual([3, 1]);
    expect(await submissionOf(org, submission.id)).toMatchObject({ credits_consumed: 0, supported_count: 0, demand_since: "2026-11-22" });
    expect((await typesOf(org)).filter((type) => type === "assignment-refunded")).toHaveLength(1);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    world.clock.set("2026-11-20T09:00:00.000Z");
  });
});

describe("the worker", () => {
  it("does the rest when one message is poison", async () => {
    const { org, supporter, submission, assignment } = await paid();
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    world.sent.splice(0);
    expect(await world.deliver(checkAssignmentsWorker, [org.message(CheckAssignments, { due_until: "soon" }), "null", order(org)])).toBe(2);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });

  it("begins nothing that it has no time for, and goes on in a new message", async () => {
    const { org, supporter, submission, assignment } = await paid();
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    world.sent.splice(0);
    expect(await world.deliver(checkAssignmentsWorker, [order(org)], { remaining_ms: 30_000 })).toBe(0);
    expect((await world.assignment(assignment.id, org)).status).toBe("assigned");
    await world.drain(checkAssignmentsWorker);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });

  it("is started for every org once an hour", async () => {
    const org = await world.org();
    world.sent.splice(0);
    for (let time = 0; time < 2; time++) await world.tick(checkAssignmentsHourlyJob, "2026-11-20T10:05:00Z");
    const orders = world.sent.splice(0).filter(({ envelope }) => envelope.org_id === org.org_id);
    expect(orders.map(({ envelope }) => envelope.data)).toEqual([{ due_until: "2026-11-20T10:59:59.999Z" }]);
  });
});

describe("resolving a track", () => {
  const resolve = (org: SoundcloudOrg, submission_id: string) => world.deliver(resolveTrackWorker, [org.message(ResolveTrack, { submission_id })]);

  it("stores the URNs of track and artist, on the event of its approval too", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    const submission = await org.submission({ client_id: client.id, status: "approved", artist: "jane", slug: "one-night" });
    const detail = {
      id: world.ids.uuid(),
      type: "soundcloud.submission-approved.v1",
      org_id: org.org_id,
      at: "2026-11-20T09:00:00.000Z",
      data: { submission_id: submission.id, client_id: client.id },
    };
    const event = JSON.stringify({ "detail-type": detail.type, detail });
    expect(await world.deliver(resolveTrackWorker, [event, event])).toBe(0);
    const resolved = await submissionOf(org, submission.id);
    expect(resolved).toMatchObject({
      track_urn: expect.stringMatching(/^soundcloud:tracks:/),
      artist_urn: expect.stringMatching(/^soundcloud:users:/),
      status: "approved",
      track_url: submission.track_url,
    });
    expect([resolved.track_key, resolved.artist_key]).toEqual([resolved.track_urn, resolved.artist_urn]);
  });

  it("flags a second submission of the track by the same party, and a track that is not there", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label");
    await control(world.sandbox.url, "PUT", "short-links", { code: "Twin1", url: "https://soundcloud.com/jane/two-nights" });
    const first = await org.submission({ client_id: client.id, status: "approved", artist: "jane", slug: "two-nights" });
    const short = "https://on.soundcloud.com/Twin1";
    const second = await org.submission({
      client_id: client.id,
      status: "qa_flag",
      qa_reason: "short_link_unresolved",
      track_kind: "short",
      track_url: short,
      track_key: short,
      artist_key: "",
      dedupe_key: `${client.id}#${short}`,
    });
    const missing = await org.submission({ client_id: client.id, status: "approved", artist: "missing-jane" });
    for (const { id } of [first, second, missing]) expect(await resolve(org, id)).toBe(0);
    expect((await submissionOf(org, first.id)).status).toBe("approved");
    expect(await submissionOf(org, second.id)).toMatchObject({
      status: "qa_flag",
      qa_reason: "duplicate_track",
      track_url: "https://soundcloud.com/jane/two-nights",
    });
    const gone = await submissionOf(org, missing.id);
    expect([gone.status, gone.qa_reason, gone.demand_since]).toEqual(["qa_flag", "track_not_found", undefined]);
  });

  it("makes a short link the track that it leads to, and takes it up", async () => {
    const org = await world.org();
    const short = "https://on.soundcloud.com/Solo1";
    await control(world.sandbox.url, "PUT", "short-links", { code: "Solo1", url: "https://soundcloud.com/jane/solo" });
    const submission = await org.submission({
      member_id: (await org.member()).id,
      status: "qa_flag",
      qa_reason: "short_link_unresolved",
      track_kind: "short",
      track_url: short,
      track_key: short,
      artist_key: "",
    });
    expect(await resolve(org, submission.id)).toBe(0);
    const resolved = await submissionOf(org, submission.id);
    expect([resolved.status, resolved.qa_reason, resolved.track_kind, resolved.track_url]).toEqual([
      "pending",
      undefined,
      "track",
      "https://soundcloud.com/jane/solo",
    ]);
  });

  it("is tried again when SoundCloud does not answer, and finds what is gone done", async () => {
    const org = await world.org();
    const submission = await org.submission({ client_id: (await org.clientOf("Label")).id, status: "approved", artist: "jane", slug: "later" });
    await world.fault("503", 4);
    expect(await resolve(org, submission.id)).toBe(1);
    await control(world.sandbox.url, "DELETE", "faults");
    for (let run = 0; run < 5 && (await submissionOf(org, submission.id)).track_urn === undefined; run++) await resolve(org, submission.id);
    expect((await submissionOf(org, submission.id)).track_urn).toBeDefined();
    expect(await resolve(org, world.ids.uuid())).toBe(0);
  });
});
