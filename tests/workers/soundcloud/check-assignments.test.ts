import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { checkAssignmentsHourlyJob } from "../../../functions/soundcloud/check-assignments-hourly.schedule.ts";
import { checkAssignmentsWorker } from "../../../functions/soundcloud/check-assignments.worker.ts";
import { failLate } from "../../../shared/soundcloud/queue/end-assignment.ts";
import { SupportRecord, supportDigest } from "../../../shared/soundcloud/queue/support-record.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type QueueWorld, memberOf, paid, prove, queueWorld, submissionOf, typesOf } from "./queues-world.ts";

const HOUR = 3_600_000;

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

const order = (org: SoundcloudOrg) => org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" });
const check = (org: SoundcloudOrg) => world.deliver(checkAssignmentsWorker, [order(org)]);

describe("a missing proof", () => {
  it("fails nothing when the proof came after the assignment was found late", async () => {
    const { org, artist, assignment } = await paid(world);
    const found = await world.assignment(assignment.id, org);
    await prove(org, assignment);
    world.clock.set(found.check_at!);
    await failLate(org.ctx, assignment.id);
    expect(await world.assignment(assignment.id, org)).toMatchObject({ status: "assigned", check: "verify" });
    expect((await org.wallet(artist.id)).reserved).toBe(1);
    world.clock.set("2026-11-20T09:00:00.000Z");
  });

  it("fails the assignment once it is late: released, recorded no more, wanted again", async () => {
    const { org, artist, supporter, submission, assignment } = await paid(world);
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
    expect((await SupportRecord.list(org.ctx, { org_id: org.org_id, track_key: supportDigest(org.org_id, submission.track_key) })).items).toEqual([]);
    expect((await memberOf(org, supporter.id)).failed_count).toBe(1);
    expect((await typesOf(org)).filter((type) => type === "assignment-failed")).toHaveLength(1);
    world.clock.set("2026-11-20T09:00:00.000Z");
  });
});

describe("a repost, two days after it was paid", () => {
  const completed = async () => {
    const all = await paid(world);
    await world.repost(all.supporter, all.submission.track_url);
    await prove(all.org, all.assignment);
    await check(all.org);
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
    const { org, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
    expect(await world.deliver(checkAssignmentsWorker, [org.message(CheckAssignments, { due_until: "soon" }), "null", order(org)])).toBe(2);
    expect((await world.assignment(assignment.id, org)).status).toBe("completed");
  });

  it("begins nothing that it has no time for, and goes on in a new message", async () => {
    const { org, supporter, submission, assignment } = await paid(world);
    await world.repost(supporter, submission.track_url);
    await prove(org, assignment);
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
