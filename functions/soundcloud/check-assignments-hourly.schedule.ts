import { CheckAssignments } from "../../events/soundcloud/check-assignments.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.check-assignments-hourly";

/** Every org once an hour. The worker looks no further than its own clock; a later run finds what a missed one left. */
export const checkAssignmentsHourlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "hour",
    command: CheckAssignments,
    data: (_org_id, hour) => ({ due_until: `${hour}:59:59.999Z` }),
    catch_up: 1,
  }),
);
export const handler = jobOnLambda(checkAssignmentsHourlyJob);
