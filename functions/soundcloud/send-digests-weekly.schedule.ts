import { SendDigest } from "../../events/soundcloud/send-digest.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { periodOf, weekBegins } from "../../shared/kernel/schedule/period.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.send-digests-weekly";

/** Every org's digest of the ISO week that has just ended. A missed week is not made up for: its news is old. */
export const sendDigestsWeeklyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({
    job,
    period: "week",
    command: SendDigest,
    data: (_org_id, week) => ({ week: periodOf("week", new Date(weekBegins(week).getTime() - 1)) }),
    catch_up: 0,
  }),
);
export const handler = jobOnLambda(sendDigestsWeeklyJob);
