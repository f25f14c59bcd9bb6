import { VerifySchedules } from "../../events/soundcloud/verify-schedules.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { verifySchedules } from "../../shared/soundcloud/planner/verify-schedules.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";

export const verifySchedulesWorker = worker(
  VerifySchedules,
  { ports: { commands: openCommands, vault: openVault, soundcloud: openSoundCloud } },
  (ctx, order) => verifySchedules(ctx, order),
);
export const handler = jobOnLambda(verifySchedulesWorker);
