import { CheckAssignments } from "../../../events/soundcloud/check-assignments.v1.ts";
import { checkAssignmentsWorker } from "../../../functions/soundcloud/check-assignments.worker.ts";
import type { QueueWorld } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { gatedQueues } from "./queue-state.ts";
import { proven, settledState } from "./verified.ts";

const START = "2026-11-20T09:00:00.000Z";
const HOURS_48 = 48 * 3_600_000;

const check = async (world: QueueWorld, order: string): Promise<void> => {
  world.restart();
  await requireDone(world.deliver(checkAssignmentsWorker, [order]));
};

/** The hourly look at a proof that is due: it is verified and paid. */
export const dueProofCrash = crashCase("a verification by the hourly check", {
  place: gatedQueues,
  start: async (world) => {
    const all = await proven(world);
    return { ...all, order: all.org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" }) };
  },
  run: (world, { order }) => check(world, order),
  state: (world, started) => settledState(world, started),
  ends: { assignment: { status: "completed", verified_by: "soundcloud" }, credits: [{ balance: 2 }, { balance: 2 }], books: [] },
  stop: (world) => world.stop(),
});

/** The look two days after payment, at a repost that is gone. */
export const refundCrash = crashCase("a refund", {
  place: gatedQueues,
  start: async (world) => {
    world.clock.set(START);
    const all = await proven(world);
    const order = () => all.org.message(CheckAssignments, { due_until: "2099-01-01T00:00:00.000Z" });
    await check(world, order());
    await world.unrepost(all.supporter, all.submission.track_url);
    world.clock.advance(HOURS_48);
    return { ...all, order: order() };
  },
  run: (world, { order }) => check(world, order),
  state: (world, started) => settledState(world, started),
  ends: { assignment: { status: "completed" }, submission: { supported_count: 0 }, credits: [{ balance: 3 }, { balance: 1 }], books: [] },
  stop: (world) => world.stop(),
});
