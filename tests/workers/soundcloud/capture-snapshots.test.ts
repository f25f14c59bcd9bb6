import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureSnapshots } from "../../../events/soundcloud/capture-snapshots.v1.ts";
import { captureSnapshotsDailyJob } from "../../../functions/soundcloud/capture-snapshots-daily.schedule.ts";
import { captureSnapshotsWorker } from "../../../functions/soundcloud/capture-snapshots.worker.ts";
import { AttributionTracking, type Parent } from "../../../shared/soundcloud/attribution/tracking.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { campaignOf, daysOf } from "./attribution-world.ts";
import { type QueueWorld, queueWorld } from "./queues-world.ts";

const DAY_MS = 86_400_000;
let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld();
});
afterAll(() => world.stop());

const campaign = (parent_id: string): Parent => ({ parent_type: "campaign", parent_id });
const submission = (parent_id: string): Parent => ({ parent_type: "submission", parent_id });
const run = (org: SoundcloudOrg, options: { remaining_ms?: number } = {}) =>
  world.deliver(captureSnapshotsWorker, [org.message(CaptureSnapshots, {})], options);
const sandboxTrack = (track_url: string, settings: object) => control(world.sandbox.url, "PUT", "tracks", { track_url, ...settings });
const shown = { reveal_stats: true, reveal_comments: true, access: "playable" };
const today = () => world.clock.now().toISOString().slice(0, 10);

const move = async (org: SoundcloudOrg, { id }: Campaign, to: Campaign["status"], patch: object = {}): Promise<void> => {
  const stored = await Campaign.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
  await transact(org.ctx, soundcloud, Campaign.writes.transition(org.ctx, stored, to, { patch }), { pattern: "tests.campaign" });
};

describe("the daily capture", () => {
  it("takes one snapshot of each parent and UTC day, however often it runs, and the baseline on the start date", async () => {
    const org = await world.org();
    const start_date = new Date(world.clock.now().getTime() + 3 * DAY_MS).toISOString().slice(0, 10);
    const planned = await campaignOf(org, { slug: "planned", status: "scheduled", start_date });
    const wanted = await org.submission({ client_id: planned.client_id, status: "approved", artist: "ann", slug: "wanted" });
    for (const track_url of [planned.track_url, wanted.track_url]) await sandboxTrack(track_url, shown);
    for (let day = 0; day < 5; day++) {
      expect(await run(org)).toBe(0);
      expect(await run(org)).toBe(0);
      if (day < 4) world.clock.advance(DAY_MS);
    }
    const days = await daysOf(org, campaign(planned.id));
    expect(days.snapshots).toHaveLength(5);
    expect(days.tracking).toMatchObject({ baseline_date: start_date });
    expect(days.snapshots[0]).toMatchObject({ plays: expect.any(Number), likes: expect.any(Number), comments: expect.any(Number), reposts: 0 });
    expect(days.snapshots[0]).toMatchObject({ followers: expect.any(Number), collection_source: "scraper" });
    const told = await Campaign.get(org.ctx, planned, { consistent: true });
    expect(told.baseline_captured_at).toBe(days.snapshots[3]!.collected_at);
    const own = await daysOf(org, submission(wanted.id));
    expect([own.snapshots.length, own.tracking?.baseline_date]).toEqual([5, own.snapshots[0]!.snapshot_date]);
  });

  it("counts once delivered twice at the same time", async () => {
    const org = await world.org();
    const live = await campaignOf(org, { slug: "twice", status: "scheduled", start_date: "2026-01-01" });
    const message = org.message(CaptureSnapshots, {});
    expect(await Promise.all([1, 2].map(() => world.deliver(captureSnapshotsWorker, [message])))).toEqual([0, 0]);
    expect((await daysOf(org, campaign(live.id))).snapshots).toHaveLength(1);
    expect((await Campaign.get(org.ctx, live, { consistent: true })).version).toBe(2);
  });

  it("stores what is hidden as missing, not as 0, and a counter that fell as it is", async () => {
    const org = await world.org();
    const { id, track_url } = await campaignOf(org, { slug: "hidden", status: "scheduled", start_date: "2026-01-01" });
    await sandboxTrack(track_url, { ...shown, removed_plays: 10 });
    await run(org);
    world.clock.advance(DAY_MS);
    await sandboxTrack(track_url, { ...shown, removed_plays: 70 });
    await run(org);
    world.clock.advance(DAY_MS);
    await sandboxTrack(track_url, { reveal_stats: false, reveal_comments: false });
    await run(org);
    const { snapshots } = await daysOf(org, campaign(id));
    expect(snapshots[1]!.plays! - snapshots[0]!.plays!).toBeLessThan(0);
    expect([snapshots[2]!.plays, snapshots[2]!.likes, snapshots[2]!.reposts, snapshots[2]!.comments]).toEqual([undefined, undefined, undefined, undefined]);
    expect(snapshots[2]!.followers).toEqual(expect.any(Number));
  });

  it("leaves the days out on which nothing ran", async () => {
    const org = await world.org();
    const { id } = await campaignOf(org, { slug: "gap", status: "scheduled", start_date: "2026-01-01" });
    await run(org);
    const first = today();
    world.clock.advance(3 * DAY_MS);
    await run(org);
    expect((await daysOf(org, campaign(id))).snapshots.map((one) => one.snapshot_date)).toEqual([first, today()]);
  });

  it("flags a track that SoundCloud does not show, and goes on when it is back", async () => {
    const org = await world.org();
    const { id, track_url } = await campaignOf(org, { slug: "veiled", status: "scheduled", start_date: "2026-01-01" });
    await sandboxTrack(track_url, { ...shown, secret_token: "s-abcdefghijk" });
    const since = world.clock.now().toISOString();
    for (let day = 0; day < 2; day++) {
      expect(await run(org)).toBe(0);
      world.clock.advance(DAY_MS);
    }
    const veiled = await daysOf(org, campaign(id));
    expect([veiled.snapshots, veiled.tracking?.unavailable_since, veiled.tracking?.next_on]).toEqual([[], since, today()]);
    await control(world.sandbox.url, "PUT", "tracks", { track_url: `${track_url}/s-abcdefghijk`, secret_token: null });
    expect(await run(org)).toBe(0);
    const back = await daysOf(org, campaign(id));
    expect([back.snapshots.length, back.tracking?.unavailable_since, back.tracking?.baseline_date]).toEqual([1, undefined, today()]);
  });

  it("ends with a campaign's attribution, and thirty days after a submission wants no more", async () => {
    const org = await world.org();
    const ending = await campaignOf(org, { slug: "ending", status: "scheduled", start_date: "2026-01-01", approved_at: "2026-01-01T00:00:00.000Z" });
    const met = await org.submission({ client_id: ending.client_id, status: "approved", artist: "ann", slug: "met" });
    const refused = await org.submission({ client_id: ending.client_id, status: "approved", artist: "ann", slug: "refused" });
    await run(org);
    const last = new Date(world.clock.now().getTime() + 2 * DAY_MS).toISOString().slice(0, 10);
    await move(org, ending, "live");
    await move(org, ending, "completed", { attribution_end_date: last });
    await Submission.patch(org.ctx, met, { demand_since: null });
    const stored = await Submission.get(org.ctx, refused, { consistent: true });
    await transact(org.ctx, soundcloud, Submission.writes.transition(org.ctx, stored, "qa_flag", { patch: { demand_since: null } }), { pattern: "tests.flag" });
    for (let day = 0; day < 4; day++) {
      world.clock.advance(DAY_MS);
      expect(await run(org)).toBe(0);
    }
    const days = async (parent: Parent) => (await daysOf(org, parent)).snapshots.length;
    expect([await days(campaign(ending.id)), await days(submission(met.id)), await days(submission(refused.id))]).toEqual([3, 5, 1]);
    expect((await daysOf(org, campaign(ending.id))).tracking?.next_on).toBeUndefined();
    world.clock.advance(27 * DAY_MS);
    await run(org);
    expect([(await daysOf(org, submission(met.id))).tracking?.next_on, await days(submission(met.id))]).toEqual([undefined, 5]);
    const again = await Submission.get(org.ctx, met, { consistent: true });
    await Submission.patch(org.ctx, again, { demand_since: today() });
    await run(org);
    expect(await days(submission(met.id))).toBe(6);
  });

  it("is tried again when SoundCloud does not answer, and then asks only for what is left", async () => {
    const org = await world.org();
    const { id } = await campaignOf(org, { slug: "later", status: "scheduled", start_date: "2026-01-01" });
    await world.fault("503", 4);
    expect(await run(org)).toBe(1);
    expect((await daysOf(org, campaign(id))).snapshots).toEqual([]);
    await control(world.sandbox.url, "DELETE", "faults");
    for (let n = 0; n < 5 && (await run(org)) > 0; n++);
    expect((await daysOf(org, campaign(id))).snapshots).toHaveLength(1);
    const before = world.asked.length;
    expect(await run(org)).toBe(0);
    expect(world.asked.length).toBe(before);
  });

  it("reads many tracks in one request, and goes on in a message when time runs short", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label of many");
    const made: Submission[] = [];
    for (let n = 0; n < 7; n++) made.push(await org.submission({ client_id: client.id, status: "approved", artist: "many", slug: `many-${n}` }));
    await run(org);
    world.clock.advance(DAY_MS);
    const before = world.asked.length;
    world.sent.splice(0);
    expect(await run(org, { remaining_ms: 30_000 })).toBe(0);
    expect(world.sent.map(({ envelope }) => [envelope.type, envelope.data])).toEqual([[CaptureSnapshots.type, { after: { source: 0 } }]]);
    expect(await world.drain(captureSnapshotsWorker)).toBeGreaterThan(0);
    expect(world.asked.slice(before).filter((url) => url.includes("/tracks?urns="))).toHaveLength(1);
    for (const { id } of made) expect((await daysOf(org, submission(id))).snapshots).toHaveLength(2);
  });

  it("captures the neighbours of a parent that breaks, and fails in the end", async () => {
    const org = await world.org();
    const client = await org.clientOf("Label of the poisoned");
    const [poisoned, neighbour] = [
      await org.submission({ client_id: client.id, status: "approved", artist: "poison", slug: "one" }),
      await org.submission({ client_id: client.id, status: "approved", artist: "poison", slug: "two" }),
    ];
    await run(org);
    world.clock.advance(DAY_MS);
    const key = { org_id: org.org_id, ...submission(poisoned.id) };
    await AttributionTracking.delete(org.ctx, key);
    // A tracking that contradicts its own shape cannot be written again.
    await world.db.send("Put", "tests.poison", {
      TableName: world.physical.soundcloud,
      Item: {
        pk: `${org.org_id}#AP#submission#${poisoned.id}`,
        sk: "AP",
        _t: "AttributionTracking",
        ...key,
        next_on: today(),
        baseline_date: "yesterday",
        gsi4pk: `${org.org_id}#AD`,
        gsi4sk: `${today()}#${poisoned.id}`,
        version: 1,
        created_at: world.clock.now().toISOString(),
        updated_at: world.clock.now().toISOString(),
      },
    });
    expect(await run(org)).toBe(1);
    expect((await daysOf(org, submission(neighbour.id))).snapshots).toHaveLength(2);
    expect((await daysOf(org, submission(poisoned.id))).snapshots).toHaveLength(1);
  });

  it("a poison message fails alone", async () => {
    const org = await world.org();
    const { id } = await campaignOf(org, { slug: "healthy", status: "scheduled", start_date: "2026-01-01" });
    const poison = org.message(CaptureSnapshots, { parent: { parent_type: "playlist" as never, parent_id: id, baseline: false } });
    expect(await world.deliver(captureSnapshotsWorker, [poison, "{", org.message(CaptureSnapshots, {})])).toBe(2);
    expect((await daysOf(org, campaign(id))).snapshots).toHaveLength(1);
  });

  it("is ordered for every org once a day, and not for days that are over", async () => {
    world.sent.splice(0);
    await world.tick(captureSnapshotsDailyJob, "2027-03-01T00:15:00Z");
    const orders = world.sent.splice(0).length;
    expect(orders).toBeGreaterThan(3);
    await world.tick(captureSnapshotsDailyJob, "2027-03-01T00:15:00Z");
    expect(world.sent.splice(0)).toEqual([]);
    await world.tick(captureSnapshotsDailyJob, "2027-03-05T00:15:00Z");
    expect(world.sent.splice(0)).toHaveLength(orders);
  });
});

describe("a capture by an event", () => {
  it("takes an approved submission's baseline at once, and a scheduled campaign's when its start has come", async () => {
    const org = await world.org();
    const begun = await campaignOf(org, { slug: "begun", status: "scheduled", start_date: today() });
    const wanted = await org.submission({ client_id: begun.client_id, status: "approved", artist: "ann", slug: "at-once" });
    const heard = (type: string, data: object): string => {
      const detail = { id: world.ids.uuid(), type, org_id: org.org_id, at: world.clock.now().toISOString(), data };
      return JSON.stringify({ "detail-type": type, detail });
    };
    const events = [
      heard("soundcloud.campaign-scheduled.v1", { campaign_id: begun.id, client_id: begun.client_id }),
      heard("soundcloud.submission-approved.v1", { submission_id: wanted.id, client_id: begun.client_id }),
    ];
    expect(await world.deliver(captureSnapshotsWorker, [...events, ...events])).toBe(0);
    for (const parent of [campaign(begun.id), submission(wanted.id)]) {
      const { tracking, snapshots } = await daysOf(org, parent);
      expect([tracking?.baseline_date, snapshots.length, snapshots[0]?.collection_source]).toEqual([today(), 1, "ordered"]);
    }
  });
});
