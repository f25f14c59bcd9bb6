import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AlarmText } from "../alarms.ts";
import { metricsNamespace, nameIn, serviceName } from "../names.ts";
import type { Stage } from "../stage.ts";

/** Where alarms go. */
export interface Alarming {
  readonly stage: Stage;
  readonly topic_arn: string;
}

export interface AlarmRule {
  readonly metric: cloudwatch.IMetric;
  /** The alarm rings when the metric reaches this. */
  readonly at_least: number;
  /** Periods in a row; 1 unless told. */
  readonly periods?: number;
}

/** An alarm whose text says what breaks for whom and names the runbook's heading. No measurement counts as no problem. */
export const alarm = (scope: Construct, id: string, { stage, topic_arn }: Alarming, text: AlarmText, rule: AlarmRule): void => {
  const made = new cloudwatch.Alarm(scope, id, {
    alarmName: nameIn(stage, text.id),
    alarmDescription: alarmDescription(text),
    metric: rule.metric,
    threshold: rule.at_least,
    evaluationPeriods: rule.periods ?? 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  const toTopic = { bind: () => ({ alarmActionArn: topic_arn }) };
  made.addAlarmAction(toTopic);
  made.addOkAction(toTopic);
};

/** Rings with the first message in a dead-letter queue: each one is work that nobody will do. */
export const deadLettersAlarm = (scope: Construct, alarming: Alarming, text: AlarmText, queue: IQueue): void =>
  alarm(scope, "DeadLettersAlarm", alarming, text, {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: "Maximum" }),
    at_least: 1,
  });

/** A metric that a function emits itself, under its name as service. */
export const ownMetric = (
  stage: Stage,
  { platform, name }: Readonly<{ platform: string; name: string }>,
  metricName: string,
  more: Pick<cloudwatch.MetricProps, "statistic" | "period">,
): cloudwatch.Metric =>
  new cloudwatch.Metric({ namespace: metricsNamespace(stage), metricName, dimensionsMap: { service: serviceName(platform, name) }, ...more });

export const alarmDescription = ({ id, impact }: AlarmText): string => `${impact} Runbook: docs/runbook.md#${id}`;

export const fiveMinutes = Duration.minutes(5);
