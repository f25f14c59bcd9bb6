import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CreateSchedules } from "../../../events/soundcloud/create-schedules.v1.ts";
import { VerifySchedules } from "../../../events/soundcloud/verify-schedules.v1.ts";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { campaignsApi } from "../../../functions/soundcloud/campaigns.api.ts";
import { createSchedulesWorker } from "../../../functions/soundcloud/create-schedules.worker.ts";
import { submissionsApi } from "../../../functions/soundcloud/submissions.api.ts";
import { verifySchedulesWorker } from "../../../functions/soundcloud/verify-schedules.worker.ts";
import { receivePlannerEvent } from "../../../shared/soundcloud/planner/receive-planner-event.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import type { Schedule } from "../../../shared/soundcloud/planner/schedule.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { control } from "../../integration/providers/support.ts";
import { act, campaignIn, scheduledCampaign } from "../../support/campaigns.ts";
import { type Network, type PlannerWorld, plannerWorld } from "./planner-world.ts";

const START = "2026-11-20T09:00:00.000Z";
let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld({ apis: [submissionsApi, campaignsApi] });
});
afterEach(async () => {
  await control(world.planner_sandbox.url, "DELETE", "faults");
  await world.purge(createSchedulesWorker);
  world.clock.set(START);
  world.restartPlanner();
});
afterAll(() => world.stop());

const at = (day: string): string => `${day}T18:00:00.000Z`;
/** As ops see it. */
const seen = async ({ org, submission }: Network, id = submission.id) => (await org.moderator.api.get(`/soundcloud/submissions/${id}`)).body;
const stored = ({ org, submission }: Network): Promise<Submission> => Submission.get(org.ctx, { org_id: org.org_id, id: submission.id }, { consistent: true });
const some = (network: Network, from: number, to: number): Network => ({ ...network, members: network.members.slice(from, to) });
const send = ({ org, submission }: Network) => world.deliver(createSchedulesWorker, [org.message(CreateSchedules, { parent_id: submission.id })]);
const decide = (network: Network, id: string, decision: "cancel" | "retry") => network.org.moderator.api.post(`/soundcloud/schedules/${id}/${decision}`);
const told = async ({ org }: Network, type: string, { ip_schedule_id, target_user_id }: Schedule, more: object = {}): Promise<void> => {
  const data = { schedule_id: ip_schedule_id, target_user_id, ...more };
  await receivePlannerEvent(org.ctx, { type: `schedule.${type}`, timestamp: world.clock.now().toISOString(), data });
  await world.drain(applyPlannerEventWorker);
};

describe("a submission whose reposts are planned at Influence Planner", () => {
  it("has the day of the earliest one that stands, and none when nothing does", async () => {
    const network = await world.network(3);
    const [first] = await world.plan(some(network, 0, 1), at("2026-11-25"));
    expect((await seen(network)).scheduled_date).toBe("2026-11-25");
    const [second, third] = await world.plan(some(network, 1, 3), at("2026-11-23"));
    expect((await seen(network)).scheduled_date).toBe("2026-11-23");
    await decide(network, second!.id, "cancel");
    expect((await seen(network)).scheduled_date).toBe("2026-11-23");
    await decide(network, third!.id, "cancel");
    expect((await seen(network)).scheduled_date).toBe("2026-11-25");
    await decide(network, first!.id, "cancel");
    expect(await seen(network)).not.toHaveProperty("scheduled_date");
    expect((await stored(network)).planned_days).toEqual({});
  });

  it("keeps the id that was accepted for all channels once, and where ops follow it", async () => {
    const network = await world.network(2);
    await world.plan(network);
    expect((await seen(network)).ip_schedule_ids).toEqual([]);
    await Promise.all([send(network), send(network)]);
    const [schedule] = await world.schedulesOf(network);
    expect(await seen(network)).toMatchObject({
      ip_schedule_ids: [schedule!.ip_schedule_id],
      ip_tracking_url: schedule!.ip_calendar_url,
      scheduled_date: "2026-11-21",
    });
  });

  it("keeps the address that ops entered, and shows members none of it", async () => {
    const org = await world.org();
    const { member, person } = await org.artist();
    const made = await world.network(1, org);
    const submission = await org.submission({ member_id: member.id, status: "approved", artist: `own-${org.org_id}`, support_date: "2026-11-20" });
    const network = { ...made, submission };
    const ip_tracking_url = "https://influenceplanner.com/planned/calendar/by-hand";
    const { version } = await stored(network);
    expect((await org.moderator.api.patch(`/soundcloud/submissions/${submission.id}`, { ip_tracking_url }, { version })).body).toMatchObject({
      ip_tracking_url,
    });
    await world.plan(network);
    await send(network);
    expect(await seen(network)).toMatchObject({ ip_tracking_url, ip_schedule_ids: [expect.any(String)] });
    const shown = (await person.api.get(`/soundcloud/submissions/${submission.id}`)).body;
    expect(shown).toMatchObject({
      scheduled_date: "2026-11-21",
      support_date: "2026-11-20",
      shift_days: 1,
      auto_shifted: true,
      shift_reason: "influence_planner",
    });
    for (const field of ["ip_tracking_url", "ip_schedule_ids", "resend_message_ids", "planned_days"]) expect(shown).not.toHaveProperty(field);
    expect((await org.moderator.api.patch(`/soundcloud/submissions/${submission.id}`, { ip_schedule_ids: [] }, { version: version + 1 })).status).toBe(400);
  });

  it("is left as it is by what changes nothing of it", async () => {
    const network = await world.network(1);
    await world.plan(network);
    await send(network);
    const before = await stored(network);
    await told(network, "scheduled", (await world.schedulesOf(network))[0]!);
    world.clock.set("2026-11-22T09:00:00.000Z");
    await told(network, "completed", (await world.schedulesOf(network))[0]!);
    await told(network, "completed", (await world.schedulesOf(network))[0]!);
    expect((await world.schedulesOf(network))[0]!.status).toBe("completed");
    expect((await stored(network)).version).toBe(before.version);
  });

  it("loses the day with a failure, and has it again with a retry, whose id joins the first", async () => {
    const network = await world.network(1);
    await world.plan(network);
    await send(network);
    const [first] = await world.schedulesOf(network);
    await told(network, "failed", first!);
    expect(await seen(network)).not.toHaveProperty("scheduled_date");
    await decide(network, first!.id, "retry");
    expect((await seen(network)).scheduled_date).toBe("2026-11-21");
    await send(network);
    const [again] = await world.schedulesOf(network);
    expect((await seen(network)).ip_schedule_ids).toEqual([first!.ip_schedule_id, again!.ip_schedule_id]);
    await told(network, "cancelled", again!);
    expect(await seen(network)).not.toHaveProperty("scheduled_date");
  });

  it("loses the day when Influence Planner refuses for the last time", async () => {
    const network = await world.network(1);
    await world.plan(network);
    await world.plannerFault("429_json", 6);
    for (let attempt = 1; attempt <= 6; attempt++) {
      expect((await seen(network)).scheduled_date).toBe("2026-11-21");
      await send(network);
      const [schedule] = await world.schedulesOf(network);
      if (schedule!.check_at !== undefined) world.clock.set(schedule!.check_at);
    }
    expect((await world.schedulesOf(network))[0]!.status).toBe("failed");
    expect(await seen(network)).not.toHaveProperty("scheduled_date");
  });

  it("learns the id from a call-back when the answer was lost, and the day of one without a time when it is carried out", async () => {
    const network = await world.network(1);
    const { org, submission, members } = network;
    await org.moderator.api.post("/soundcloud/schedules", { parent_type: "submission", parent_id: submission.id, member_ids: [members[0]!.id] });
    await world.plannerFault("lost_answer");
    await send(network);
    expect(await seen(network)).toMatchObject({ ip_schedule_ids: [] });
    const [held] = await world.held(network);
    world.clock.set("2026-11-22T09:00:00.000Z");
    const schedule = { ...(await world.schedulesOf(network))[0]!, ip_schedule_id: held!.schedule_id };
    await told(network, "completed", schedule, { media_url: submission.track_url, performed_at: "2026-11-22T08:00:00.000Z" });
    expect(await seen(network)).toMatchObject({ ip_schedule_ids: [held!.schedule_id], scheduled_date: "2026-11-22" });
    expect(await seen(network)).not.toHaveProperty("ip_tracking_url");
  });

  it("has the day of a repost that was only seen on SoundCloud", async () => {
    const network = await world.network(1);
    const { org, submission, members } = network;
    await org.moderator.api.post("/soundcloud/schedules", { parent_type: "submission", parent_id: submission.id, member_ids: [members[0]!.id] });
    await world.plannerFault("lost_answer");
    await send(network);
    await world.repost(members[0]!, submission.track_url);
    world.clock.set("2026-11-22T09:00:00.000Z");
    expect(await world.deliver(verifySchedulesWorker, [org.message(VerifySchedules, { due_until: "2099-01-01T00:00:00.000Z" })])).toBe(0);
    expect(await seen(network)).toMatchObject({ scheduled_date: "2026-11-22" });
  });

  it("counts right when many are planned, cancelled and accepted at once", async () => {
    const network = await world.network(6);
    const orders = await Promise.all(network.members.map((_, n) => world.plan(some(network, n, n + 1), at(`2026-11-2${3 + (n % 3)}`))));
    expect((await stored(network)).planned_days).toEqual({ "2026-11-23": 2, "2026-11-24": 2, "2026-11-25": 2 });
    await Promise.all([send(network), decide(network, orders[0]![0]!.id, "cancel"), decide(network, orders[3]![0]!.id, "cancel")]);
    const { planned_days, scheduled_date } = await stored(network);
    expect([planned_days, scheduled_date]).toEqual([{ "2026-11-24": 2, "2026-11-25": 2 }, "2026-11-24"]);
    const { org, submission } = network;
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    await Submission.patch(org.ctx, submission, { planned_days: { "2026-11-23": 1, "2026-11-25": 2 } });
    expect((await reconcileOrg(org.ctx)).differences).toEqual([
      { check: "submission.planned_days", subject: submission.id, stored: ["2026-11-23 1", "2026-11-25 2"], computed: ["2026-11-24 2", "2026-11-25 2"] },
    ]);
    await Submission.patch(org.ctx, submission, { planned_days: {} });
    expect((await reconcileOrg(org.ctx)).differences).toEqual([
      { check: "submission.planned_days", subject: submission.id, stored: [], computed: ["2026-11-24 2", "2026-11-25 2"] },
    ]);
  });

  it("takes a whole group of channels in one transaction", async () => {
    const network = await world.network(24);
    await world.plan(network);
    expect(await send(network)).toBe(0);
    expect(new Set((await world.schedulesOf(network)).map(({ status }) => status))).toEqual(new Set(["scheduled"]));
    expect((await seen(network)).ip_schedule_ids).toHaveLength(1);
    expect((await stored(network)).planned_days).toEqual({ "2026-11-21": 24 });
  });
});

describe("a campaign whose reposts are planned", () => {
  /** The network with a campaign in the place of the submission. */
  const ofCampaign = async (count: number) => {
    const network = await world.network(count);
    const campaign = await scheduledCampaign(network.org);
    const plan = (from: number, to: number, day: string) =>
      network.org.moderator.api.post("/soundcloud/schedules", {
        parent_type: "campaign",
        parent_id: campaign.id,
        member_ids: network.members.slice(from, to).map(({ id }) => id),
        scheduled_at: at(day),
      });
    const sent = () => world.deliver(createSchedulesWorker, [network.org.message(CreateSchedules, { parent_id: campaign.id })]);
    return { network, campaign, plan, sent };
  };

  it("hands what it knows to its submission when it goes live, which is told from then on", async () => {
    const { network, campaign, plan, sent } = await ofCampaign(2);
    const [early] = (await plan(0, 1, "2026-11-24")).body.items;
    await sent();
    const { ip_tracking_url, planned_days } = await campaignIn(network.org, campaign.id);
    expect([planned_days, ip_tracking_url]).toEqual([{ "2026-11-24": 1 }, expect.stringContaining("influenceplanner.com")]);
    const { submission_id } = await act(network.org, campaign.id, "go-live");
    expect(await seen(network, submission_id)).toMatchObject({ scheduled_date: "2026-11-24", ip_schedule_ids: [expect.any(String)], ip_tracking_url });
    await plan(1, 2, "2026-11-22");
    await sent();
    expect(await seen(network, submission_id)).toMatchObject({ scheduled_date: "2026-11-22", ip_schedule_ids: [expect.any(String), expect.any(String)] });
    await decide(network, early.id, "cancel");
    expect((await seen(network, submission_id)).scheduled_date).toBe("2026-11-22");
    expect((await reconcileOrg(network.org.ctx)).differences).toEqual([]);
    const patched = await campaignIn(network.org, campaign.id);
    const by_hand = "https://influenceplanner.com/planned/calendar/by-hand";
    await network.org.moderator.api.patch(`/soundcloud/campaigns/${campaign.id}`, { ip_tracking_url: by_hand }, { version: patched.version });
    expect((await seen(network, submission_id)).ip_tracking_url).toBe(by_hand);
  });

  it("loses nothing when it goes live while reposts are planned", async () => {
    const { network, campaign, plan } = await ofCampaign(3);
    await Promise.all([plan(0, 1, "2026-11-24"), act(network.org, campaign.id, "go-live"), plan(1, 2, "2026-11-23"), plan(2, 3, "2026-11-22")]);
    const { submission_id } = await campaignIn(network.org, campaign.id);
    expect((await seen(network, submission_id)).scheduled_date).toBe("2026-11-22");
    expect((await reconcileOrg(network.org.ctx)).differences).toEqual([]);
    await Submission.patch(network.org.ctx, { org_id: network.org.org_id, id: submission_id! }, { planned_days: {} });
    expect((await reconcileOrg(network.org.ctx)).differences).toMatchObject([{ check: "submission.planned_days", subject: submission_id, stored: [] }]);
  });
});
