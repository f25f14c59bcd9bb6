import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { VerifySchedules } from "../../../events/soundcloud/verify-schedules.v1.ts";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { createSchedulesWorker } from "../../../functions/soundcloud/create-schedules.worker.ts";
import { verifySchedulesWorker } from "../../../functions/soundcloud/verify-schedules.worker.ts";
import { PlannerEvent } from "../../../shared/soundcloud/planner/planner-event.ts";
import { control } from "../../integration/providers/support.ts";
import { type Network, type PlannerWorld, plannerWorld } from "./planner-world.ts";

const HOUR = 3_600_000;

let world: PlannerWorld;
beforeAll(async () => {
  world = await plannerWorld();
});
afterEach(async () => {
  for (const worker of [createSchedulesWorker, applyPlannerEventWorker, verifySchedulesWorker]) await world.purge(worker);
  await Promise.all([world.planner_sandbox, world.sandbox].map(({ url }) => control(url, "DELETE", "faults")));
  world.clock.set("2026-11-20T09:00:00.000Z");
  world.restartPlanner();
});
afterAll(() => world.stop());

const order = ({ org }: Network) => org.message(VerifySchedules, { due_until: "2099-01-01T00:00:00.000Z" });
const verify = (network: Network) => world.deliver(verifySchedulesWorker, [order(network)]);
const planned = async (count: number, fault?: string): Promise<Network> => {
  const network = await world.network(count);
  await world.plan(network);
  if (fault !== undefined) await world.plannerFault(fault);
  await world.sendAll();
  return network;
};
const dueAt = async (network: Network): Promise<string> => (await world.schedulesOf(network))[0]!.check_at!;

describe("a verification", () => {
  it("completes what SoundCloud shows, with its proof, though no call-back came; the rest is looked at six hours later", async () => {
    const network = await planned(2);
    const [done, missing] = network.members;
    expect(await verify(network)).toBe(0);
    expect((await world.schedulesOf(network)).map(({ check_attempts }) => check_attempts)).toEqual([0, 0]);
    world.clock.set(await dueAt(network));
    await world.repost(done!, network.submission.track_url);
    expect(await verify(network)).toBe(0);
    expect(await verify(network)).toBe(0);
    expect(await world.schedulesOf(network)).toMatchObject([
      {
        status: "completed",
        verified_by: "soundcloud",
        proof_url: `https://soundcloud.com/${done!.soundcloud_handle}/reposts`,
        completed_at: "2026-11-21T19:00:00.000Z",
      },
      { status: "scheduled", member_id: missing!.id, check_attempts: 1, check_at: "2026-11-22T01:00:00.000Z" },
    ]);
  });

  it.each(["lost_answer", "timeout", "500"])(
    "settles a create that was not answered (%s): by what SoundCloud shows, else by ops after three days",
    async (kind) => {
      const network = await planned(2, kind);
      await world.repost(network.members[0]!, network.submission.track_url);
      for (let look = 1; look <= 12; look++) {
        const open = (await world.schedulesOf(network)).find(({ check }) => check === "verify")!;
        world.clock.set(open.check_at!);
        expect(await verify(network)).toBe(0);
      }
      const shown = (await network.org.moderator.api.get("/soundcloud/schedules", { query: { needs_attention: "true" } })).body.items;
      expect((await world.schedulesOf(network)).map(({ status }) => status)).toEqual(["completed", "pending"]);
      expect(shown).toMatchObject([{ member_id: network.members[1]!.id, outcome_unknown: true }]);
    },
  );

  it("goes on in another message when time runs short", async () => {
    const network = await planned(1);
    world.clock.set(await dueAt(network));
    await world.repost(network.members[0]!, network.submission.track_url);
    world.sent.splice(0);
    expect(await world.deliver(verifySchedulesWorker, [order(network)], { remaining_ms: 10_000 })).toBe(0);
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "scheduled" }]);
    expect(world.sent.map(({ envelope }) => envelope.type)).toEqual([VerifySchedules.type]);
    expect(await world.drain(verifySchedulesWorker)).toBe(1);
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "completed" }]);
  });

  it("waits while SoundCloud is out of reach, and says nothing against anybody", async () => {
    const network = await planned(1);
    world.clock.set(await dueAt(network));
    await world.fault("503", 50);
    expect(await verify(network)).toBe(0);
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "scheduled", check_attempts: 0 }]);
  });

  it("is done for a neighbour of a broken order", async () => {
    const network = await planned(1);
    world.clock.set(await dueAt(network));
    await world.repost(network.members[0]!, network.submission.track_url);
    world.restart();
    expect(await world.deliver(verifySchedulesWorker, ["{}", order(network)])).toBe(1);
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "completed" }]);
  });

  it("orders what an order was lost for", async () => {
    const network = await world.network(1);
    await world.plan(network);
    await world.purge(createSchedulesWorker);
    await verify(network);
    expect(await world.sendAll()).toBe(1);
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "scheduled" }]);
  });
});

describe("a parked call-back", () => {
  const parked = async (network: Network, received_at: string): Promise<PlannerEvent> =>
    PlannerEvent.create(network.org.ctx, {
      org_id: network.org.org_id,
      type: "schedule.completed",
      ip_schedule_id: `late-${network.org.org_id}`,
      target_user_id: `SOUNDCLOUD-USER-${network.members[0]!.soundcloud_urn!.split(":")[2]}`,
      occurred_at: received_at,
      state: "parked",
      attempts: 3,
      received_at,
      expires_at: 1_900_000_000,
    });
  const stored = (network: Network, { id }: PlannerEvent) => PlannerEvent.find(network.org.ctx, { org_id: network.org.org_id, id }, { consistent: true });

  it("is applied once its schedule is known", async () => {
    const network = await planned(1);
    const [schedule] = await world.schedulesOf(network);
    const event = await parked(network, world.clock.now().toISOString());
    await verify(network);
    await world.drain(applyPlannerEventWorker);
    expect(await stored(network, event)).toMatchObject({ state: "parked", attempts: 4 });
    await PlannerEvent.patch(network.org.ctx, event, { ip_schedule_id: schedule!.ip_schedule_id! });
    await verify(network);
    await world.drain(applyPlannerEventWorker);
    expect(await stored(network, event)).toBeUndefined();
    expect(await world.schedulesOf(network)).toMatchObject([{ status: "completed" }]);
  });

  it("expires after a week, where ops see it", async () => {
    const network = await planned(1);
    const event = await parked(network, new Date(world.clock.now().getTime() - 169 * HOUR).toISOString());
    await verify(network);
    expect(await stored(network, event)).toMatchObject({ state: "expired" });
    expect((await network.org.moderator.api.get("/soundcloud/planner-events", { query: { state: "expired" } })).body.items).toMatchObject([{ id: event.id }]);
  });
});
