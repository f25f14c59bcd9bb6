import { RateTemplates } from "../../events/social/rate-templates.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { rateTemplates } from "../../shared/social/template/rate-templates.ts";

export const rateTemplatesWorker = worker(RateTemplates, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, order) => rateTemplates(ctx, order));
export const handler = jobOnLambda(rateTemplatesWorker);
