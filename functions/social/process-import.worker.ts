import { ImportStarted } from "../../events/social/import-started.v1.ts";
import { ProcessImport } from "../../events/social/process-import.v1.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { giveUpImport } from "../../shared/kernel/import/end-import.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { importRuns } from "../../shared/social/import/import-runs.ts";
import { processImport } from "../../shared/social/import/process-import.ts";

export const processImportWorker = worker(
  ProcessImport,
  {
    ports: { files: openFiles, commands: openCommands },
    on: [when(ImportStarted, ({ import_id }) => ({ import_id }))],
    givenUp: (ctx, { import_id }, error) => giveUpImport(ctx, importRuns, import_id, error),
  },
  (ctx, { import_id }) => processImport(ctx, import_id),
);
export const handler = jobOnLambda(processImportWorker);
