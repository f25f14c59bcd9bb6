import { RunCampaigns } from "../../events/soundcloud/run-campaigns.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { runCampaigns } from "../../shared/soundcloud/campaign/run-campaigns.ts";

export const runCampaignsWorker = worker(RunCampaigns, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, order) => runCampaigns(ctx, order));
export const handler = jobOnLambda(runCampaignsWorker);
