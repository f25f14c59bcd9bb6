import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createReconciliation } from "../../shared/soundcloud/reconcile/create-reconciliation.ts";
import { getReconciliation, listDifferences, listReconciliations } from "../../shared/soundcloud/reconcile/read-reconciliations.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { reconciliations } from "./reconciliations.routes.ts";

export const reconciliationsApi = api(
  reconciliations,
  { records: soundcloudSystem.idempotency, ports: {} },
  {
    createReconciliation: (ctx) => createReconciliation(ctx),
    getReconciliation: (ctx, { params }) => getReconciliation(ctx, params.reconciliation_id),
    listReconciliations: (ctx, { page }) => listReconciliations(ctx, page),
    listDifferences: (ctx, { params, page }) => listDifferences(ctx, params.reconciliation_id, page),
  },
);
export const handler = onLambda(reconciliationsApi, authenticate);
