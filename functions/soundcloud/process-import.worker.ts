import { ImportStarted } from "../../events/soundcloud/import-started.v1.ts";
import { ProcessImport } from "../../events/soundcloud/process-import.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { giveUpImport } from "../../shared/kernel/import/end-import.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { importRuns } from "../../shared/soundcloud/import/import-runs.ts";
import { processImport } from "../../shared/soundcloud/import/process-import.ts";

export const processImportWorker = worker(
  ProcessImport,
  {
    ports: { files: openFiles, vault: openVault, commands: openCommands },
    on: [when(ImportStarted, ({ import_id }) => ({ import_id }))],
    givenUp: (ctx, { import_id }, error) => giveUpImport(ctx, importRuns, import_id, error),
  },
  (ctx, { import_id }) => processImport(ctx, import_id),
);
export const handler = jobOnLambda(processImportWorker);
