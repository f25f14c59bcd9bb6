import { AgeTopContent } from "../../events/social/age-top-content.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { ageTopContent } from "../../shared/social/analytics/age-top-content.ts";

export const ageTopContentWorker = worker(AgeTopContent, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, order) => ageTopContent(ctx, order));
export const handler = jobOnLambda(ageTopContentWorker);
