import { MetricsRefreshOrdered } from "../../events/social/metrics-refresh-ordered.v1.ts";
import { RefreshMetrics } from "../../events/social/refresh-metrics.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { metrics } from "../../shared/kernel/metrics.ts";
import { when } from "../../shared/kernel/queue/message.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { refreshMetrics } from "../../shared/social/analytics/refresh-metrics.ts";

export const refreshMetricsWorker = worker(
  RefreshMetrics,
  {
    ports: { commands: (boot) => openCommands(boot), metrics: () => metrics() },
    on: [when(MetricsRefreshOrdered, ({ refresh_id }) => ({ refresh_id }))],
  },
  (ctx, order) => refreshMetrics(ctx, order),
);
export const handler = jobOnLambda(refreshMetricsWorker);
