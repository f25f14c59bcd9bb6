import { CampaignCompleted } from "../../events/soundcloud/campaign-completed.v1.ts";
import { ComplaintReceived } from "../../events/soundcloud/complaint-received.v1.ts";
import { DeadlinePassed } from "../../events/soundcloud/deadline-passed.v1.ts";
import { InquiryReceived } from "../../events/soundcloud/inquiry-received.v1.ts";
import { PostToSlack } from "../../events/soundcloud/post-to-slack.v1.ts";
import { QueuePublished } from "../../events/soundcloud/queue-published.v1.ts";
import { ScheduleFailed } from "../../events/soundcloud/schedule-failed.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { openSlack } from "../../shared/soundcloud/slack/open-slack.ts";
import { noteSilence, postToSlack } from "../../shared/soundcloud/slack/post-to-slack.ts";

/** One at a time: a channel takes one message a second. */
export const postToSlackWorker = worker(
  PostToSlack,
  {
    ports: { commands: openCommands, vault: openVault, slack: openSlack, pages: ({ env }) => ({ public_url: env("PUBLIC_URL") }) },
    on: [
      when(InquiryReceived, (data) => ({ fact: "inquiry-received" as const, data })),
      when(ComplaintReceived, (data) => ({ fact: "complaint-received" as const, data })),
      when(DeadlinePassed, (data) => ({ fact: "deadline-passed" as const, data })),
      when(ScheduleFailed, (data) => ({ fact: "schedule-failed" as const, data })),
      when(CampaignCompleted, (data) => ({ fact: "campaign-completed" as const, data })),
      when(QueuePublished, (data) => ({ fact: "queue-published" as const, data })),
    ],
    parallel: 1,
    givenUp: (ctx) => noteSilence(ctx),
  },
  (ctx, news) => postToSlack(ctx, news),
);
export const handler = jobOnLambda(postToSlackWorker);
