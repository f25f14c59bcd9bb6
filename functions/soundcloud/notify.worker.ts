import { AssignmentCompleted } from "../../events/soundcloud/assignment-completed.v1.ts";
import { AssignmentFailed } from "../../events/soundcloud/assignment-failed.v1.ts";
import { AssignmentPublished } from "../../events/soundcloud/assignment-published.v1.ts";
import { AssignmentRefunded } from "../../events/soundcloud/assignment-refunded.v1.ts";
import { CampaignCompleted } from "../../events/soundcloud/campaign-completed.v1.ts";
import { ComplaintReceived } from "../../events/soundcloud/complaint-received.v1.ts";
import { ConnectionLost } from "../../events/soundcloud/connection-lost.v1.ts";
import { DeadlinePassed } from "../../events/soundcloud/deadline-passed.v1.ts";
import { InquiryReceived } from "../../events/soundcloud/inquiry-received.v1.ts";
import { Notify } from "../../events/soundcloud/notify.v1.ts";
import { QueuePublished } from "../../events/soundcloud/queue-published.v1.ts";
import { ScheduleFailed } from "../../events/soundcloud/schedule-failed.v1.ts";
import { SubmissionApproved } from "../../events/soundcloud/submission-approved.v1.ts";
import { SubmissionRejected } from "../../events/soundcloud/submission-rejected.v1.ts";
import { TierChanged } from "../../events/soundcloud/tier-changed.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { notify } from "../../shared/soundcloud/notification/notify.ts";

/** One at a time: the ops of an org share most of what is told. */
export const notifyWorker = worker(
  Notify,
  {
    ports: {},
    on: [
      when(SubmissionApproved, (data) => ({ fact: "submission-approved" as const, data })),
      when(SubmissionRejected, (data) => ({ fact: "submission-rejected" as const, data })),
      when(AssignmentPublished, (data) => ({ fact: "assignment-published" as const, data })),
      when(AssignmentCompleted, (data) => ({ fact: "assignment-completed" as const, data })),
      when(AssignmentFailed, (data) => ({ fact: "assignment-failed" as const, data })),
      when(AssignmentRefunded, (data) => ({ fact: "assignment-refunded" as const, data })),
      when(QueuePublished, (data) => ({ fact: "queue-published" as const, data })),
      when(TierChanged, (data) => ({ fact: "tier-changed" as const, data })),
      when(ConnectionLost, (data) => ({ fact: "connection-lost" as const, data })),
      when(InquiryReceived, (data) => ({ fact: "inquiry-received" as const, data })),
      when(ComplaintReceived, (data) => ({ fact: "complaint-received" as const, data })),
      when(CampaignCompleted, (data) => ({ fact: "campaign-completed" as const, data })),
      when(ScheduleFailed, (data) => ({ fact: "schedule-failed" as const, data })),
      when(DeadlinePassed, (data) => ({ fact: "deadline-passed" as const, data })),
    ],
    parallel: 1,
  },
  (ctx, told) => notify(ctx, told),
);
export const handler = jobOnLambda(notifyWorker);
