import { ResolveTrack } from "../../events/soundcloud/resolve-track.v1.ts";
import { SubmissionApproved } from "../../events/soundcloud/submission-approved.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";
import { resolveTrack } from "../../shared/soundcloud/submission/resolve-track.ts";

export const resolveTrackWorker = worker(
  ResolveTrack,
  {
    ports: { vault: openVault, soundcloud: openSoundCloud },
    on: [when(SubmissionApproved, ({ submission_id }) => ({ submission_id }))],
  },
  (ctx, { submission_id }) => resolveTrack(ctx, submission_id),
);
export const handler = jobOnLambda(resolveTrackWorker);
