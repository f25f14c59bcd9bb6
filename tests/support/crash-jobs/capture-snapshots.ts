import { CaptureSnapshots } from "../../../events/soundcloud/capture-snapshots.v1.ts";
import { captureSnapshotsWorker } from "../../../functions/soundcloud/capture-snapshots.worker.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { campaignOf, daysOf } from "../../workers/soundcloud/attribution-world.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { gatedQueues } from "./queue-state.ts";

let tracks = 0;

/** A campaign whose baseline is due, and a submission that wants supporters. */
export const captureSnapshotsCrash = crashCase("capturing snapshots", {
  place: gatedQueues,
  start: async (world) => {
    const org = await world.org();
    tracks += 1;
    const campaign = await campaignOf(org, { slug: `crash-campaign-${tracks}`, status: "scheduled", start_date: "2026-01-01" });
    const submission = await org.submission({ client_id: campaign.client_id, status: "approved", artist: "jane", slug: `crash-submission-${tracks}` });
    world.restart();
    return { org, campaign, submission, order: org.message(CaptureSnapshots, {}) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(captureSnapshotsWorker, [order]));
  },
  state: async (_, { org, campaign, submission }) => {
    const { baseline_captured_at, version } = await Campaign.get(org.ctx, campaign, { consistent: true });
    const parents = [
      { parent_type: "campaign" as const, parent_id: campaign.id },
      { parent_type: "submission" as const, parent_id: submission.id },
    ];
    const days = await Promise.all(parents.map((parent) => daysOf(org, parent)));
    return { told: baseline_captured_at !== undefined, version, days: days.map(({ tracking, snapshots }) => [tracking?.baseline_date, snapshots.length]) };
  },
  ends: {
    told: true,
    version: 2,
    days: [
      ["2026-11-20", 1],
      ["2026-11-20", 1],
    ],
  },
  stop: (world) => world.stop(),
});
