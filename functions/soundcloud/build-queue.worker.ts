import { BuildQueue } from "../../events/soundcloud/build-queue.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { buildQueue } from "../../shared/soundcloud/queue/build-queue.ts";

export const buildQueueWorker = worker(BuildQueue, { ports: {} }, (ctx, order) => buildQueue(ctx, order));
export const handler = jobOnLambda(buildQueueWorker);
