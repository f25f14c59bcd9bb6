import { AgeTopContent } from "../../events/social/age-top-content.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.age-top-content-daily";

/** Each run finds what missed days have left, so none is made up for. */
export const ageTopContentDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "day", command: AgeTopContent, data: (_org_id, date) => ({ date }), catch_up: 0 }),
);
export const handler = jobOnLambda(ageTopContentDailyJob);
