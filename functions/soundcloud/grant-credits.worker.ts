import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { grantOrgCredits } from "../../shared/soundcloud/credit/grant-org-credits.ts";

export const grantCreditsWorker = worker(GrantCredits, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, order) => grantOrgCredits(ctx, order));
export const handler = jobOnLambda(grantCreditsWorker);
