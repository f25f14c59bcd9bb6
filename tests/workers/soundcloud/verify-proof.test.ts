import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { VerifyProof } from "../../../events/soundcloud/verify-proof.v1.ts";
import { checkAssignmentsWorker } from "../../../functions/soundcloud/check-assignments.worker.ts";
import { verifyProofWorker } from "../../../functions/soundcloud/verify-proof.worker.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import type { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type QueueWorld, demand, memberOf, paid, prove, queueWorld, submissionOf, typesOf } from "./queues-world.ts";

const HOUR = 3_600_000;

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterEach(async () => {
  await world.purge(verifyProofWorker);
  world.clock.set("2026-11-20T09:00:00.000Z");
});
afterAll(() => world.stop());

const order = (org: SoundcloudOrg, { id }: QueueAssignment) => org.message(VerifyProof, { assignment_id: id });
const hourly = (org: SoundcloudOrg) => org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" });

describe("a proof", () => {
  it("is verified against SoundCloud and paid, by the event that goes with it", async () => {
    const { org, artist, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    expect(await world.drain(verifyProofWorker)).toBe(1);
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
    await world.drain(verifyProofWorker);
    expect((await CampaignAccount.get(org.ctx, { org_id: org.org_id }, { consistent: true })).minted).toBe(1);
    expect((await submissionOf(org, submission.id)).credits_consumed).toBe(1);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("is recognised by the URN after the channel was renamed", async () => {
    const { org, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    const accounts = await control<{ items: { urn: string }[] }>(world.sandbox.url, "PUT", "accounts", { accounts: [{ handle: supporter.soundcloud_handle }] });
    await Member.patch(org.ctx, supporter, { soundcloud_urn: accounts.items[0]!.urn, soundcloud_handle: "an-older-name" });
    await prove(org, assignment);
    await world.drain(verifyProofWorker);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });

  it("counts once, delivered twice and at the same time", async () => {
    const { org, artist, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    const again = order(org, assignment);
    await Promise.all([world.deliver(verifyProofWorker, [again]), world.deliver(verifyProofWorker, [again])]);
    expect(await world.drain(verifyProofWorker)).toBe(1);
    expect([(await org.wallet(artist.id)).balance, (await org.wallet(supporter.id)).balance]).toEqual([2, 2]);
    expect((await typesOf(org)).filter((type) => type === "assignment-completed")).toHaveLength(1);
  });

  it("that SoundCloud does not show is looked up again, for a day, and then by ops", async () => {
    const { org, artist, assignment } = await paid(world);
    await prove(org, assignment);
    await world.drain(verifyProofWorker);
    const waits: number[] = [];
    for (let look = 1; look <= 6; look++) {
      const { check_at } = await world.assignment(assignment.id, org);
      waits.push((Date.parse(check_at!) - world.clock.now().getTime()) / 60_000);
      world.clock.set(check_at!);
      // The first two looks are ordered by a message of its own; the later ones are the hourly check's.
      expect(await world.deliver(look <= 2 ? verifyProofWorker : checkAssignmentsWorker, [look <= 2 ? order(org, assignment) : hourly(org)])).toBe(0);
    }
    expect(waits).toEqual([5, 15, 60, 180, 360, 720]);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "assigned", check: "review", failure_reason: "verification_failed" });
    expect((await org.wallet(artist.id)).reserved).toBe(1);
    expect((await org.admin.api.get("/soundcloud/queue-assignments", { query: { review: "true" } })).body.items).toMatchObject([
      { id: assignment.id, needs_review: true },
    ]);
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)])).toBe(0);
    expect((await org.admin.api.post(`/soundcloud/queue-assignments/${assignment.id}/verify`)).body).toMatchObject({
      status: "completed",
      verified_by: "ops",
      needs_review: false,
    });
  });

  it("is asked about again by a message of its own, after 5 and 15 minutes; not before its time", async () => {
    const { org, assignment } = await paid(world);
    await prove(org, assignment);
    const held = () => world.sent.splice(0).map(({ envelope, delay_s }) => [envelope.type, envelope.data, delay_s]);
    const again = (delay_s: number) => [[VerifyProof.type, { assignment_id: assignment.id }, delay_s]];
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)])).toBe(0);
    expect(held()).toEqual(again(300));
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)])).toBe(0);
    expect(held()).toEqual([]);
    world.clock.set((await world.assignment(assignment.id, org)).check_at!);
    expect(await world.deliver(checkAssignmentsWorker, [hourly(org)])).toBe(0);
    expect(held()).toEqual(again(900));
    world.clock.set((await world.assignment(assignment.id, org)).check_at!);
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)])).toBe(0);
    expect(held()).toEqual([]);
  });

  it("waits while SoundCloud is out, whatever the clock says", async () => {
    const { org, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    await world.fault("503", 4);
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)])).toBe(0);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "assigned", check: "verify", check_attempts: 0 });
    expect(world.sent).toEqual([]);
    world.clock.advance(40 * HOUR);
    await control(world.sandbox.url, "DELETE", "faults");
    world.restart();
    expect(await world.deliver(checkAssignmentsWorker, [hourly(org)])).toBe(0);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });
});

/** Two reposted and proven assignments of one client's track, by position. */
const pair = async () => {
  const org = await world.org();
  const { members, submission } = await demand(org, 2);
  await world.build(org);
  const assignments = await world.publish(org);
  for (const member of members) await world.repost(member, submission.track_url);
  for (const one of assignments) await prove(org, one);
  return { org, submission, assignments };
};
const statusesOf = async (org: SoundcloudOrg) => (await world.assignments(org)).map(({ status }) => status);

describe("proofs of one track", () => {
  it("share one reading of the reposters: the neighbours' messages ask nobody", async () => {
    const { org, assignments } = await pair();
    world.asked.splice(0);
    expect(await world.deliver(verifyProofWorker, [order(org, assignments[0]!)])).toBe(0);
    expect(await statusesOf(org)).toEqual(["completed", "completed"]);
    expect(world.asked.splice(0).filter((url) => url.includes("/reposters"))).toHaveLength(1);
    expect(await world.drain(verifyProofWorker)).toBe(2);
    expect(world.asked).toEqual([]);
    expect((await typesOf(org)).filter((type) => type === "assignment-completed")).toHaveLength(2);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("one that cannot be paid fails alone, whoever's message comes first", async () => {
    const { org, assignments } = await pair();
    const [broken, sound] = assignments;
    await Wallet.delete(org.ctx, { org_id: org.org_id, member_id: broken!.supporter_id });
    expect(await world.deliver(verifyProofWorker, [order(org, broken!)])).toBe(1);
    expect(await statusesOf(org)).toEqual(["assigned", "completed"]);
    expect(await world.deliver(verifyProofWorker, [order(org, sound!)])).toBe(0);
    expect(await world.deliver(verifyProofWorker, [order(org, broken!)])).toBe(1);
    expect(await world.deliver(checkAssignmentsWorker, [hourly(org)])).toBe(1);
  });
});

describe("the worker", () => {
  it("does the rest when messages are poison, and leaves what is not there alone", async () => {
    const { org, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    const nobody = org.message(VerifyProof, { assignment_id: world.ids.uuid() });
    expect(await world.deliver(verifyProofWorker, [org.message(VerifyProof, { assignment_id: "x" }), "null", nobody, order(org, assignment)])).toBe(2);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });

  it("hands a proof back for which there is no time", async () => {
    const { org, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)], { remaining_ms: 30_000 })).toBe(1);
    expect((await world.assignment(assignment.id, org)).status).toBe("assigned");
    expect(await world.deliver(verifyProofWorker, [order(org, assignment)])).toBe(0);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });
});
