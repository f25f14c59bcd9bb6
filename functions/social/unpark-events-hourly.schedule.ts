import { UnparkEvents } from "../../events/social/unpark-events.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.unpark-events-hourly";

/** One look covers all hours that were missed. */
export const unparkEventsHourlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "hour", command: UnparkEvents, data: () => ({}), catch_up: 0 }),
);
export const handler = jobOnLambda(unparkEventsHourlyJob);
