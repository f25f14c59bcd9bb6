import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attributionApi } from "../../../functions/soundcloud/attribution.api.ts";
import { captureSnapshotsWorker } from "../../../functions/soundcloud/capture-snapshots.worker.ts";
import { addDays } from "../../../shared/kernel/days.ts";
import { AttributionSnapshot } from "../../../shared/soundcloud/attribution/snapshot.ts";
import { AttributionTracking, type Parent } from "../../../shared/soundcloud/attribution/tracking.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { campaignOf, daysOf } from "../../workers/soundcloud/attribution-world.ts";
import { type QueueWorld, queueWorld } from "../../workers/soundcloud/queues-world.ts";

const BASELINE = "2026-11-10";
let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld({ apis: [attributionApi] });
});
afterAll(() => world.stop());

/** Days with these plays by their index; undefined is a hidden count. */
const measured = async (parent: Parent, plays: readonly (readonly [number, number | undefined])[]): Promise<void> => {
  const at = { org_id: world.org_id, ...parent };
  await AttributionTracking.create(world.ctx, { ...at, baseline_date: BASELINE, next_on: "2026-11-21" });
  for (const [day, count] of plays)
    await AttributionSnapshot.create(world.ctx, { ...at, snapshot_date: addDays(BASELINE, day), ...(count === undefined ? {} : { plays: count }), likes: 5 });
};
const Q23 = [
  [-3, 700],
  [-2, 800],
  [-1, 900],
  [0, 1000],
  [1, 1200],
  [3, 1900],
  [4, 1850],
  [5, undefined],
] as const;
const at = (path: string) => `/soundcloud/${path}`;

describe("GET /soundcloud/campaigns/{campaign_id}/metrics, /daily-deltas and /attribution", () => {
  let campaign: Campaign;
  beforeAll(async () => {
    campaign = await campaignOf(world, { slug: "measured", status: "completed", price_usd: "250.00", verified_reposts: 38 });
    await measured({ parent_type: "campaign", parent_id: campaign.id }, Q23);
  });

  it("lists what was counted by day, hidden counts as null", async () => {
    const { status, body } = await world.moderator.api.get(at(`campaigns/${campaign.id}/metrics`));
    expect(status).toBe(200);
    expect(body.items.map((one: any) => [one.day_index, one.snapshot_date, one.plays, one.likes, one.reposts])).toEqual(
      Q23.map(([day, plays]) => [day, addDays(BASELINE, day), plays ?? null, 5, null]),
    );
  });

  it("lists what each day added, the same whatever the pages", async () => {
    const path = at(`campaigns/${campaign.id}/daily-deltas`);
    const whole = (await world.moderator.api.get(path)).body.items;
    expect(whole.map((one: any) => [one.day_index, one.daily_plays, one.gap_days, one.plays_per_day, one.counter_reset, one.raw_daily_plays])).toEqual([
      [1, 200, 1, "200.00", false, 200],
      [3, 700, 2, "350.00", false, 700],
      [4, 0, 1, "0.00", true, -50],
      [5, null, null, null, false, null],
    ]);
    const paged: unknown[] = [];
    for (let query: Record<string, string | number> = { limit: 1 }; ;) {
      const { body } = await world.moderator.api.get(path, { query });
      paged.push(...body.items);
      if (body.next_cursor === null) break;
      query = { limit: 1, cursor: body.next_cursor };
    }
    expect(paged).toEqual(whole);
  });

  it("tells lift and cost of a repost", async () => {
    const { status, body } = await world.moderator.api.get(at(`campaigns/${campaign.id}/attribution`));
    expect([status, body]).toMatchObject([
      200,
      {
        baseline_date: BASELINE,
        plays_gained: 850,
        days: 4,
        organic_plays_per_day: "100.0000",
        organic_adjusted_lift: "450.00",
        lift_reason: null,
        counter_reset: true,
        verified_reposts: 38,
        cost_per_repost: "6.5789",
        tracked: true,
      },
    ]);
  });

  it("has nothing to tell before the first snapshot, and 404s for no campaign and another org's", async () => {
    const fresh = await campaignOf(world, { slug: "fresh" });
    expect((await world.moderator.api.get(at(`campaigns/${fresh.id}/metrics`))).body.items).toEqual([]);
    expect((await world.moderator.api.get(at(`campaigns/${fresh.id}/daily-deltas`))).body.items).toEqual([]);
    expect((await world.moderator.api.get(at(`campaigns/${fresh.id}/attribution`))).body).toMatchObject({
      tracked: false,
      organic_adjusted_lift: null,
      lift_reason: "no_baseline",
      cost_per_repost: null,
    });
    const elsewhere = await campaignOf(await world.org(), { slug: "elsewhere" });
    for (const kind of ["metrics", "daily-deltas", "attribution"])
      for (const id of [elsewhere.id, world.ids.uuid()]) expect((await world.admin.api.get(at(`campaigns/${id}/${kind}`))).status).toBe(404);
  });
});

describe("GET /soundcloud/submissions/{submission_id}/metrics, /daily-deltas and /attribution", () => {
  it("shows members their own, and nobody else's", async () => {
    const artist = await world.artist();
    const [own, other] = [await world.submission({ member_id: artist.member.id }), await world.submission({ member_id: (await world.member()).id })];
    await measured({ parent_type: "submission", parent_id: own.id }, Q23);
    expect((await artist.person.api.get(at(`submissions/${own.id}/metrics`))).body.items).toHaveLength(8);
    expect((await artist.person.api.get(at(`submissions/${own.id}/daily-deltas`))).body.items).toHaveLength(4);
    expect((await artist.person.api.get(at(`submissions/${own.id}/attribution`))).body).toMatchObject({ plays_gained: 850, cost_per_repost: null });
    for (const kind of ["metrics", "daily-deltas", "attribution"])
      expect((await artist.person.api.get(at(`submissions/${other.id}/${kind}`))).status).toBe(404);
  });
});

describe("POST /soundcloud/campaigns/{campaign_id}/baseline", () => {
  const order = (id: string) => world.moderator.api.post(at(`campaigns/${id}/baseline`));

  it("orders the baseline for today, before the start date, and makes today's snapshot the baseline if there is one", async () => {
    const campaign = await campaignOf(world, { slug: "early", status: "scheduled", start_date: "2027-06-01" });
    expect(await order(campaign.id)).toMatchObject({ status: 202, body: { campaign_id: campaign.id, status: "ordered" } });
    await world.drain(captureSnapshotsWorker);
    const { snapshots, tracking } = await daysOf(world, { parent_type: "campaign", parent_id: campaign.id });
    expect([snapshots.length, tracking?.baseline_date]).toEqual([1, snapshots[0]!.snapshot_date]);
    expect((await Campaign.get(world.ctx, campaign, { consistent: true })).baseline_captured_at).toBe(snapshots[0]!.collected_at);
    expect(await order(campaign.id)).toMatchObject({ status: 409, problem: { code: "baseline_captured" } });
  });

  it("409 for a campaign that is not scheduled", async () => {
    expect(await order((await campaignOf(world, { slug: "draft", status: "draft" })).id)).toMatchObject({ status: 409, problem: { code: "not_scheduled" } });
  });
});
