import { CampaignScheduled } from "../../events/soundcloud/campaign-scheduled.v1.ts";
import { CaptureSnapshots } from "../../events/soundcloud/capture-snapshots.v1.ts";
import { SubmissionApproved } from "../../events/soundcloud/submission-approved.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { captureSnapshots } from "../../shared/soundcloud/attribution/capture-snapshots.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";

export const captureSnapshotsWorker = worker(
  CaptureSnapshots,
  {
    ports: { commands: openCommands, vault: openVault, soundcloud: openSoundCloud },
    on: [
      when(CampaignScheduled, ({ campaign_id }) => ({ parent: { parent_type: "campaign", parent_id: campaign_id, baseline: false } })),
      when(SubmissionApproved, ({ submission_id }) => ({ parent: { parent_type: "submission", parent_id: submission_id, baseline: false } })),
    ],
    parallel: 1,
  },
  (ctx, order) => captureSnapshots(ctx, order),
);
export const handler = jobOnLambda(captureSnapshotsWorker);
