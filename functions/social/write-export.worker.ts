import { ExportOrdered } from "../../events/social/export-ordered.v1.ts";
import { WriteExport } from "../../events/social/write-export.v1.ts";
import { openArchive } from "../../shared/kernel/files/s3-archive.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { giveUpExport } from "../../shared/kernel/export/move-export.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { exportsStored } from "../../shared/social/export/exports.ts";
import { writeExport } from "../../shared/social/export/write-export.ts";

export const writeExportWorker = worker(
  WriteExport,
  {
    ports: { archive: openArchive, files: openFiles },
    on: [when(ExportOrdered, ({ export_id }) => ({ export_id }))],
    givenUp: (ctx, order, error) => giveUpExport(ctx, exportsStored, order, error),
  },
  (ctx, order) => writeExport(ctx, order),
);
export const handler = jobOnLambda(writeExportWorker);
