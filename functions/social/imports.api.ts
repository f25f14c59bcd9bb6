import { authenticate } from "../../shared/identity/authenticate.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { startImport } from "../../shared/kernel/import/start-import.ts";
import { createImport, presentUpload } from "../../shared/social/import/create-import.ts";
import { importRuns } from "../../shared/social/import/import-runs.ts";
import { presentImport } from "../../shared/social/import/import-view.ts";
import { getImport, listImportRows, listImports } from "../../shared/social/import/read-imports.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { imports } from "./imports.routes.ts";

export const importsApi = api(
  imports,
  { records: socialSystem.idempotency, ports: { files: openFiles } },
  {
    createImport: { run: (ctx, { body }) => createImport(ctx, body), present: presentUpload },
    startImport: async (ctx, { params }) => presentImport(await startImport(ctx, importRuns, params.import_id)),
    getImport: (ctx, { params }) => getImport(ctx, params.import_id),
    listImports: (ctx, { page }) => listImports(ctx, page),
    listImportRows: (ctx, { params, query, page }) => listImportRows(ctx, params.import_id, query.outcome, page),
  },
);
export const handler = onLambda(importsApi, authenticate);
