import { CheckClocks } from "../../events/soundcloud/check-clocks.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.check-clocks-hourly";
/** In UTC. */
const DAILY = "T05";

/** Every org once an hour; missed hours of a day are made up for, so that the daily part is never left out. */
export const checkClocksHourlyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "hour", command: CheckClocks, data: (_org_id, hour) => ({ daily: hour.endsWith(DAILY) }), catch_up: 24 }),
);
export const handler = jobOnLambda(checkClocksHourlyJob);
