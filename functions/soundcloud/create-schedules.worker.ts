import { CreateSchedules } from "../../events/soundcloud/create-schedules.v1.ts";
import { SchedulesOrdered } from "../../events/soundcloud/schedules-ordered.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { openPlanner } from "../../shared/soundcloud/planner/open-planner.ts";
import { sendSchedules } from "../../shared/soundcloud/planner/send-schedules.ts";

export const createSchedulesWorker = worker(
  CreateSchedules,
  {
    ports: { commands: openCommands, vault: openVault, planner: openPlanner },
    on: [when(SchedulesOrdered, ({ parent_id }) => ({ parent_id }))],
    parallel: 1,
  },
  (ctx, { parent_id }) => sendSchedules(ctx, parent_id),
);
export const handler = jobOnLambda(createSchedulesWorker);
