import { AssignmentPublished } from "../../events/soundcloud/assignment-published.v1.ts";
import { Automate } from "../../events/soundcloud/automate.v1.ts";
import { CampaignCompleted } from "../../events/soundcloud/campaign-completed.v1.ts";
import { CampaignWentLive } from "../../events/soundcloud/campaign-went-live.v1.ts";
import { ComplaintReceived } from "../../events/soundcloud/complaint-received.v1.ts";
import { ConnectionLost } from "../../events/soundcloud/connection-lost.v1.ts";
import { InquiryAdmitted } from "../../events/soundcloud/inquiry-admitted.v1.ts";
import { InquiryRejected } from "../../events/soundcloud/inquiry-rejected.v1.ts";
import { SubmissionApproved } from "../../events/soundcloud/submission-approved.v1.ts";
import { SubmissionRejected } from "../../events/soundcloud/submission-rejected.v1.ts";
import { TierChanged } from "../../events/soundcloud/tier-changed.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { automate } from "../../shared/soundcloud/mail/automate.ts";
import type { Occasion } from "../../shared/soundcloud/mail/occasion.ts";

export const automateWorker = worker(
  Automate,
  {
    ports: { commands: (boot) => openCommands(boot) },
    on: [
      when(SubmissionApproved, ({ submission_id }): Occasion => ({ trigger: "submission-approved", submission_id })),
      when(SubmissionRejected, ({ submission_id, reason }): Occasion => ({ trigger: "submission-rejected", submission_id, reason })),
      when(AssignmentPublished, ({ assignment_id, supporter_id }): Occasion => ({ trigger: "assignment-published", assignment_id, supporter_id })),
      when(TierChanged, (change): Occasion => ({ trigger: "tier-changed", ...change })),
      when(ConnectionLost, ({ member_id, status }): Occasion => ({ trigger: "connection-lost", member_id, status })),
      when(InquiryAdmitted, (inquiry): Occasion => ({ trigger: "inquiry-admitted", ...inquiry })),
      when(InquiryRejected, (inquiry): Occasion => ({ trigger: "inquiry-rejected", ...inquiry })),
      when(ComplaintReceived, (complaint): Occasion => ({ trigger: "complaint-received", ...complaint })),
      when(CampaignWentLive, ({ campaign_id }): Occasion => ({ trigger: "campaign-went-live", campaign_id })),
      when(CampaignCompleted, ({ campaign_id, verified_reposts }): Occasion => ({ trigger: "campaign-completed", campaign_id, verified_reposts })),
    ],
  },
  (ctx, occasion) => automate(ctx, occasion),
);
export const handler = jobOnLambda(automateWorker);
