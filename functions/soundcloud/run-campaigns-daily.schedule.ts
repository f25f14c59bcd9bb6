import { RunCampaigns } from "../../events/soundcloud/run-campaigns.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.run-campaigns-daily";

/** Before the queues are built. A day's order covers all days before it, so a missed one is not made up for. */
export const runCampaignsDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "day", command: RunCampaigns, data: (_org_id, date) => ({ date }), catch_up: 0 }),
);
export const handler = jobOnLambda(runCampaignsDailyJob);
