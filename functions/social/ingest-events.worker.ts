import { IngestEvents } from "../../events/social/ingest-events.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { archiveOnDemand } from "../../shared/kernel/files/archive-on-demand.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { ingestEvents } from "../../shared/social/engagement/ingest-events.ts";

export const ingestEventsWorker = worker(
  IngestEvents,
  { ports: { commands: (boot) => openCommands(boot), archive: (boot) => archiveOnDemand(boot) }, parallel: 2 },
  (ctx, order) => ingestEvents(ctx, order),
);
export const handler = jobOnLambda(ingestEventsWorker);
