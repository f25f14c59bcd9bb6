import { RefreshMetrics } from "../../events/social/refresh-metrics.v1.ts";
import { uuidOf } from "../../shared/kernel/ids.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/social/settings/every-org.ts";

const job = "social.refresh-metrics-daily";

/** One run per org and day, by its id. The sums are those of now, so a missed night is not made up for. */
export const refreshMetricsDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "day",
    command: RefreshMetrics,
    data: (org_id, date) => ({ refresh_id: uuidOf(`${job}/${date}/${org_id}`), date }),
    catch_up: 0,
  }),
);
export const handler = jobOnLambda(refreshMetricsDailyJob);
