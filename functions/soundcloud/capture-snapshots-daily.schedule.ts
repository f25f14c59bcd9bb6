import { CaptureSnapshots } from "../../events/soundcloud/capture-snapshots.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { schedule } from "../../shared/kernel/schedule/schedule.ts";
import { everyOrg } from "../../shared/soundcloud/settings/every-org.ts";

const job = "soundcloud.capture-snapshots-daily";

/** Every org once a day. A day that was missed stays missing: nobody can count yesterday's plays today. */
export const captureSnapshotsDailyJob = schedule(
  job,
  { ports: { commands: (boot) => openCommands(boot) } },
  everyOrg({ job, period: "day", command: CaptureSnapshots, data: () => ({}), catch_up: 0 }),
);
export const handler = jobOnLambda(captureSnapshotsDailyJob);
