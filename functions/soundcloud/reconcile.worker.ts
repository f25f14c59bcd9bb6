import { Reconcile } from "../../events/soundcloud/reconcile.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { metrics } from "../../shared/kernel/metrics.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { reportDifferences } from "../../shared/soundcloud/reconcile/report-differences.ts";

export const reconcileWorker = worker(Reconcile, { ports: { metrics: () => metrics() } }, (ctx) => reportDifferences(ctx));
export const handler = jobOnLambda(reconcileWorker);
