import { ReconciliationRequested } from "../../events/soundcloud/reconciliation-requested.v1.ts";
import { RunReconciliation } from "../../events/soundcloud/run-reconciliation.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { metrics } from "../../shared/kernel/metrics.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { runReconciliation } from "../../shared/soundcloud/reconcile/run-reconciliation.ts";

export const reconcileWorker = worker(
  RunReconciliation,
  {
    ports: { commands: (boot) => openCommands(boot), metrics: () => metrics() },
    on: [when(ReconciliationRequested, ({ reconciliation_id }) => ({ reconciliation_id }))],
  },
  (ctx, order) => runReconciliation(ctx, order),
);
export const handler = jobOnLambda(reconcileWorker);
