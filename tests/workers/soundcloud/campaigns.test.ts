import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { RunCampaigns } from "../../../events/soundcloud/run-campaigns.v1.ts";
import { campaignsApi } from "../../../functions/soundcloud/campaigns.api.ts";
import { checkAssignmentsWorker } from "../../../functions/soundcloud/check-assignments.worker.ts";
import { publishQueueWorker } from "../../../functions/soundcloud/publish-queue.worker.ts";
import { queuesApi } from "../../../functions/soundcloud/queues.api.ts";
import { resolveTrackWorker } from "../../../functions/soundcloud/resolve-track.worker.ts";
import { runCampaignsDailyJob } from "../../../functions/soundcloud/run-campaigns-daily.schedule.ts";
import { runCampaignsWorker } from "../../../functions/soundcloud/run-campaigns.worker.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { CampaignAccount } from "../../../shared/soundcloud/credit/campaign-account.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { act, campaignIn, campaignOf, captureBaseline, liveCampaign, scheduledCampaign } from "../../support/campaigns.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { DAY, type QueueWorld, prove, queueWorld, submissionOf, typesOf } from "./queues-world.ts";

const START = "2026-11-20T09:00:00.000Z";
const HOUR = 3_600_000;

let world: QueueWorld;
beforeAll(async () => {
  world = await queueWorld({ apis: [queuesApi, campaignsApi], start: START });
});
afterAll(() => world.stop());

const run = (org: SoundcloudOrg, date: string) => world.deliver(runCampaignsWorker, [org.message(RunCampaigns, { date })]);
const check = (org: SoundcloudOrg) => world.deliver(checkAssignmentsWorker, [org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" })]);
const times = (types: readonly string[], type: string): number => types.filter((one) => one === type).length;
const booksOf = async (org: SoundcloudOrg) => (await reconcileOrg(org.ctx)).differences;

describe("a campaign's reposts", () => {
  it("are asked for, proven, paid by the campaign account, counted, and taken back when they are gone", async () => {
    const org = await world.org();
    const supporters = [await org.member(), await org.member(), await org.member()];
    const campaign = await liveCampaign(org, { goal_reposts: 2 });
    await world.build(org);
    const asked = await world.publish(org);
    expect(asked).toHaveLength(2);
    expect(asked.every(({ payer_id, submission_id }) => payer_id === undefined && submission_id === campaign.submission_id)).toBe(true);
    // Goal less what is under way: nothing is wanted any more.
    expect(await submissionOf(org, campaign.submission_id)).toMatchObject({ supported_count: 2 });
    expect((await submissionOf(org, campaign.submission_id)).demand_since).toBeUndefined();
    for (const assignment of asked) {
      await world.repost(
        supporters.find(({ id }) => id === assignment.supporter_id)!,
        campaign.track_url,
      );
      await prove(org, assignment);
    }
    expect(await check(org)).toBe(0);
    expect((await campaignIn(org, campaign.id)).verified_reposts).toBe(2);
    expect(await CampaignAccount.get(org.ctx, { org_id: org.org_id })).toMatchObject({ minted: 2, returned: 0 });
    expect(await booksOf(org)).toEqual([]);

    const gone = asked[0]!;
    await world.unrepost(
      supporters.find(({ id }) => id === gone.supporter_id)!,
      campaign.track_url,
    );
    world.clock.advance(48 * HOUR);
    expect(await check(org)).toBe(0);
    expect(await check(org)).toBe(0);
    expect((await campaignIn(org, campaign.id)).verified_reposts).toBe(1);
    expect(await submissionOf(org, campaign.submission_id)).toMatchObject({ supported_count: 1, demand_since: "2026-11-22" });
    expect(await CampaignAccount.get(org.ctx, { org_id: org.org_id })).toMatchObject({ minted: 2, returned: 1 });
    const { body } = await org.admin.api.get(`/soundcloud/campaigns/${campaign.id}/report`);
    expect(body).toMatchObject({ verified_reposts: 1, under_way_reposts: 0, owed_reposts: 1, cost_per_repost_usd: "100.0000", refund_due_usd: "50.00" });
    expect(await booksOf(org)).toEqual([]);
    world.clock.set(START);
  });

  it("are not asked for while it is paused, not even by a queue that was approved before", async () => {
    const org = await world.org();
    await org.member();
    const campaign = await liveCampaign(org, { goal_reposts: 1 });
    await world.build(org);
    await org.moderator.api.post(`/soundcloud/queues/${DAY}/approve`);
    await org.moderator.api.post(`/soundcloud/queues/${DAY}/publish`);
    await act(org, campaign.id, "pause");
    await world.drain(publishQueueWorker);
    expect((await world.assignments(org)).map(({ status, skip_reason }) => [status, skip_reason])).toEqual([["skipped", "no_demand"]]);
    await act(org, campaign.id, "resume");
    expect(await submissionOf(org, campaign.submission_id)).toMatchObject({ supported_count: 0, demand_since: "2026-11-20" });
  });

  it("that fail while it is paused open no demand; what is under way still counts after its end", async () => {
    const org = await world.org();
    await org.member();
    await org.member();
    const campaign = await liveCampaign(org, { goal_reposts: 2 });
    await world.build(org);
    const [failing, proven] = await world.publish(org);
    await act(org, campaign.id, "pause");
    await org.moderator.api.post(`/soundcloud/queue-assignments/${failing!.id}/fail`, { reason: "Gave up." });
    expect((await submissionOf(org, campaign.submission_id)).demand_since).toBeUndefined();
    await act(org, campaign.id, "resume", "complete");
    await org.moderator.api.post(`/soundcloud/queue-assignments/${proven!.id}/verify`);
    expect(await campaignIn(org, campaign.id)).toMatchObject({ status: "completed", verified_reposts: 1 });
    expect(await booksOf(org)).toEqual([]);
  });

  it("are proposed by ops before it is live, and the queue takes that proposal", async () => {
    const org = await world.org();
    const chosen = await org.member({ followers: 400_000 });
    await org.member();
    const { id } = await scheduledCampaign(org, { goal_reposts: 2 });
    await org.moderator.api.post(`/soundcloud/campaigns/${id}/target-proposals`, { mode: "size", count: 1 });
    await act(org, id, "go-live");
    await world.build(org);
    expect((await world.assignments(org)).map(({ supporter_id }) => supporter_id)).toEqual([chosen.id]);
  });

  it("are asked for in portions of 50 when the goal is larger", async () => {
    const org = await world.org();
    for (let n = 0; n < 3; n++) await org.member();
    const { submission_id } = await liveCampaign(org, { goal_reposts: 200 });
    const { filled_slots, unfilled } = await world.build(org);
    expect([filled_slots, unfilled]).toEqual([3, [{ submission_id, missing: 47, reason: "no_supporter" }]]);
  });

  it("are of a track that SoundCloud knows: the campaign learns its URN", async () => {
    const org = await world.org();
    const campaign = await liveCampaign(org);
    await world.drain(resolveTrackWorker);
    const { track_urn, artist_urn } = await submissionOf(org, campaign.submission_id);
    expect(track_urn).toMatch(/^soundcloud:tracks:/);
    expect(await campaignIn(org, campaign.id)).toMatchObject({ track_urn, artist_urn, track_key: track_urn });
    const { client_id, track_url } = campaign;
    const second = await liveCampaign(org, { client_id, track_url });
    await world.drain(resolveTrackWorker);
    expect(await submissionOf(org, second.submission_id)).toMatchObject({ status: "qa_flag", qa_reason: "duplicate_track" });
  });

  it("a count that is not what the assignments say is found by a reconciliation", async () => {
    const org = await world.org();
    const { id } = await liveCampaign(org);
    await Campaign.patch(org.ctx, { org_id: org.org_id, id }, { verified_reposts: 7 });
    expect(await booksOf(org)).toEqual([{ check: "campaign.verified_reposts", subject: id, stored: 7, computed: 0 }]);
  });
});

describe("the daily run", () => {
  it("begins what is due and ready, once however often it is delivered; the rest waits", async () => {
    const org = await world.org();
    const due = await scheduledCampaign(org, { start_date: "2026-11-19" });
    const later = await scheduledCampaign(org, { start_date: "2026-11-21" });
    const { id: unready } = await campaignOf(org);
    await act(org, unready, "draft", "schedule");
    const paused = await scheduledCampaign(org);
    await act(org, paused.id, "pause");
    const message = org.message(RunCampaigns, { date: "2026-11-20" });
    expect(await world.deliver(runCampaignsWorker, [message, message])).toBe(0);
    expect(await world.deliver(runCampaignsWorker, [message])).toBe(0);
    const statuses = await Promise.all([due.id, later.id, unready, paused.id].map(async (id) => (await campaignIn(org, id)).status));
    expect(statuses).toEqual(["live", "scheduled", "scheduled", "paused"]);
    expect(times(await typesOf(org), "campaign-went-live")).toBe(1);
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ message: "campaign is due and not ready", fields: expect.objectContaining({ campaign_id: unready }) }),
    );
    await captureBaseline(org, unready);
    expect(await run(org, "2026-11-21")).toBe(0);
    expect([(await campaignIn(org, later.id)).status, (await campaignIn(org, unready)).status]).toEqual(["live", "live"]);
    expect((await org.admin.api.get(`/soundcloud/campaigns/${due.id}/history`)).body.items.at(-1)).toMatchObject({ to: "live" });
  });

  it("completes after the end date and when the goal is reached, not a day too soon", async () => {
    const org = await world.org();
    const ending = await liveCampaign(org, { end_date: "2026-11-25" });
    const reached = await liveCampaign(org, { end_date: "2026-12-31" });
    const going = await liveCampaign(org, { end_date: "2026-12-31" });
    await Campaign.patch(org.ctx, reached, { verified_reposts: 2 });
    expect(await run(org, "2026-11-25")).toBe(0);
    expect((await campaignIn(org, ending.id)).status).toBe("live");
    expect(await campaignIn(org, reached.id)).toMatchObject({ status: "completed", completed_at: START });
    expect(await run(org, "2026-11-26")).toBe(0);
    expect([(await campaignIn(org, ending.id)).status, (await campaignIn(org, going.id)).status]).toEqual(["completed", "live"]);
    expect((await submissionOf(org, ending.submission_id)).closed_at).toBe(START);
    const ended = (await org.events()).filter(({ type }) => type === "soundcloud.campaign-completed.v1").map(({ data }) => data);
    expect(ended).toEqual([
      { campaign_id: reached.id, client_id: reached.client_id, goal_reposts: 2, verified_reposts: 2 },
      { campaign_id: ending.id, client_id: ending.client_id, goal_reposts: 2, verified_reposts: 0 },
    ]);
  });

  it("goes on in new messages when time runs short, and leaves none out", async () => {
    const org = await world.org();
    const campaigns = [await liveCampaign(org, { end_date: "2026-11-20" }), await scheduledCampaign(org)];
    await world.deliver(runCampaignsWorker, [org.message(RunCampaigns, { date: "2026-11-21" })], { remaining_ms: 10_000 });
    expect(world.sent.map(({ envelope }) => [envelope.type, envelope.org_id])).toEqual([[RunCampaigns.type, org.org_id]]);
    expect(await world.drain(runCampaignsWorker, { remaining_ms: 10_000 })).toBe(1);
    expect(await Promise.all(campaigns.map(async ({ id }) => (await campaignIn(org, id)).status))).toEqual(["completed", "live"]);
  });

  it("a campaign that cannot be moved on and a poison message hold up no other", async () => {
    const org = await world.org();
    const broken = await liveCampaign(org, { end_date: "2026-11-20" });
    // Its submission is not where the campaign says.
    await Campaign.patch(org.ctx, broken, { submission_id: org.ctx.ids.uuid() });
    const sound = await scheduledCampaign(org);
    const poison = org.message(RunCampaigns, { date: "tomorrow" });
    expect(await world.deliver(runCampaignsWorker, [poison, "not json", org.message(RunCampaigns, { date: "2026-11-21" })])).toBe(3);
    expect([(await campaignIn(org, broken.id)).status, (await campaignIn(org, sound.id)).status]).toEqual(["live", "live"]);
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ level: "error", message: "a campaign could not be moved on", fields: expect.objectContaining({ campaign_id: broken.id }) }),
    );
  });

  it("is ordered for every org once a day; a missed day is not made up for", async () => {
    const second = await world.org();
    const dates = async (at: string) => {
      await world.tick(runCampaignsDailyJob, at);
      const sent = world.sent.splice(0).map(({ envelope }) => ({ org_id: envelope.org_id, date: (envelope.data as { date: string }).date }));
      return sent.filter(({ org_id }) => org_id === second.org_id).map(({ date }) => date);
    };
    expect(await dates("2026-11-20T05:00:00Z")).toEqual(["2026-11-20"]);
    expect(await dates("2026-11-20T05:00:00Z")).toEqual([]);
    expect(await dates("2026-11-23T05:00:00Z")).toEqual(["2026-11-23"]);
  });
});
