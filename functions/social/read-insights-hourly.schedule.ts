import { ReadInsights } from "../../events/social/read-insights.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.read-insights-hourly";

/** What was not read stays due, so one look covers all hours that were missed. */
export const readInsightsHourlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "hour", command: ReadInsights, data: () => ({}), catch_up: 0 }),
);
export const handler = jobOnLambda(readInsightsHourlyJob);
