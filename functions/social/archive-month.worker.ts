import { ArchiveMonth } from "../../events/social/archive-month.v1.ts";
import { openArchive } from "../../shared/kernel/files/s3-archive.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { realSleep } from "../../shared/kernel/wait.ts";
import { archiveMonth } from "../../shared/social/archive/archive-month.ts";

export const archiveMonthWorker = worker(
  ArchiveMonth,
  { ports: { commands: (boot) => openCommands(boot), archive: (boot) => openArchive(boot), sleep: () => realSleep } },
  (ctx, order) => archiveMonth(ctx, order),
);
export const handler = jobOnLambda(archiveMonthWorker);
