import { RateTemplates } from "../../events/social/rate-templates.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.rate-templates-daily";

/** Ratings are those of now, so a missed day is not made up for. */
export const rateTemplatesDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "day", command: RateTemplates, data: (_org_id, date) => ({ date }), catch_up: 0 }),
);
export const handler = jobOnLambda(rateTemplatesDailyJob);
