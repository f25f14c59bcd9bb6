import { CheckAssignments } from "../../events/soundcloud/check-assignments.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { checkAssignments } from "../../shared/soundcloud/queue/check-assignments.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";

export const checkAssignmentsWorker = worker(
  CheckAssignments,
  { ports: { commands: openCommands, vault: openVault, soundcloud: openSoundCloud } },
  (ctx, order) => checkAssignments(ctx, order),
);
export const handler = jobOnLambda(checkAssignmentsWorker);
