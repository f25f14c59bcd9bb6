import { beforeAll, describe, expect, it } from "vitest";
import { campaignsApi } from "../../../functions/soundcloud/campaigns.api.ts";
import { submissionsApi } from "../../../functions/soundcloud/submissions.api.ts";
import { targetsApi } from "../../../functions/soundcloud/targets.api.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { act, campaignIn, campaignOf, captureBaseline, liveCampaign, scheduledCampaign } from "../../support/campaigns.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";
import { typesOf } from "../../workers/soundcloud/queues-world.ts";

const PATH = "/soundcloud/campaigns";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [campaignsApi, submissionsApi, targetsApi], start: "2026-11-20T10:00:00.000Z" });
});

const carried = (org: SoundcloudOrg, { submission_id }: Campaign): Promise<Submission> =>
  Submission.get(org.ctx, { org_id: org.org_id, id: submission_id! }, { consistent: true });
const wish = async (org: SoundcloudOrg, more: object = {}) => ({
  client_id: (await org.clientOf(`Label ${org.ctx.ids.uuid()}`)).id,
  artist_name: "Quiet Choir",
  track_name: "Light Us",
  track_url: "https://soundcloud.com/quiet-choir/light-us",
  ...more,
});

describe("POST /soundcloud/campaigns", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", "ftp://soundcloud.com/a"])("400 for %s as the tracking address, which mails lead to", async (address) => {
    const { problem } = await world.moderator.api.post(PATH, await wish(world, { ip_tracking_url: address }));
    expect([problem.status, problem.errors.map(({ pointer }) => pointer)]).toEqual([400, ["/ip_tracking_url"]]);
  });
  it("201 as intake, the address made canonical and the genre classified; a replay is the same", async () => {
    const body = await wish(world, { track_name: "Deep House Mix", track_url: " http://m.soundcloud.com/Quiet-Choir/Light-Us?si=1 ", price_usd: "250" });
    const post = () => world.moderator.api.post(PATH, body, { key: "first-campaign" });
    const [first, again] = [await post(), await post()];
    expect(first).toMatchObject({
      status: 201,
      headers: { location: `${PATH}/${first.body.id}` },
      body: {
        status: "intake",
        track_url: "https://soundcloud.com/quiet-choir/light-us",
        price_usd: "250.00",
        goal_reposts: 0,
        verified_reposts: 0,
        family: "Electronic",
        subgenres: ["House"],
        created_by: world.moderator.user_id,
        version: 1,
      },
    });
    expect(first.body.client_name).toMatch(/^Label/);
    expect(again.body).toEqual(first.body);
    for (const hidden of ["track_key", "genre_pairs", "paused_from"]) expect(first.body).not.toHaveProperty(hidden);
    expect((await world.admin.api.get(`${PATH}/${first.body.id}`)).body).toEqual(first.body);
  });

  it.each([
    ["not_soundcloud", "https://evil.example/?soundcloud.com"],
    ["not_a_track", "https://soundcloud.com/quiet-choir/sets/all"],
    ["private_track", "https://soundcloud.com/quiet-choir/light-us/s-AbC123"],
    ["short_link", "https://on.soundcloud.com/AbC123"],
  ])("422 %s", async (code, track_url) => {
    const { problem } = await world.admin.api.post(PATH, await wish(world, { track_url }));
    expect(problem).toMatchObject({ status: 422, code, errors: [{ pointer: "/track_url" }] });
  });

  it("422 for everybody who is not in the org, for an unknown genre, and for an end before the start", async () => {
    const other = await world.org();
    const stranger = (await other.clientOf("Stranger")).id;
    const unknown = await world.admin.api.post(PATH, await wish(world, { client_id: stranger, salesperson_id: world.ids.uuid() }));
    expect(unknown.problem).toMatchObject({ status: 422, code: "unknown_party" });
    expect(unknown.problem.errors!.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["/client_id", "/salesperson_id"]);
    expect((await world.admin.api.post(PATH, await wish(world, { family: "Polka" }))).problem.code).toBe("unknown_genre");
    const turned = await world.admin.api.post(PATH, await wish(world, { start_date: "2026-12-02", end_date: "2026-12-01" }));
    expect(turned.problem).toMatchObject({ status: 422, code: "before_start" });
  });

  it("400 for what the server sets, 403 for a member, 404 in another org", async () => {
    for (const field of ["status", "verified_reposts", "approved_by", "submission_id", "refund_usd"])
      expect((await world.admin.api.post(PATH, await wish(world, { [field]: "live" }))).status).toBe(400);
    const { person } = await world.artist();
    const { id } = await campaignOf(world);
    expect((await person.api.post(PATH, await wish(world))).status).toBe(403);
    for (const path of [PATH, `${PATH}/${id}`, `${PATH}/${id}/report`, `${PATH}/${id}/history`]) expect((await person.api.get(path)).status).toBe(403);
    const other = await world.org();
    for (const path of [`${PATH}/${id}`, `${PATH}/${id}/report`, `${PATH}/${id}/target-proposals`]) expect((await other.admin.api.get(path)).status).toBe(404);
    expect((await other.admin.api.post(`${PATH}/${id}/draft`)).status).toBe(404);
  });
});

describe("GET /soundcloud/campaigns", () => {
  it("lists live ones, or by status, or by client with the newest first, in pages; 400 for both filters", async () => {
    const org = await world.org();
    const client_id = (await org.clientOf("Faithful Label")).id;
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push((await campaignOf(org, { client_id, track_url: `https://soundcloud.com/faithful/song-${n}` })).id);
      world.clock.advance(1);
    }
    const live = await liveCampaign(org);
    const list = async (query: object) => (await org.admin.api.get(PATH, { query: query as Record<string, string> })).body;
    const idsOf = ({ items }: { items: { id: string }[] }): string[] => items.map(({ id }) => id);
    expect(idsOf(await list({}))).toEqual([live.id]);
    expect(idsOf(await list({ status: "intake" }))).toEqual(ids);
    const first = await list({ client_id, limit: 2 });
    const rest = await list({ client_id, limit: 2, cursor: first.next_cursor });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(ids.toReversed());
    expect(first.items[0].client_name).toBe("Faithful Label");
    expect((await org.admin.api.get(PATH, { query: { status: "live", client_id } })).status).toBe(400);
  });
});

describe("the way of a campaign", () => {
  it("intake, draft, scheduled, live, completed: each with its fact, in its history", async () => {
    const org = await world.org();
    const { id, client_id } = await campaignOf(org);
    expect(await act(org, id, "draft")).toMatchObject({ status: "draft" });
    const scheduled = await act(org, id, "schedule");
    expect(scheduled).toMatchObject({ status: "scheduled", approved_by: org.moderator.user_id, approved_at: world.clock.now().toISOString() });
    await captureBaseline(org, id);
    const live = await act(org, id, "go-live");
    expect(live).toMatchObject({ status: "live", live_at: world.clock.now().toISOString() });
    expect(await carried(org, live)).toMatchObject({
      campaign_id: id,
      client_id,
      party_id: client_id,
      status: "approved",
      service_type: "repost_network",
      goal_reposts: 2,
      demand_since: "2026-11-20",
      track_url: live.track_url,
      family: "Electronic",
    });
    const completed = await act(org, id, "complete");
    expect(completed).toMatchObject({ status: "completed", completed_at: world.clock.now().toISOString() });
    const closed = await carried(org, completed);
    expect([closed.closed_at, closed.demand_since]).toEqual([world.clock.now().toISOString(), undefined]);
    expect(await typesOf(org)).toEqual(["campaign-scheduled", "campaign-went-live", "submission-approved", "campaign-completed"]);
    const history = await org.admin.api.get(`${PATH}/${id}/history`);
    expect(history.body.items.map(({ from, to }: { from: string; to: string }) => `${from} ${to}`)).toEqual([
      "intake draft",
      "draft scheduled",
      "scheduled live",
      "live completed",
    ]);
    expect(history.body.items[0].by).toBe(org.moderator.user_id);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("409 schedule names everything that is missing, and leaves it a draft", async () => {
    const { id } = await campaignOf(world, { goal_reposts: 0, start_date: undefined, end_date: undefined });
    await act(world, id, "draft");
    const { problem } = await world.admin.api.post(`${PATH}/${id}/schedule`);
    expect(problem).toMatchObject({ status: 409, code: "not_ready" });
    expect(problem.errors!.map(({ pointer }: { pointer: string }) => pointer)).toEqual(["/goal_reposts", "/start_date", "/end_date"]);
    expect((await campaignIn(world, id)).status).toBe("draft");
  });

  it("409 go-live without a baseline, and after its end; nothing is made", async () => {
    const org = await world.org();
    const { id } = await campaignOf(org, { start_date: "2026-11-01", end_date: "2026-11-19" });
    await act(org, id, "draft", "schedule");
    const { problem } = await org.admin.api.post(`${PATH}/${id}/go-live`);
    expect(problem).toMatchObject({ status: 409, code: "not_ready", errors: [{ code: "no_baseline" }, { code: "date_passed" }] });
    expect((await Submission.query.openDemand(org.ctx, { org_id: org.org_id })).items).toEqual([]);
    expect(await campaignIn(org, id)).toMatchObject({ status: "scheduled" });
  });

  it("goes live once, though two ask at the same time", async () => {
    const org = await world.org();
    const { id } = await scheduledCampaign(org);
    const replies = await Promise.all([1, 2, 3].map(() => org.admin.api.post(`${PATH}/${id}/go-live`)));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect((await Submission.query.openDemand(org.ctx, { org_id: org.org_id })).items).toHaveLength(1);
    expect((await typesOf(org)).filter((type) => type === "campaign-went-live")).toHaveLength(1);
  });

  it("409 names what is possible, in every state", async () => {
    const org = await world.org();
    const { id } = await campaignOf(org);
    const refusals = async (): Promise<string[]> => {
      const found = new Set<string>();
      for (const action of ["draft", "schedule", "go-live", "pause", "resume", "complete"]) {
        const from = (await campaignIn(org, id)).status;
        const { status, problem } = await org.admin.api.post(`${PATH}/${id}/${action}`);
        if (status !== 409 || problem.code !== "invalid_transition") continue;
        expect(problem).toMatchObject({ current: from });
        found.add((problem as unknown as { possible: string[] }).possible.join());
        expect((await campaignIn(org, id)).status).toBe(from);
      }
      return [...found];
    };
    await act(org, id, "draft", "schedule", "pause");
    expect((await org.admin.api.post(`${PATH}/${id}/go-live`)).problem).toMatchObject({ code: "invalid_transition", possible: ["resume"] });
    expect((await org.admin.api.post(`${PATH}/${id}/schedule`)).problem).toMatchObject({ code: "invalid_transition", possible: ["resume"] });
    await act(org, id, "resume");
    await captureBaseline(org, id);
    await act(org, id, "go-live", "complete");
    expect(await refusals()).toEqual([""]);
  });
});

describe("a pause", () => {
  it("takes the demand away and gives it back; a scheduled campaign returns to scheduled", async () => {
    const org = await world.org();
    const live = await liveCampaign(org);
    expect(await act(org, live.id, "pause")).toMatchObject({ status: "paused", paused_from: "live" });
    const halted = await carried(org, live);
    expect([halted.demand_since, halted.paused_at]).toEqual([undefined, world.clock.now().toISOString()]);
    // Even ops cannot reopen the demand behind the campaign's back.
    const patched = await org.admin.api.patch(`/soundcloud/submissions/${halted.id}`, { target_count: 30 }, { version: halted.version });
    expect([patched.status, patched.body.demand_since]).toEqual([200, undefined]);
    const resumed = await act(org, live.id, "resume");
    expect([resumed.status, resumed.paused_from]).toEqual(["live", undefined]);
    const again = await carried(org, live);
    expect([again.demand_since, again.paused_at]).toEqual(["2026-11-20", undefined]);
    const { id } = await scheduledCampaign(org);
    expect(await act(org, id, "pause")).toMatchObject({ paused_from: "scheduled" });
    expect(await act(org, id, "resume")).toMatchObject({ status: "scheduled" });
    expect((await typesOf(org)).filter((type) => type === "campaign-went-live")).toHaveLength(1);
  });
});

describe("PATCH /soundcloud/campaigns/{campaign_id}", () => {
  it("428 and 412 without the version; a new goal of a live campaign counts at once", async () => {
    const org = await world.org();
    const { id, version } = await liveCampaign(org);
    const patch = (body: object, at?: number) => org.admin.api.patch(`${PATH}/${id}`, body, at === undefined ? {} : { version: at });
    expect((await patch({ goal_reposts: 5 })).status).toBe(428);
    expect((await patch({ goal_reposts: 5 }, version - 1)).problem).toMatchObject({ status: 412, current_version: version });
    const changed = await patch({ goal_reposts: 60, family: "Rock", track_name: "Other", owner_id: org.moderator.user_id }, version);
    expect(changed.body).toMatchObject({ goal_reposts: 60, family: "Rock", owner_id: org.moderator.user_id, version: version + 1 });
    const submission = await carried(org, await campaignIn(org, id));
    expect(submission).toMatchObject({ goal_reposts: 60, family: "Rock", track_title: "Other", genre_pairs: [`${org.genre("Rock").genre_family_id}/-`] });
    expect((await patch({ end_date: null }, version + 1)).problem).toMatchObject({ status: 422, errors: [{ pointer: "/end_date" }] });
    expect((await patch({ goal_reposts: 0 }, version + 1)).status).toBe(422);
    expect((await patch({ salesperson_id: org.org_id }, version + 1)).problem).toMatchObject({ status: 422, code: "unknown_party" });
    expect((await patch({ status: "completed" }, version + 1)).status).toBe(400);
  });

  it("409 for what was sold once it has ended; notes may still be written", async () => {
    const org = await world.org();
    const { id } = await liveCampaign(org);
    const { version } = await act(org, id, "complete");
    const terms = await org.admin.api.patch(`${PATH}/${id}`, { price_usd: "1.00", goal_reposts: 1 }, { version });
    expect(terms.problem).toMatchObject({ status: 409, code: "campaign_completed" });
    expect((await org.admin.api.patch(`${PATH}/${id}`, { notes: "Was fun." }, { version })).body.notes).toBe("Was fun.");
  });
});

describe("its submission", () => {
  it("409 when it is rejected behind the campaign's back", async () => {
    const org = await world.org();
    const { id, submission_id } = await liveCampaign(org);
    await org.admin.api.post(`/soundcloud/submissions/${submission_id}/flag`, { reason: "Looks wrong." });
    const { problem } = await org.admin.api.post(`/soundcloud/submissions/${submission_id}/reject`, {});
    expect(problem).toMatchObject({ status: 409, code: "campaign_submission", campaign_id: id });
  });

  it("may be of a track that the client bought before", async () => {
    const org = await world.org();
    const first = await liveCampaign(org);
    await act(org, first.id, "complete");
    const second = await liveCampaign(org, { client_id: first.client_id, track_url: first.track_url });
    expect((await carried(org, second)).track_key).toBe((await carried(org, first)).track_key);
  });
});

describe("POST /soundcloud/campaigns/{campaign_id}/target-proposals", () => {
  it("201 before the campaign is live, paid by nobody's wallet; the submission made later has the same proposals", async () => {
    const org = await world.org();
    const [large, small] = [await org.member({ followers: 400_000 }), await org.member({ followers: 500 })];
    const { id } = await campaignOf(org);
    const { status, body } = await org.moderator.api.post(`${PATH}/${id}/target-proposals`, { mode: "size" });
    expect(status).toBe(201);
    expect(body).toMatchObject({ parent_type: "campaign", parent_id: id, criteria: { mode: "size", count: 2 }, total_capacity: 24_030, estimated_credits: 13 });
    expect(body.proposed_targets.map(({ member_id }: { member_id: string }) => member_id)).toEqual([large.id, small.id]);
    await act(org, id, "draft", "schedule");
    await captureBaseline(org, id);
    const { submission_id } = await act(org, id, "go-live");
    const listed = await org.admin.api.get(`/soundcloud/submissions/${submission_id}/target-proposals`);
    expect(listed.body.items.map((one: { id: string }) => one.id)).toEqual([body.id]);
    expect((await org.admin.api.get(`/soundcloud/submissions/${submission_id}/target-proposals/${body.id}`)).status).toBe(200);
    const applied = await org.admin.api.post(`/soundcloud/submissions/${submission_id}/target-proposals/${body.id}/apply`);
    expect(applied.body).toMatchObject({ suggested_supporters: [large.id, small.id], expected_reach_max: 24_030 });
    expect((await org.admin.api.get(`${PATH}/${id}/target-proposals`)).body.items).toHaveLength(1);
    await act(org, id, "complete");
    expect((await org.admin.api.post(`${PATH}/${id}/target-proposals`, {})).problem).toMatchObject({ status: 409, code: "no_demand" });
  });

  it("names 50 at most of a larger goal, and its sums are theirs", async () => {
    const org = await world.org();
    for (let n = 0; n < 53; n++) await org.member({ followers: 1000 });
    const { id } = await liveCampaign(org, { goal_reposts: 200 });
    const { body } = await org.admin.api.post(`${PATH}/${id}/target-proposals`, {});
    expect([body.proposed_targets.length, body.criteria.count, body.total_capacity, body.estimated_credits]).toEqual([50, 50, 3000, 50]);
  });
});

describe("the report and its remedy", () => {
  /** As if so many of its reposts had been verified. */
  const delivered = async (org: SoundcloudOrg, { id, submission_id }: Campaign, verified_reposts: number, under_way = 0): Promise<void> => {
    await Campaign.patch(org.ctx, { org_id: org.org_id, id }, { verified_reposts });
    await Submission.patch(org.ctx, { org_id: org.org_id, id: submission_id! }, { supported_count: verified_reposts + under_way });
  };
  const report = async (org: SoundcloudOrg, { id }: Campaign) => (await org.admin.api.get(`${PATH}/${id}/report`)).body;
  const remedy = (org: SoundcloudOrg, { id }: Campaign, body: object) => org.moderator.api.post(`${PATH}/${id}/remedy`, body);

  it("sets promise beside delivery: null is not known, zero is none", async () => {
    const org = await world.org();
    const none = await campaignOf(org, { goal_reposts: 0, price_usd: undefined });
    expect(await report(org, none)).toEqual({
      campaign_id: none.id,
      client_id: none.client_id,
      status: "intake",
      start_date: "2026-11-20",
      end_date: "2026-11-30",
      goal_reposts: 0,
      verified_reposts: 0,
      under_way_reposts: 0,
      owed_reposts: 0,
      price_usd: null,
      cost_per_repost_usd: null,
      refund_due_usd: null,
      remedy: null,
      remedied_at: null,
      refund_usd: null,
    });
    const live = await liveCampaign(org, { goal_reposts: 40, price_usd: "250.00" });
    expect(await report(org, live)).toMatchObject({ owed_reposts: 40, cost_per_repost_usd: null, refund_due_usd: "250.00" });
    await delivered(org, live, 38, 1);
    expect(await report(org, live)).toMatchObject({
      verified_reposts: 38,
      under_way_reposts: 1,
      owed_reposts: 2,
      cost_per_repost_usd: "6.5789",
      refund_due_usd: "12.50",
    });
    await delivered(org, live, 41);
    expect(await report(org, live)).toMatchObject({ owed_reposts: 0, refund_due_usd: "0.00" });
  });

  it("make_good gives a live campaign more time, as often as needed; 422 for a day that is no later", async () => {
    const org = await world.org();
    const live = await liveCampaign(org);
    for (const [body, code] of [
      [{ remedy: "make_good" }, "required"],
      [{ remedy: "make_good", end_date: "2026-11-30" }, "not_later"],
    ] as const)
      expect((await remedy(org, live, body)).problem).toMatchObject({ status: 422, code, errors: [{ pointer: "/end_date" }] });
    const first = await remedy(org, live, { remedy: "make_good", end_date: "2026-12-05" });
    expect(first.body).toMatchObject({ status: "live", remedy: "make_good", end_date: "2026-12-05", remedied_by: org.moderator.user_id });
    await act(org, live.id, "pause");
    expect((await remedy(org, live, { remedy: "make_good", end_date: "2026-12-09" })).body).toMatchObject({ status: "paused", end_date: "2026-12-09" });
    expect((await carried(org, live)).end_date).toBe("2026-12-09");
    expect((await remedy(org, live, { remedy: "refund" })).problem).toMatchObject({ status: 409, code: "not_completed" });
  });

  it("refund records what is due, once, under its key; 409 while reposts are under way, and when nothing is owed", async () => {
    const org = await world.org();
    const live = await liveCampaign(org, { goal_reposts: 3, price_usd: "100.00" });
    await delivered(org, live, 1, 1);
    await act(org, live.id, "complete");
    expect((await remedy(org, live, { remedy: "make_good", end_date: "2027-01-01" })).problem).toMatchObject({
      status: 409,
      code: "not_live",
      possible: ["refund"],
    });
    expect((await remedy(org, live, { remedy: "refund", end_date: "2027-01-01" })).problem).toMatchObject({ status: 422, code: "not_for_refund" });
    expect((await remedy(org, live, { remedy: "refund" })).problem).toMatchObject({ status: 409, code: "under_way", under_way_reposts: 1 });
    await delivered(org, live, 1);
    const post = () => org.admin.api.post(`${PATH}/${live.id}/remedy`, { remedy: "refund" }, { key: "the-refund" });
    const [done, again] = [await post(), await post()];
    // Two of three reposts of $100.00: 66.666… cents are the client's.
    expect(done.body).toMatchObject({ status: "completed", remedy: "refund", refund_usd: "66.67" });
    expect(again.body).toEqual(done.body);
    expect((await remedy(org, live, { remedy: "refund" })).problem).toMatchObject({ status: 409, code: "refunded" });
    expect(await report(org, live)).toMatchObject({ remedy: "refund", refund_usd: "66.67", remedied_at: world.clock.now().toISOString() });
    const full = await liveCampaign(org);
    await delivered(org, full, 2);
    await act(org, full.id, "complete");
    expect((await remedy(org, full, { remedy: "refund" })).problem).toMatchObject({ status: 409, code: "nothing_owed" });
    const free = await liveCampaign(org, { price_usd: undefined });
    await act(org, free.id, "complete");
    expect((await remedy(org, free, { remedy: "refund" })).problem).toMatchObject({ status: 409, code: "no_price" });
  });
});
