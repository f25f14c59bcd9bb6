import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CreateSchedules } from "../../../events/soundcloud/create-schedules.v1.ts";
import { createSchedulesWorker } from "../../../functions/soundcloud/create-schedules.worker.ts";
import { countInWindow } from "../../../shared/kernel/http/rate-limit.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import { control } from "../../integration/providers/support.ts";
import { AT, type Network, type PlannerWorld, plannerWorld } from "./planner-world.ts";
import { typesOf } from "./queues-world.ts";

let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld();
});
afterEach(async () => {
  await control(world.planner_sandbox.url, "DELETE", "faults");
  await world.purge(createSchedulesWorker);
  world.clock.set("2026-11-20T09:00:00.000Z");
  world.restartPlanner();
});
afterAll(() => world.stop());

const deliver = ({ org, submission }: Network) => world.deliver(createSchedulesWorker, [org.message(CreateSchedules, { parent_id: submission.id })]);
const statuses = async (network: Network): Promise<string[]> => (await world.schedulesOf(network)).map(({ status }) => status);

describe("schedules that were ordered", () => {
  it("are created at Influence Planner in one request for all channels", async () => {
    const network = await world.network(3);
    await world.plan(network);
    expect(await world.sendAll()).toBe(1);
    const [first, ...others] = await world.schedulesOf(network);
    expect(first).toMatchObject({
      status: "scheduled",
      ip_calendar_url: `https://influenceplanner.com/planned/calendar/schedule/${first!.ip_schedule_id}`,
      target_handle: network.members[0]!.soundcloud_handle,
      retry_count: 0,
    });
    expect(others.map(({ ip_schedule_id }) => ip_schedule_id)).toEqual([first!.ip_schedule_id, first!.ip_schedule_id]);
    expect((await world.held(network)).map(({ target_user_id }) => target_user_id)).toEqual([first, ...others].map((one) => one!.target_user_id));
  });

  it("find a channel that SoundCloud never told by its handle, and fail what is in no network", async () => {
    const network = await world.network(2);
    for (const member of network.members) await Member.patch(network.org.ctx, { org_id: network.org.org_id, id: member.id }, { soundcloud_urn: null });
    const stranger = await network.org.member();
    await world.plan({ ...network, members: [...network.members, stranger] });
    await deliver(network);
    const schedules = await world.schedulesOf(network);
    expect(schedules.map(({ status, error_message }) => [status, error_message])).toEqual([
      ["scheduled", undefined],
      ["scheduled", undefined],
      ["pending", "The channel is not in the org's network at Influence Planner."],
    ]);
    expect(schedules[2]).toMatchObject({ retry_count: 1 });
    expect(await world.held(network)).toHaveLength(2);
  });

  it("are created once, delivered twice and at the same time", async () => {
    const network = await world.network(2);
    await world.plan(network);
    await Promise.all([deliver(network), deliver(network)]);
    await deliver(network);
    expect(await world.held(network)).toHaveLength(2);
    expect(await statuses(network)).toEqual(["scheduled", "scheduled"]);
  });

  it.each(["lost_answer", "timeout", "500", "malformed"])("are never created again after an answer that tells nothing (%s)", async (kind) => {
    const network = await world.network(2);
    await world.plan(network);
    await world.plannerFault(kind);
    await deliver(network);
    for (let again = 0; again < 3; again++) {
      world.clock.advance(30 * 60_000);
      await deliver(network);
    }
    expect(await world.held(network)).toHaveLength(kind === "500" ? 0 : 2);
    const [shown] = (await network.org.moderator.api.get("/soundcloud/schedules", { query: { parent_id: network.submission.id } })).body.items;
    expect(shown).toMatchObject({ status: "pending", outcome_unknown: true });
  });

  it("that are refused are tried again after 1, 2, 4, 8 and 16 minutes, then failed, and ops may try anew", async () => {
    const network = await world.network(1);
    const [{ id } = { id: "" }] = await world.plan(network);
    await control(world.planner_sandbox.url, "POST", "faults", { kind: "429_json", count: 6, path: "/partner/v1/schedule" });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) {
      expect(await deliver(network)).toBe(0);
      await deliver(network);
      const [schedule] = await world.schedulesOf(network);
      if (schedule!.status !== "pending") break;
      waits.push((Date.parse(schedule!.check_at!) - world.clock.now().getTime()) / 60_000);
      world.clock.set(schedule!.check_at!);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect(await statuses(network)).toEqual(["failed"]);
    expect((await typesOf(network.org)).filter((type) => type === "schedule-failed")).toHaveLength(1);
    world.clock.advance(60_000);
    const retried = await network.org.moderator.api.post(`/soundcloud/schedules/${id}/retry`);
    expect(retried.body).toMatchObject({ status: "pending", retry_count: 0 });
    await world.sendAll();
    expect(await statuses(network)).toEqual(["scheduled"]);
    expect(await world.held(network)).toHaveLength(1);
  });

  it("order another look at what was refused, no later than a queue can hold back", async () => {
    const network = await world.network(1);
    await world.plan(network);
    await world.plannerFault("429_json");
    await deliver(network);
    expect(world.sent.map(({ envelope, delay_s }) => [envelope.data, delay_s])).toEqual([[{ parent_id: network.submission.id }, 60]]);
  });

  it("of an org whose requests are used up wait for the next minute, and do not count as refused", async () => {
    const network = await world.network(1);
    await world.plan(network);
    for (let n = 0; n < 30; n++) await countInWindow(network.org.ctx, soundcloud.id, `${network.org.org_id}#influence-planner`, { max: 30, per_seconds: 60 });
    await deliver(network);
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "pending", retry_count: 0 }]);
    expect(world.sent.at(-1)).toMatchObject({ delay_s: 60 });
    world.clock.advance(60_000);
    world.restartPlanner();
    await deliver(network);
    expect(await statuses(network)).toEqual(["scheduled"]);
  });

  it("that a neighbour's broken order accompanies are created all the same", async () => {
    const network = await world.network(1);
    await world.plan(network);
    const good = network.org.message(CreateSchedules, { parent_id: network.submission.id });
    expect(await world.deliver(createSchedulesWorker, ["{}", good])).toBe(1);
    expect(await statuses(network)).toEqual(["scheduled"]);
  });

  it("go out at the time that was wished", async () => {
    const network = await world.network(1);
    await world.plan(network, AT);
    await deliver(network);
    const [schedule] = await world.schedulesOf(network);
    expect(schedule).toMatchObject({ scheduled_at: AT, check: "verify", check_at: "2026-11-21T19:00:00.000Z" });
  });
});
