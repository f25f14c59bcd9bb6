import { authenticate } from "../../shared/identity/authenticate.ts";
import { openFiles } from "../../shared/kernel/files/s3.ts";
import { presentExport } from "../../shared/kernel/export/present-export.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { orderExport } from "../../shared/soundcloud/export/order-export.ts";
import { getExport, listExports } from "../../shared/soundcloud/export/read-exports.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { exports } from "./exports.routes.ts";

export const exportsApi = api(
  exports,
  { records: soundcloudSystem.idempotency, ports: { files: openFiles } },
  {
    createExport: async (ctx, { body }) => presentExport(await orderExport(ctx, body)),
    getExport: (ctx, { params }) => getExport(ctx, params.export_id),
    listExports: (ctx, { page }) => listExports(ctx, page),
  },
);
export const handler = onLambda(exportsApi, authenticate);
