import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { StreamLambda } from "../../shared/kernel/lambda.ts";
import { streamAlarms } from "../alarms.ts";
import { acknowledge } from "../nag.ts";
import { allow } from "./access.ts";
import { type Alarming, alarm, deadLettersAlarm, fiveMinutes } from "./alarm.ts";
import type { MadeFunction } from "./lambda-function.ts";
import type { PlatformTable } from "./platform-table.ts";

export interface StreamWiring {
  readonly alarming: Alarming;
  readonly platform: string;
  readonly name: string;
  readonly declared: StreamLambda;
  readonly source: PlatformTable;
  readonly dead_letters: sqs.Queue;
}

/** What a function needs to read a table's stream, and to put aside what it cannot handle. */
export const readsStream = ({ arn, stream_arn }: PlatformTable, dead_letters: sqs.Queue): readonly iam.PolicyStatement[] => [
  allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [stream_arn]),
  allow(["dynamodb:ListStreams"], [`${arn}/stream/*`]),
  allow(["sqs:SendMessage"], [dead_letters.queueArn]),
];

/** Many records at a time make few writes; five seconds are what a count may be late. */
const DERIVES = { batchSize: 1000, maxBatchingWindow: Duration.seconds(5), tumblingWindow: Duration.minutes(1) };

/**
 * Feeds a function with changes of a table's items. A batch that fails is halved until the bad record is alone, which
 * is repeated ten times and then put aside: the records behind it must not wait for a day.
 */
export const streamConsumer = ({ scope, fn }: MadeFunction, { alarming, platform, name, declared, source, dead_letters }: StreamWiring): void => {
  new lambda.EventSourceMapping(scope, "FromStream", {
    target: fn,
    eventSourceArn: source.stream_arn,
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    ...(declared.derives ? DERIVES : { batchSize: 100 }),
    filters: [
      lambda.FilterCriteria.filter({
        eventName: lambda.FilterRule.or(...declared.changes),
        dynamodb: { NewImage: { _t: { S: lambda.FilterRule.or(...declared.of) } } },
      }),
    ],
    bisectBatchOnError: true,
    retryAttempts: 10,
    reportBatchItemFailures: true,
    onFailure: { bind: () => ({ destination: dead_letters.queueArn }) },
  });
  acknowledge(
    scope,
    `AwsSolutions-IAM5[Resource::${source.streams_finding}]`,
    "Streams can only be listed for a whole table; the table is named, and records are read from the one stream.",
  );
  const texts = streamAlarms({ platform, name }, declared);
  alarm(scope, "Errors", alarming, texts.errors, { metric: fn.metricErrors({ period: fiveMinutes }), at_least: 1, periods: 2 });
  deadLettersAlarm(scope, alarming, texts.dead_letters, dead_letters);
  alarm(scope, "Lag", alarming, texts.lag, {
    metric: new cloudwatch.Metric({
      namespace: "AWS/Lambda",
      metricName: "IteratorAge",
      dimensionsMap: { FunctionName: fn.functionName },
      statistic: "Maximum",
      period: fiveMinutes,
    }),
    at_least: alarming.stage.alarms.stream_lag_ms,
  });
};
