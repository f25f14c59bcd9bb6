import { RestoreMonth } from "../../events/social/restore-month.v1.ts";
import { RestoreOrdered } from "../../events/social/restore-ordered.v1.ts";
import { openArchive } from "../../shared/kernel/files/s3-archive.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { realSleep } from "../../shared/kernel/wait.ts";
import { restoreMonth } from "../../shared/social/archive/restore-month.ts";

export const restoreMonthWorker = worker(
  RestoreMonth,
  {
    ports: { commands: (boot) => openCommands(boot), archive: (boot) => openArchive(boot), sleep: () => realSleep },
    on: [when(RestoreOrdered, ({ month }) => ({ month }))],
  },
  (ctx, order) => restoreMonth(ctx, order),
);
export const handler = jobOnLambda(restoreMonthWorker);
