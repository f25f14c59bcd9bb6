import { CountEngagedUsers } from "../../events/social/count-engaged-users.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.count-engaged-users-daily";

/** Readers want the last count, so a missed night is not made up for. */
export const countEngagedUsersDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "day", command: CountEngagedUsers, data: (_org_id, date) => ({ date }), catch_up: 0 }),
);
export const handler = jobOnLambda(countEngagedUsersDailyJob);
