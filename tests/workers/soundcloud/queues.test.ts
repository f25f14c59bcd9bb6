import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { PublishQueue } from "../../../events/soundcloud/publish-queue.v1.ts";
import { buildQueueWorker } from "../../../functions/soundcloud/build-queue.worker.ts";
import { buildQueuesJob } from "../../../functions/soundcloud/build-queues.schedule.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { QueueSlot } from "../../../shared/soundcloud/queue/queue-slot.ts";
import { Queue } from "../../../shared/soundcloud/queue/queue.ts";
import { SupportRecord, supportDigest } from "../../../shared/soundcloud/queue/support-record.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { proposeForSubmission } from "../../../shared/soundcloud/target/propose.ts";
import { TargetProposal } from "../../../shared/soundcloud/target/target-proposal.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { DAY, type QueueWorld, demand, queueWorld } from "./queues-world.ts";

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

const submissionOf = (org: SoundcloudOrg, id: string) => Submission.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const slotsOf = async (org: SoundcloudOrg, { build_id }: Queue) =>
  (await QueueSlot.list(org.ctx, { org_id: org.org_id, date: DAY, build_id }, { limit: 100 })).items;
const typesOf = async (org: SoundcloudOrg) => (await org.events()).map(({ type }) => type);

describe("building a queue", () => {
  it("fills slots inside renewed proposals and gives every empty one its reason", async () => {
    const org = await world.org();
    const { members, submission } = await demand(org, 3, 2);
    const unlinked = await org.member({ unlinked: true });
    const asleep = await org.member();
    await Member.patch(org.ctx, asleep, { last_activity_at: "2026-01-01T00:00:00.000Z" });
    const rock = await org.member({ genres: ["Rock"] });
    const queue = await world.build(org);
    expect(queue).toMatchObject({
      status: "draft",
      total_slots: 6,
      filled_slots: 2,
      unfilled_count: 0,
      empty_counts: { not_proposed: 2, account_status: 1, inactive: 1 },
    });
    const assignments = await world.assignments(org);
    expect(
      assignments.map(({ position, submission_id, credits_allocated, payer_id, published_on }) => [
        position,
        submission_id,
        credits_allocated,
        payer_id,
        published_on,
      ]),
    ).toEqual([
      [1, submission.id, 1, undefined, undefined],
      [2, submission.id, 1, undefined, undefined],
    ]);
    const given = new Set(assignments.map(({ supporter_id }) => supporter_id));
    const reasons = new Map((await slotsOf(org, queue)).map(({ supporter_id, reason }) => [supporter_id, reason]));
    expect([...given].every((id) => members.some((member) => member.id === id) && !reasons.has(id))).toBe(true);
    expect([reasons.get(unlinked.id), reasons.get(asleep.id), reasons.get(rock.id)]).toEqual(["account_status", "inactive", "not_proposed"]);
    expect(await typesOf(org)).toContain("soundcloud.queue-built.v1");
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("spreads what it proposes over the roster", async () => {
    const org = await world.org();
    await demand(org, 6, 3);
    await demand(org, 0, 3);
    expect(await world.build(org)).toMatchObject({ total_slots: 6, filled_slots: 6, unfilled: [] });
  });

  it("says what kept a submission from more, and moves it to the next day; a later build clears that", async () => {
    const org = await world.org();
    const { submission } = await demand(org, 2, 5);
    expect(await world.build(org)).toMatchObject({
      filled_slots: 2,
      unfilled_count: 1,
      unfilled: [{ submission_id: submission.id, missing: 3, reason: "no_supporter" }],
    });
    expect(await submissionOf(org, submission.id)).toMatchObject({ auto_shifted: true, shift_reason: "no_supporter" });
    await Submission.patch(org.ctx, submission, { target_count: 2 });
    await world.build(org);
    const { auto_shifted, shift_reason } = await submissionOf(org, submission.id);
    expect([auto_shifted, shift_reason]).toEqual([false, undefined]);
  });

  it("stays within the credits of a member, all submissions together", async () => {
    const org = await world.org();
    const artist = await org.member({ credits: 2, genres: ["Rock"] });
    for (let n = 0; n < 4; n++) await org.member();
    for (let n = 0; n < 2; n++) await org.submission({ member_id: artist.id, status: "approved", target_count: 2 });
    const queue = await world.build(org);
    expect(queue).toMatchObject({ filled_slots: 2, empty_counts: { credits: 2, not_proposed: 1 } });
    expect(queue.unfilled.map(({ reason }) => reason)).toContain("credits");
    expect((await world.assignments(org)).every(({ payer_id }) => payer_id === artist.id)).toBe(true);
  });

  it("counts what other days promise: supporters, credits, meetings", async () => {
    const org = await world.org();
    const { submission } = await demand(org, 4, 3);
    await world.build(org);
    await Submission.patch(org.ctx, submission, { target_count: 4 });
    expect(await world.build(org, "2026-11-22")).toMatchObject({ filled_slots: 1 });
    const taken = new Set((await world.assignments(org)).map(({ supporter_id }) => supporter_id));
    const [next] = await world.assignments(org, "2026-11-22");
    expect(taken.has(next!.supporter_id)).toBe(false);
  });

  it("replaces an expired proposal made by hand, for which nobody waits any more", async () => {
    const org = await world.org();
    const { submission } = await demand(org, 2, 3);
    const proposed = await proposeForSubmission(org.moderator.ctx, submission.id, {});
    const open = async () => (await TargetProposal.query.open(org.ctx, { org_id: org.org_id })).items.map(({ id }) => id);
    await world.build(org);
    expect(await open()).toEqual([proposed.id]);
    const expires_at = "2026-11-20T08:59:00.000Z";
    await TargetProposal.patch(org.ctx, { org_id: org.org_id, parent_id: submission.id, id: proposed.id }, { expires_at, open_until: expires_at });
    await world.build(org, "2026-11-22");
    expect(await open()).toEqual([]);
    const { items } = await TargetProposal.list(org.ctx, { org_id: org.org_id, parent_id: submission.id });
    expect(items.map((one) => [one.id === proposed.id, one.expires_at > expires_at])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("keeps a live proposal made by ops, and applies the rules of the day to it", async () => {
    const org = await world.org();
    const { members, submission } = await demand(org, 3, 3);
    const target = (member: Member) => ({
      member_id: member.id,
      size_tier: "T1" as const,
      followers: 500,
      score: 9000,
      parts: { genre: 1, reliability: 1, rest: 1 },
      reach: 30,
      price: 1,
    });
    await TargetProposal.create(org.ctx, {
      org_id: org.org_id,
      parent_type: "submission",
      parent_id: submission.id,
      criteria: { mode: "size", count: 2, considered: 3 },
      proposed_targets: [target(members[0]!), target(members[1]!)],
      total_capacity: 60,
      estimated_credits: 2,
      expected_reach_min: 0,
      expected_reach_planned: 30,
      expected_reach_max: 60,
      conflicts: [],
      conflict_counts: {},
      created_by: org.admin.user_id,
      expires_at: "2026-11-21T08:00:00.000Z",
    });
    await Member.patch(org.ctx, members[1]!, { avoided_handles: [new URL(submission.track_url).pathname.split("/")[1]!] });
    expect(await world.build(org)).toMatchObject({
      filled_slots: 1,
      empty_counts: { conflict: 1, not_proposed: 1 },
      unfilled: [{ missing: 2, reason: "conflict" }],
    });
    expect((await world.assignments(org)).map(({ supporter_id }) => supporter_id)).toEqual([members[0]!.id]);
  });

  it("waits for a later support date", async () => {
    const org = await world.org();
    const { submission } = await demand(org, 1);
    await Submission.patch(org.ctx, submission, { support_date: "2026-11-22" });
    expect(await world.build(org)).toMatchObject({ filled_slots: 0, empty_counts: { no_demand: 1 } });
    expect(await world.build(org, "2026-11-22")).toMatchObject({ filled_slots: 1 });
  });

  it("gives the same queue again, as a new build; the same order twice builds once", async () => {
    const org = await world.org();
    await demand(org, 4, 3);
    const first = await world.build(org);
    const before = (await world.assignments(org)).map(({ position, supporter_id, score }) => [position, supporter_id, score]);
    const order = org.message(BuildQueue, { date: DAY });
    expect(await world.deliver(buildQueueWorker, [order])).toBe(0);
    const second = await Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true });
    expect([second.id, second.build_id === first.build_id]).toEqual([first.id, false]);
    expect((await world.assignments(org)).map(({ position, supporter_id, score }) => [position, supporter_id, score])).toEqual(before);
    expect(await world.deliver(buildQueueWorker, [order, order])).toBe(0);
    expect((await Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true })).version).toBe(second.version);
    expect((await typesOf(org)).filter((type) => type === "soundcloud.queue-built.v1")).toHaveLength(2);
  });

  it("leaves a frozen queue and a past day alone", async () => {
    const org = await world.org();
    await demand(org, 1);
    const { build_id } = await world.build(org);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
    expect((await world.build(org)).build_id).toBe(build_id);
    await expect(world.build(org, "2026-11-19")).rejects.toThrow("No such queue");
  });

  it("fails alone when its message is poison", async () => {
    const org = await world.org();
    await demand(org, 1);
    const poison = org.message(BuildQueue, { date: "tomorrow" });
    expect(await world.deliver(buildQueueWorker, [poison, "{", org.message(BuildQueue, { date: DAY })])).toBe(2);
    expect(await world.assignments(org)).toHaveLength(1);
  });
});

describe("publishing a queue", () => {
  it("reserves, records and counts each assignment, and turns published last", async () => {
    const org = await world.org();
    const artist = await org.member({ credits: 3, genres: ["Rock"] });
    const [one, two] = [await org.member(), await org.member()];
    const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 2 });
    await world.build(org);
    const assignments = await world.publish(org);
    expect(
      assignments.map(({ status, published_on, published_at, proof_due_at, check }) => ({ status, published_on, published_at, proof_due_at, check })),
    ).toEqual(
      Array.from({ length: 2 }, () => ({
        status: "assigned",
        published_on: DAY,
        published_at: "2026-11-20T09:00:00.000Z",
        proof_due_at: "2026-11-21T09:00:00.000Z",
        check: "proof_due",
      })),
    );
    expect(await org.wallet(artist.id)).toMatchObject({ balance: 3, reserved: 2 });
    const supported = await submissionOf(org, submission.id);
    expect([supported.supported_count, supported.demand_since]).toEqual([2, undefined]);
    const records = await SupportRecord.list(org.ctx, { org_id: org.org_id, track_key: supportDigest(org.org_id, submission.track_key) });
    expect(new Set(records.items.map(({ supporter_id }) => supporter_id))).toEqual(new Set([one.id, two.id]));
    expect((await Member.get(org.ctx, one, { consistent: true })).last_assigned_on).toBe(DAY);
    expect(await Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true })).toMatchObject({
      status: "published",
      publishing: false,
      filled_slots: 2,
    });
    expect((await typesOf(org)).filter((type) => type === "soundcloud.assignment-published.v1")).toHaveLength(2);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("skips what can no longer be paid, and shifts its demand", async () => {
    const org = await world.org();
    const artist = await org.member({ credits: 3, genres: ["Rock"] });
    for (let n = 0; n < 3; n++) await org.member();
    const submission = await org.submission({ member_id: artist.id, status: "approved", target_count: 3 });
    expect(await world.build(org)).toMatchObject({ filled_slots: 3 });
    await org.setCredits(artist.id, 2);
    const assignments = await world.publish(org);
    expect(assignments.map(({ status, skip_reason }) => [status, skip_reason])).toEqual([
      ["assigned", undefined],
      ["assigned", undefined],
      ["skipped", "credits"],
    ]);
    expect(await org.wallet(artist.id)).toMatchObject({ balance: 2, reserved: 2 });
    expect(await submissionOf(org, submission.id)).toMatchObject({
      supported_count: 2,
      auto_shifted: true,
      shift_reason: "credits",
      demand_since: "2026-11-20",
    });
    const queue = await Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true });
    expect(queue).toMatchObject({ status: "published", total_slots: 4, filled_slots: 2, empty_counts: { credits: 1, not_proposed: 1 } });
    expect((await slotsOf(org, queue)).map(({ reason }) => reason).toSorted()).toEqual(["credits", "not_proposed"]);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("skips a supporter that has had the track, one that was disconnected, and what is no longer wanted", async () => {
    const org = await world.org();
    const { members, submission } = await demand(org, 3, 3);
    await world.build(org);
    await SupportRecord.create(org.ctx, {
      org_id: org.org_id,
      track_key: supportDigest(org.org_id, submission.track_key),
      artist_key: supportDigest(org.org_id, submission.artist_key),
      supporter_id: members[0]!.id,
      supported_on: "2020-01-01",
      assignment_id: submission.id,
    });
    await Member.patch(org.ctx, members[1]!, { soundcloud_linked: false });
    const reasons = new Map((await world.publish(org)).map(({ supporter_id, skip_reason }) => [supporter_id, skip_reason]));
    expect(members.map(({ id }) => reasons.get(id))).toEqual(["conflict", "account_status", undefined]);

    const other = await world.org();
    const closed = await demand(other, 1);
    await world.build(other);
    await Submission.patch(other.ctx, closed.submission, { closed_at: "2026-11-20T08:00:00.000Z", demand_since: null });
    expect((await world.publish(other)).map(({ skip_reason }) => skip_reason)).toEqual(["no_demand"]);
  });

  it("empties two slots of one supporter at once", async () => {
    const org = await world.org();
    const supporter = await org.member({ daily_capacity: 2 });
    await demand(org, 0, 1);
    await demand(org, 0, 1);
    const queue = await world.build(org);
    expect(queue).toMatchObject({ total_slots: 2, filled_slots: 2 });
    await Member.patch(org.ctx, supporter, { soundcloud_linked: false });
    expect((await world.publish(org)).map(({ skip_reason }) => skip_reason)).toEqual(["account_status", "account_status"]);
    expect(await slotsOf(org, queue)).toMatchObject([{ supporter_id: supporter.id, empty_slots: 2, reason: "account_status" }]);
  });

  it("counts once when it is delivered twice, also at the same time", async () => {
    const org = await world.org();
    const { submission } = await demand(org, 4);
    await world.build(org);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/publish`);
    await world.purge(publishQueueWorker);
    const order = org.message(PublishQueue, { date: DAY });
    await Promise.all([world.deliver(publishQueueWorker, [order]), world.deliver(publishQueueWorker, [order])]);
    expect(await world.deliver(publishQueueWorker, [order])).toBe(0);
    expect((await submissionOf(org, submission.id)).supported_count).toBe(4);
    const types = await typesOf(org);
    expect([
      types.filter((type) => type === "soundcloud.assignment-published.v1").length,
      types.filter((type) => type === "soundcloud.queue-published.v1").length,
    ]).toEqual([4, 1]);
  });

  it("fails alone when its message is poison", async () => {
    const org = await world.org();
    await demand(org, 1);
    await world.build(org);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/publish`);
    await world.purge(publishQueueWorker);
    const poison = org.message(PublishQueue, { date: "tomorrow" });
    expect(await world.deliver(publishQueueWorker, [poison, "{", org.message(PublishQueue, { date: DAY })])).toBe(2);
    expect((await Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true })).status).toBe("published");
  });

  it("goes on in a new message when its time runs out", async () => {
    const org = await world.org();
    await demand(org, 2);
    await world.build(org);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/approve`);
    await org.admin.api.post(`/soundcloud/queues/${DAY}/publish`);
    await world.purge(publishQueueWorker);
    expect(await world.deliver(publishQueueWorker, [org.message(PublishQueue, { date: DAY })], { remaining_ms: 10_000 })).toBe(0);
    expect((await world.assignments(org)).every(({ published_at }) => published_at === undefined)).toBe(true);
    await world.drain(publishQueueWorker);
    expect((await Queue.get(org.ctx, { org_id: org.org_id, date: DAY }, { consistent: true })).status).toBe("published");
  });
});

describe("the daily schedule", () => {
  it("orders the queue of the day after for every org, and of today when yesterday's run was missed", async () => {
    const alone = await queueWorld();
    const orders = () => alone.sent.splice(0).map(({ envelope }) => (envelope.data as { date: string }).date);
    await alone.tick(buildQueuesJob, "2026-11-20T06:00:00Z");
    expect(orders()).toEqual(["2026-11-21"]);
    await alone.tick(buildQueuesJob, "2026-11-20T06:00:00Z");
    expect(orders()).toEqual([]);
    await alone.tick(buildQueuesJob, "2026-11-23T06:00:00Z");
    expect(orders()).toEqual(["2026-11-23", "2026-11-24"]);
    await alone.stop();
  });
});
