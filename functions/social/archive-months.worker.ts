import { ArchiveMonths } from "../../events/social/archive-months.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { orderArchives } from "../../shared/social/archive/order-archives.ts";

export const archiveMonthsWorker = worker(ArchiveMonths, { ports: { commands: (boot) => openCommands(boot) } }, (ctx, order) => orderArchives(ctx, order));
export const handler = jobOnLambda(archiveMonthsWorker);
