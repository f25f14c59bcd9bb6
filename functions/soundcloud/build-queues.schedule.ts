import { BuildQueue } from "../../events/soundcloud/build-queue.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { nextPeriod } from "../../shared/kernel/schedule/period.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.build-queues";

/** Every org's queue for the day after. One missed day is made up for, which is the queue of today; older ones are over. */
export const buildQueuesJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "day",
    command: BuildQueue,
    data: (_org_id, day) => ({ date: nextPeriod("day", day) }),
    catch_up: 1,
  }),
);
export const handler = jobOnLambda(buildQueuesJob);
