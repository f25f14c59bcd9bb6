import * as z from "zod";
import { command } from "../envelope.ts";
import { AssignmentCompleted } from "./assignment-completed.v1.ts";
import { AssignmentFailed } from "./assignment-failed.v1.ts";
import { AssignmentPublished } from "./assignment-published.v1.ts";
import { AssignmentRefunded } from "./assignment-refunded.v1.ts";
import { CampaignCompleted } from "./campaign-completed.v1.ts";
import { ComplaintReceived } from "./complaint-received.v1.ts";
import { ConnectionLost } from "./connection-lost.v1.ts";
import { DeadlinePassed } from "./deadline-passed.v1.ts";
import { InquiryReceived } from "./inquiry-received.v1.ts";
import { QueuePublished } from "./queue-published.v1.ts";
import { ScheduleFailed } from "./schedule-failed.v1.ts";
import { SubmissionApproved } from "./submission-approved.v1.ts";
import { SubmissionRejected } from "./submission-rejected.v1.ts";
import { TierChanged } from "./tier-changed.v1.ts";

export const Notify = command(
  "soundcloud.notify.v1",
  "Tell the people whom a fact concerns, each once. `fact` is the event's type without platform and version.",
  z.discriminatedUnion("fact", [
    z.strictObject({ fact: z.literal("submission-approved"), data: SubmissionApproved.data }),
    z.strictObject({ fact: z.literal("submission-rejected"), data: SubmissionRejected.data }),
    z.strictObject({ fact: z.literal("assignment-published"), data: AssignmentPublished.data }),
    z.strictObject({ fact: z.literal("assignment-completed"), data: AssignmentCompleted.data }),
    z.strictObject({ fact: z.literal("assignment-failed"), data: AssignmentFailed.data }),
    z.strictObject({ fact: z.literal("assignment-refunded"), data: AssignmentRefunded.data }),
    z.strictObject({ fact: z.literal("queue-published"), data: QueuePublished.data }),
    z.strictObject({ fact: z.literal("tier-changed"), data: TierChanged.data }),
    z.strictObject({ fact: z.literal("connection-lost"), data: ConnectionLost.data }),
    z.strictObject({ fact: z.literal("inquiry-received"), data: InquiryReceived.data }),
    z.strictObject({ fact: z.literal("complaint-received"), data: ComplaintReceived.data }),
    z.strictObject({ fact: z.literal("campaign-completed"), data: CampaignCompleted.data }),
    z.strictObject({ fact: z.literal("schedule-failed"), data: ScheduleFailed.data }),
    z.strictObject({ fact: z.literal("deadline-passed"), data: DeadlinePassed.data }),
  ]),
  { fact: "inquiry-received", data: { inquiry_id: "0199b1f0-7c00-7000-8000-000000000024" } },
);
