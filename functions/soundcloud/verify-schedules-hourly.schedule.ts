import { VerifySchedules } from "../../events/soundcloud/verify-schedules.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.verify-schedules-hourly";

/** Every org once an hour; each schedule has its own clock of six hours. A later run finds what a missed one left. */
export const verifySchedulesHourlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "hour",
    command: VerifySchedules,
    data: (_org_id, hour) => ({ due_until: `${hour}:59:59.999Z` }),
    catch_up: 1,
  }),
);
export const handler = jobOnLambda(verifySchedulesHourlyJob);
