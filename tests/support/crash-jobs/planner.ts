import { ApplyPlannerEvent } from "../../../events/soundcloud/apply-planner-event.v1.ts";
import { CreateSchedules } from "../../../events/soundcloud/create-schedules.v1.ts";
import { VerifySchedules } from "../../../events/soundcloud/verify-schedules.v1.ts";
import { applyPlannerEventWorker } from "../../../functions/soundcloud/apply-planner-event.worker.ts";
import { createSchedulesWorker } from "../../../functions/soundcloud/create-schedules.worker.ts";
import { verifySchedulesWorker } from "../../../functions/soundcloud/verify-schedules.worker.ts";
import { receivePlannerEvent } from "../../../shared/soundcloud/planner/receive-planner-event.ts";
import { type Network, type PlannerWorld, plannerWorld } from "../../workers/soundcloud/planner-world.ts";
import { memberOf, typesOf } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import type { CrashGate } from "../faults/crash.ts";

/** The app's token of SoundCloud is there already: it is shared, and SoundCloud gives few. */
export const plannerPlace = async (gate: CrashGate): Promise<PlannerWorld> => {
  const world = await plannerWorld({ gate });
  await world.soundcloud.resolve("https://soundcloud.com/first-of-all");
  return world;
};
const stop = (world: PlannerWorld): Promise<void> => world.stop();
const START = "2026-11-20T09:00:00.000Z";

const ofNetwork = async (world: PlannerWorld, network: Network) => {
  world.clock.set(START);
  await world.plan(network);
  return network;
};

/**
 * Stopped between the request and its note, nobody can know what came of it: it counts that nothing is held twice, and
 * that what is not known to be scheduled is seen as unknown.
 */
export const createSchedulesCrash = crashCase("a creation of schedules", {
  place: plannerPlace,
  start: async (world) => ofNetwork(world, await world.network(2)),
  run: (world, network) => {
    world.restartPlanner();
    return requireDone(world.deliver(createSchedulesWorker, [network.org.message(CreateSchedules, { parent_id: network.submission.id })]));
  },
  state: async (world, network) => {
    const schedules = await world.schedulesOf(network);
    const held = await world.held(network);
    const isHeld = (target: string | undefined): number => held.filter(({ target_user_id }) => target_user_id === target).length;
    return {
      settled: schedules.map(({ status, sent_at, target_user_id }) =>
        status === "scheduled" ? isHeld(target_user_id) === 1 : status === "pending" && sent_at !== undefined && isHeld(target_user_id) <= 1,
      ),
      failed: (await typesOf(network.org)).filter((type) => type === "schedule-failed").length,
    };
  },
  ends: { settled: [true, true], failed: 0 },
  stop,
});

export const scheduled = async (world: PlannerWorld, count = 1): Promise<Network> => {
  const network = await ofNetwork(world, await world.network(count));
  const failed = await world.deliver(createSchedulesWorker, [network.org.message(CreateSchedules, { parent_id: network.submission.id })]);
  if (failed > 0) throw new Error("The schedules were not created.");
  return network;
};

const endOf = async (world: PlannerWorld, network: Network): Promise<object> => {
  const [schedule] = await world.schedulesOf(network);
  const { status, verified_by, check, check_attempts } = schedule!;
  const member = await memberOf(network.org, network.members[0]!.id);
  return { status, verified_by, check, check_attempts, member: member.status, types: (await typesOf(network.org)).toSorted() };
};

/** A refusal of the account: the schedule fails, the connection is lost, both are told, all once. */
export const applyPlannerEventCrash = crashCase("a call-back of Influence Planner", {
  place: plannerPlace,
  start: async (world) => {
    const network = await scheduled(world);
    const [{ ip_schedule_id, target_user_id } = { ip_schedule_id: undefined, target_user_id: undefined }] = await world.schedulesOf(network);
    await receivePlannerEvent(network.org.ctx, {
      type: "schedule.failed",
      timestamp: START,
      data: { schedule_id: ip_schedule_id, target_user_id, error: { code: "account_invalid", message: "Connect again." } },
    });
    const event = (await network.org.events()).find(({ type }) => type === "soundcloud.planner-event-received.v1")!;
    return { network, order: network.org.message(ApplyPlannerEvent, event.data as { event_id: string }) };
  },
  run: (world, { order }) => requireDone(world.deliver(applyPlannerEventWorker, [order])),
  state: (world, { network }) => endOf(world, network),
  ends: { status: "failed", member: "needs_reconnect" },
  stop,
});

/** A repost whose call-back was lost, found on SoundCloud. */
export const verifySchedulesCrash = crashCase("a verification of schedules", {
  place: plannerPlace,
  start: async (world) => {
    const network = await scheduled(world);
    await world.repost(network.members[0]!, network.submission.track_url);
    world.clock.set("2026-11-22T09:00:00.000Z");
    return { network, order: network.org.message(VerifySchedules, { due_until: "2099-01-01T00:00:00.000Z" }) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(verifySchedulesWorker, [order]));
  },
  state: (world, { network }) => endOf(world, network),
  ends: { status: "completed", verified_by: "soundcloud", member: "active" },
  stop,
});
