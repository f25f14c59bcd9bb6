import { PublicationOrdered } from "../../events/soundcloud/publication-ordered.v1.ts";
import { PublishQueue } from "../../events/soundcloud/publish-queue.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { publishQueue } from "../../shared/soundcloud/queue/publish-queue.ts";

export const publishQueueWorker = worker(
  PublishQueue,
  { ports: { commands: openCommands }, on: [when(PublicationOrdered, ({ date }) => ({ date }))] },
  (ctx, order) => publishQueue(ctx, order),
);
export const handler = jobOnLambda(publishQueueWorker);
