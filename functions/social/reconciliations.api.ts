import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { listReconciliations, orderReconciliation } from "../../shared/social/reconcile/order-reconciliation.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { reconciliations } from "./reconciliations.routes.ts";

export const reconciliationsApi = api(
  reconciliations,
  { records: socialSystem.idempotency, ports: { commands: openCommands } },
  { createReconciliation: (ctx) => orderReconciliation(ctx), listReconciliations: (ctx, { page }) => listReconciliations(ctx, page) },
);
export const handler = onLambda(reconciliationsApi, authenticate);
