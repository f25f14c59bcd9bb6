import { VerifyProof } from "../../../events/soundcloud/verify-proof.v1.ts";
import { verifyProofWorker } from "../../../functions/soundcloud/verify-proof.worker.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { gatedQueues } from "./queue-state.ts";
import { proven, settledState } from "./verified.ts";

/** A proof as its message brings it: looked up, verified and paid. */
export const verifyProofCrash = crashCase("a verification", {
  place: gatedQueues,
  start: async (world) => {
    const all = await proven(world);
    return { ...all, order: all.org.message(VerifyProof, { assignment_id: all.assignment.id }) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(verifyProofWorker, [order]));
  },
  state: (world, started) => settledState(world, started),
  ends: { assignment: { status: "completed", verified_by: "soundcloud" }, credits: [{ balance: 2 }, { balance: 2 }], books: [] },
  stop: (world) => world.stop(),
});
