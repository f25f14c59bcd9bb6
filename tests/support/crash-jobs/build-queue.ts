import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { buildQueueWorker } from "../../../functions/soundcloud/build-queue.worker.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { DAY, demand, typesOf } from "../../workers/soundcloud/queues-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { gatedQueues, queueOf } from "./queue-state.ts";

/** Three supporters for a track that wants five: assignments, no empty slot, unmet demand. */
export const buildQueueCrash = crashCase("a build", {
  place: gatedQueues,
  start: async (world) => {
    const org = await world.org();
    await demand(org, 3, 5);
    return { org, order: org.message(BuildQueue, { date: DAY }) };
  },
  run: (world, { order }) => requireDone(world.deliver(buildQueueWorker, [order])),
  state: async (world, { org }) => {
    const { filled_slots, total_slots, empty_counts, unfilled_count } = await queueOf(org);
    const { items } = await Submission.query.openDemand(org.ctx, { org_id: org.org_id });
    const shifted = items.map(({ shift_reason }) => shift_reason);
    const assignments = (await world.assignments(org)).length;
    return { filled_slots, total_slots, empty_counts, unfilled_count, assignments, shifted, types: await typesOf(org) };
  },
  ends: { filled_slots: 3, total_slots: 3, unfilled_count: 1, assignments: 3, shifted: ["no_supporter"] },
  stop: (world) => world.stop(),
});
