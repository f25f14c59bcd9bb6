import { authenticate } from "../../shared/identity/authenticate.ts";
import { archiveOnDemand } from "../../shared/kernel/files/archive-on-demand.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { listEvents } from "../../shared/social/archive/list-events.ts";
import { orderRestore } from "../../shared/social/archive/order-restore.ts";
import { getArchive, listArchives } from "../../shared/social/archive/read-archives.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { archives } from "./archives.routes.ts";

export const archivesApi = api(
  archives,
  { records: socialSystem.idempotency, ports: { archive: (boot) => archiveOnDemand(boot) } },
  {
    listEvents: (ctx, { params, query, page }) => listEvents(ctx, params.post_id, query, page),
    listArchives: (ctx, { page }) => listArchives(ctx, page),
    getArchive: (ctx, { params }) => getArchive(ctx, params.month),
    restoreArchive: (ctx, { params }) => orderRestore(ctx, params.month),
  },
);
export const handler = onLambda(archivesApi, authenticate);
