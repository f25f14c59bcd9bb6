import { RefreshFollowers } from "../../events/soundcloud/refresh-followers.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.refresh-followers-daily";

/** Every org once a day. A day that was missed stays missing: nobody can count yesterday's followers today. */
export const refreshFollowersDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "day", command: RefreshFollowers, data: () => ({}), catch_up: 0 }),
);
export const handler = jobOnLambda(refreshFollowersDailyJob);
