import { RunReconciliation } from "../../events/social/run-reconciliation.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { metrics } from "../../shared/kernel/metrics.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { runReconciliation } from "../../shared/social/reconcile/run-reconciliation.ts";

export const reconcileWorker = worker(RunReconciliation, { ports: { commands: (boot) => openCommands(boot), metrics: () => metrics() } }, (ctx, order) =>
  runReconciliation(ctx, order),
);
export const handler = jobOnLambda(reconcileWorker);
