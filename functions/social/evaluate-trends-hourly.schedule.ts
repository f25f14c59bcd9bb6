import { EvaluateTrends } from "../../events/social/evaluate-trends.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.evaluate-trends-hourly";

/** Missed hours are made up for by the evaluation itself, which goes on from the last one that it knows. */
export const evaluateTrendsHourlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "hour", command: EvaluateTrends, data: (_org_id, hour) => ({ hour }), catch_up: 0 }),
);
export const handler = jobOnLambda(evaluateTrendsHourlyJob);
