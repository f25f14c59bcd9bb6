import { PublishQueue } from "../../events/soundcloud/publish-queue.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { publishQueue } from "../../shared/soundcloud/queue/publish-queue.ts";

export const publishQueueWorker = worker(PublishQueue, { ports: { commands: openCommands } }, (ctx, order) => publishQueue(ctx, order));
export const handler = jobOnLambda(publishQueueWorker);
