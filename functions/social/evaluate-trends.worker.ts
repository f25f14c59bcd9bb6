import { EvaluateTrends } from "../../events/social/evaluate-trends.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { evaluateTrends } from "../../shared/social/trend/evaluate-trends.ts";

/** One record at a time: a network's day may hold many topics. */
export const evaluateTrendsWorker = worker(EvaluateTrends, { ports: { commands: (boot) => openCommands(boot) }, parallel: 1 }, (ctx, order) =>
  evaluateTrends(ctx, order),
);
export const handler = jobOnLambda(evaluateTrendsWorker);
