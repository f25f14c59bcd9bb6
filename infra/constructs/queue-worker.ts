import { Duration } from "aws-cdk-lib";
import { CfnRule } from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { WorkerLambda } from "../../shared/kernel/lambda.ts";
import { watchedAlarm, workerAlarms } from "../alarms.ts";
import { pascal } from "../names.ts";
import { allow } from "./access.ts";
import { type Alarming, alarm, deadLettersAlarm, fiveMinutes, ownMetric } from "./alarm.ts";
import type { CommandQueue } from "./command-queue.ts";
import type { MadeFunction } from "./lambda-function.ts";

/** What a function needs to take messages from a queue. */
export const consumes = ({ queue }: Pick<CommandQueue, "queue">): iam.PolicyStatement =>
  allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], [queue.queueArn]);

export interface WorkerWiring {
  readonly alarming: Alarming;
  readonly platform: string;
  readonly name: string;
  readonly declared: WorkerLambda;
  readonly queue: CommandQueue;
  /** The bus that events come from. */
  readonly bus_name: string;
}

/** Feeds a worker from its queue, and its queue from the events it subscribes to; rings when either fails. */
export const queueWorker = ({ scope, fn }: MadeFunction, wiring: WorkerWiring): void => {
  const { alarming, platform, name, declared, queue } = wiring;
  new lambda.EventSourceMapping(scope, "FromQueue", {
    target: fn,
    eventSourceArn: queue.queue.queueArn,
    batchSize: declared.batch_size,
    // Lambda takes batches of more than ten only together with a time to wait for them.
    ...(declared.batch_size > 10 ? { maxBatchingWindow: Duration.seconds(1) } : {}),
    maxConcurrency: declared.max_concurrency,
    reportBatchItemFailures: true,
  });
  if (declared.subscribes?.length)
    subscription(
      wiring,
      declared.subscribes.map(({ type }) => type),
    );

  const texts = workerAlarms({ platform, name }, declared);
  alarm(scope, "Errors", alarming, texts.errors, { metric: fn.metricErrors({ period: fiveMinutes }), at_least: 1, periods: 2 });
  deadLettersAlarm(scope, alarming, texts.dead_letters, queue.dead_letters);
  alarm(scope, "Age", alarming, texts.age, {
    metric: queue.queue.metricApproximateAgeOfOldestMessage({ period: fiveMinutes, statistic: "Maximum" }),
    at_least: alarming.stage.alarms.oldest_message_s,
  });
  for (const watched of declared.watches ?? [])
    // A day long, because what is watched is measured about once a day, and the next good value must not hide a bad one.
    alarm(scope, pascal(watched.name), alarming, watchedAlarm({ platform, name }, watched), {
      metric: ownMetric(alarming.stage, { platform, name }, watched.metric, { period: Duration.days(1), statistic: "Maximum" }),
      at_least: watched.at_least,
    });
};

/**
 * A rule that puts the named events into the worker's queue, whole. What the rule cannot deliver joins the worker's
 * dead letters: it has the form of a message of this queue and is redriven like one.
 */
const subscription = ({ bus_name, queue }: WorkerWiring, types: readonly string[]): void => {
  const rule = new CfnRule(queue.scope, "Subscription", {
    eventBusName: bus_name,
    eventPattern: { "detail-type": types },
    targets: [{ id: "Queue", arn: queue.queue.queueArn, deadLetterConfig: { arn: queue.dead_letters.queueArn } }],
  });
  queue.policy.addStatements(
    new iam.PolicyStatement({
      sid: "EventsFromTheBus",
      principals: [new iam.ServicePrincipal("events.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      resources: [queue.queue.queueArn, queue.dead_letters.queueArn],
      conditions: { ArnEquals: { "aws:SourceArn": rule.attrArn } },
    }),
  );
};
