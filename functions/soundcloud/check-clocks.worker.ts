import { CheckClocks } from "../../events/soundcloud/check-clocks.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { checkClocks } from "../../shared/soundcloud/worklist/check-clocks.ts";

export const checkClocksWorker = worker(CheckClocks, { ports: {} }, (ctx, order) => checkClocks(ctx, order));
export const handler = jobOnLambda(checkClocksWorker);
