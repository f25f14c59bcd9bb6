import { authenticate } from "../../shared/identity/authenticate.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { startImport } from "../../shared/kernel/import/start-import.ts";
import { createImport, presentUpload } from "../../shared/soundcloud/import/create-import.ts";
import { presentImport } from "../../shared/soundcloud/import/import-view.ts";
import { getMemberImport, listMemberImports } from "../../shared/soundcloud/import/member-import-history.ts";
import { getImport, listImportRows, listImports } from "../../shared/soundcloud/import/read-imports.ts";
import { importRuns } from "../../shared/soundcloud/import/import-runs.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { imports } from "./imports.routes.ts";

export const importsApi = api(
  imports,
  { records: soundcloudSystem.idempotency, ports: { files: openFiles } },
  {
    createImport: { run: (ctx, { body }) => createImport(ctx, body), present: presentUpload },
    startImport: async (ctx, { params }) => presentImport(await startImport(ctx, importRuns, params.import_id)),
    getImport: (ctx, { params }) => getImport(ctx, params.import_id),
    listImports: (ctx, { page }) => listImports(ctx, page),
    listMemberImports: (ctx, { page }) => listMemberImports(ctx, page),
    getMemberImport: (ctx, { params }) => getMemberImport(ctx, params.import_id),
    listImportRows: (ctx, { params, query, page }) => listImportRows(ctx, params.import_id, query.outcome, page),
  },
);
export const handler = onLambda(importsApi, authenticate);
