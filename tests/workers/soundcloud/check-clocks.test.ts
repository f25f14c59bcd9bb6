import { beforeAll, describe, expect, it } from "vitest";
import { CheckClocks } from "../../../events/soundcloud/check-clocks.v1.ts";
import { checkClocksHourlyJob } from "../../../functions/soundcloud/check-clocks-hourly.schedule.ts";
import { checkClocksWorker } from "../../../functions/soundcloud/check-clocks.worker.ts";
import { complaintsApi } from "../../../functions/soundcloud/complaints.api.ts";
import { inquiriesApi } from "../../../functions/soundcloud/inquiries.api.ts";
import { notifyWorker } from "../../../functions/soundcloud/notify.worker.ts";
import { targetsApi } from "../../../functions/soundcloud/targets.api.ts";
import { worklistApi } from "../../../functions/soundcloud/worklist.api.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { Notification } from "../../../shared/soundcloud/notification/notification.ts";
import { PlannerEvent } from "../../../shared/soundcloud/planner/planner-event.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [worklistApi, inquiriesApi, complaintsApi, targetsApi] });
});

const HOUR = 3_600_000;
const run = (org: SoundcloudOrg, daily = false): Promise<number> => world.deliver(checkClocksWorker, [org.message(CheckClocks, { daily })]);
const alerts = async (org: SoundcloudOrg): Promise<{ clock: string; subject_id: string }[]> =>
  (await org.events()).filter(({ type }) => type === "soundcloud.deadline-passed.v1").map(({ data }) => data as { clock: string; subject_id: string });
const list = async (org: SoundcloudOrg, kind: string, more: Record<string, string> = {}) =>
  (await org.moderator.api.get("/soundcloud/worklist", { query: { kind, ...more } })).body.items;

/** A submission, an inquiry and a complaint that wait, and a member. */
const waiting = async () => {
  const org = await world.org();
  const { member, person } = await org.artist();
  const submission = await org.submission({ member_id: member.id });
  const inquiry = (await org.moderator.api.post("/soundcloud/inquiries", { name: "Neon", email: "neon@example.com" })).body;
  const complaint = (await org.moderator.api.post("/soundcloud/complaints", { email: "ada@example.com" })).body;
  return { org, member, person, submission, inquiry, complaint };
};

describe("GET /soundcloud/worklist", () => {
  it("lists each kind with its clock, what is due first in front; late ones apart", async () => {
    const { org, submission, inquiry, complaint } = await waiting();
    const since = world.clock.now().toISOString();
    world.clock.advance(23 * HOUR);
    const due_at = new Date(Date.parse(since) + 24 * HOUR).toISOString();
    for (const [kind, subject_type, subject_id] of [
      ["decision", "submission", submission.id],
      ["inquiry", "inquiry", inquiry.id],
      ["complaint", "complaint", complaint.id],
    ]) {
      expect(await list(org, kind!)).toEqual([{ kind, subject_type, subject_id, since, due_at, age_hours: 23, late: false }]);
      expect(await list(org, kind!, { late: "true" })).toEqual([]);
    }
    world.clock.advance(2 * HOUR);
    const second = (await org.moderator.api.post("/soundcloud/complaints", { email: "bea@example.com" })).body;
    expect((await list(org, "complaint")).map(({ subject_id, late }: any) => [subject_id, late])).toEqual([
      [complaint.id, true],
      [second.id, false],
    ]);
    for (const kind of ["decision", "inquiry", "complaint"]) expect(await list(org, kind, { late: "true" })).toMatchObject([{ age_hours: 25, late: true }]);
  });

  it("lists members to connect without a time that nobody knows, and no erased one", async () => {
    const org = await world.org();
    const lost = await org.member();
    await Member.patch(org.ctx, lost, { status: "needs_reconnect" });
    const gone = await org.member();
    await Member.patch(org.ctx, gone, { status: "needs_reconnect", erased_at: world.clock.now().toISOString() });
    expect(await list(org, "reconnect")).toEqual([{ kind: "reconnect", subject_type: "member", subject_id: lost.id, late: true }]);
  });

  it("lists proposals made by hand until they are taken over, replaced, or expired a week ago", async () => {
    const org = await world.org();
    const [first, second] = [
      await org.submission({ client_id: (await org.clientOf("A")).id }),
      await org.submission({ client_id: (await org.clientOf("B")).id }),
    ];
    const propose = async (submission_id: string) => (await org.moderator.api.post(`/soundcloud/submissions/${submission_id}/target-proposals`, {})).body;
    const replaced = await propose(first.id);
    expect(replaced).not.toHaveProperty("open_until");
    world.clock.advance(HOUR);
    const kept = await propose(first.id);
    world.clock.advance(60_000);
    const other = await propose(second.id);
    expect((await list(org, "proposal")).map(({ subject_id }: any) => subject_id)).toEqual([kept.id, other.id]);
    expect((await org.admin.api.post(`/soundcloud/submissions/${second.id}/target-proposals/${other.id}/apply`)).status).toBe(200);
    world.clock.advance(2 * HOUR);
    const shown = { kind: "proposal", subject_type: "target_proposal", subject_id: kept.id, parent_type: "submission", parent_id: first.id };
    const times = { since: kept.created_at, due_at: kept.expires_at };
    expect(await list(org, "proposal")).toEqual([{ ...shown, ...times, age_hours: 2, late: false }]);
    expect(await list(org, "proposal", { late: "true" })).toEqual([]);
    world.clock.advance(23 * HOUR);
    expect(await list(org, "proposal", { late: "true" })).toEqual([{ ...shown, ...times, age_hours: 25, late: true }]);
    world.clock.advance(7 * 24 * HOUR);
    expect(await list(org, "proposal")).toEqual([]);
  });

  it("lists call-backs about schedules that nobody knows, and not what is on its way or given up", async () => {
    const org = await world.org();
    const event = (state: "received" | "parked" | "expired") =>
      PlannerEvent.create(org.ctx, {
        org_id: org.org_id,
        type: "schedule.completed",
        ip_schedule_id: `ip-${state}`,
        target_user_id: "SOUNDCLOUD-USER-1",
        occurred_at: world.clock.now().toISOString(),
        state,
        expires_at: 1_900_000_000,
      });
    const [parked] = [await event("parked"), await event("received"), await event("expired")];
    world.clock.advance(25 * HOUR);
    const due_at = new Date(Date.parse(parked!.received_at) + 24 * HOUR).toISOString();
    const shown = { kind: "callback", subject_type: "planner_event", subject_id: parked!.id, since: parked!.received_at, due_at, age_hours: 25, late: true };
    for (const more of [{}, { late: "true" }]) expect(await list(org, "callback", more as Record<string, string>)).toEqual([shown]);
    expect([await run(org, true), await alerts(org)]).toEqual([0, []]);
  });

  it("pages, and is for ops only", async () => {
    const { org, person } = await waiting();
    await org.submission({ client_id: (await org.clientOf("Label")).id });
    const query = { kind: "decision", limit: "1" };
    const first = await org.admin.api.get("/soundcloud/worklist", { query });
    const second = await org.admin.api.get("/soundcloud/worklist", { query: { ...query, cursor: first.body.next_cursor } });
    expect(new Set([...first.body.items, ...second.body.items].map(({ subject_id }: any) => subject_id)).size).toBe(2);
    expect((await person.api.get("/soundcloud/worklist", { query })).status).toBe(403);
    expect((await org.admin.api.get("/soundcloud/worklist")).status).toBe(400);
    expect((await org.admin.api.get("/soundcloud/worklist", { query: { kind: "gossip" } })).status).toBe(400);
  });
});

describe("check-clocks", () => {
  it("tells what is late once per episode, and ops by notification", async () => {
    const { org, submission, inquiry, complaint } = await waiting();
    world.clock.advance(23 * HOUR);
    expect([await run(org), await alerts(org)]).toEqual([0, []]);
    world.clock.advance(2 * HOUR);
    for (let n = 0; n < 2; n++) expect(await run(org)).toBe(0);
    expect((await alerts(org)).map(({ clock, subject_id }) => `${clock} ${subject_id}`).toSorted()).toEqual([
      `complaint ${complaint.id}`,
      `decision ${submission.id}`,
      `inquiry ${inquiry.id}`,
    ]);
    // Reopened it waits anew, which is another episode.
    await org.moderator.api.post(`/soundcloud/complaints/${complaint.id}/finish`);
    world.clock.advance(HOUR);
    await run(org);
    await org.moderator.api.post(`/soundcloud/complaints/${complaint.id}/take-up`);
    await run(org);
    expect(await alerts(org)).toHaveLength(3);
    world.clock.advance(25 * HOUR);
    await run(org);
    expect((await alerts(org)).filter(({ clock }) => clock === "complaint")).toHaveLength(2);
    await world.drain(notifyWorker);
    const told = (await Notification.list(org.ctx, { org_id: org.org_id, user_id: org.admin.user_id })).items.map(({ title }) => title);
    expect(told.filter((title) => title.includes("wait")).toSorted()).toEqual([
      "A complaint waits",
      "A complaint waits",
      "A submission waits for its decision",
      "An inquiry waits for its decision",
    ]);
  });

  it("tells once when two runs come at the same time, and fails poison alone", async () => {
    const { org } = await waiting();
    world.clock.advance(30 * HOUR);
    expect(await Promise.all([run(org), run(org), run(org)])).toEqual([0, 0, 0]);
    expect(await alerts(org)).toHaveLength(3);
    const bodies = ["{", org.message(CheckClocks, { daily: false }).replace("false", '"no"'), org.message(CheckClocks, { daily: true })];
    expect(await world.deliver(checkClocksWorker, bodies)).toBe(2);
  });

  it("finds members who became inactive once a day; who comes back is listed no more, and told of again the next time", async () => {
    const { org, member } = await waiting();
    world.clock.advance(91 * 24 * HOUR);
    await run(org);
    const inactive = async () => (await alerts(org)).filter(({ clock }) => clock === "inactivity").map(({ subject_id }) => subject_id);
    expect([await inactive(), await list(org, "inactivity")]).toEqual([[], []]);
    for (let n = 0; n < 2; n++) await run(org, true);
    expect([await inactive(), await list(org, "inactivity")]).toMatchObject([[member.id], [{ subject_type: "member", subject_id: member.id, late: true }]]);
    await Member.patch(org.ctx, await Member.get(org.ctx, member), { last_activity_at: world.clock.now().toISOString() });
    await run(org, true);
    expect([(await inactive()).length, await list(org, "inactivity")]).toEqual([1, []]);
    world.clock.advance(91 * 24 * HOUR);
    await run(org, true);
    expect((await inactive()).length).toBe(2);
  });

  it("leaves to the next run what it has no time for", async () => {
    const { org } = await waiting();
    world.clock.advance(30 * HOUR);
    expect(await world.deliver(checkClocksWorker, [org.message(CheckClocks, { daily: true })], { remaining_ms: 10_000 })).toBe(0);
    expect(await alerts(org)).toEqual([]);
    await run(org);
    expect(await alerts(org)).toHaveLength(3);
  });
});

describe("check-clocks-hourly", () => {
  it("orders a look at every org, once an hour, with the daily part at 05:00 UTC, made up for when it was missed", async () => {
    const ordered = () =>
      world.sent.filter(({ envelope }) => envelope.type === CheckClocks.type && envelope.org_id === world.org_id).map(({ envelope }) => envelope.data);
    await world.tick(checkClocksHourlyJob, "2027-01-02T04:35:00.000Z");
    expect(ordered()).toEqual([{ daily: false }]);
    await world.tick(checkClocksHourlyJob, "2027-01-02T06:35:00.000Z");
    expect(ordered()).toEqual([{ daily: false }, { daily: true }, { daily: false }]);
  });
});
