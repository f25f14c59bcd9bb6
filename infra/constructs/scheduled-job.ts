import { Aws } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { ScheduleLambda } from "../../shared/kernel/lambda.ts";
import { scheduleAlarms } from "../alarms.ts";
import { nameIn } from "../names.ts";
import { allow } from "./access.ts";
import { type Alarming, alarm, deadLettersAlarm, fiveMinutes } from "./alarm.ts";
import type { MadeFunction } from "./lambda-function.ts";

/** A run that could not start within an hour is left to the catch-up of the next one. */
const MAX_AGE_S = 3_600;

export interface ScheduleWiring {
  readonly alarming: Alarming;
  readonly platform: string;
  readonly name: string;
  readonly declared: ScheduleLambda;
  readonly dead_letters: sqs.Queue;
}

/**
 * Runs a function at the declared times, in UTC. The time it was due comes with the invocation, because a repeated or
 * late run must know which period it is for. Runs that Scheduler cannot start, and those that fail to the end, lie in
 * the same dead-letter queue.
 */
export const scheduledJob = ({ scope, fn }: MadeFunction, { alarming, platform, name, declared, dead_letters }: ScheduleWiring): void => {
  new scheduler.CfnSchedule(scope, "Schedule", {
    name: nameIn(alarming.stage, platform, name),
    scheduleExpression: `cron(${declared.cron})`,
    scheduleExpressionTimezone: "UTC",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: fn.functionArn,
      roleArn: schedulerRole(scope, fn, dead_letters).roleArn,
      input: JSON.stringify({ scheduled_at: "<aws.scheduler.scheduled-time>" }),
      deadLetterConfig: { arn: dead_letters.queueArn },
      retryPolicy: { maximumEventAgeInSeconds: MAX_AGE_S, maximumRetryAttempts: 10 },
    },
  });
  new lambda.CfnEventInvokeConfig(scope, "Retries", {
    functionName: fn.functionName,
    qualifier: "$LATEST",
    maximumEventAgeInSeconds: MAX_AGE_S,
    maximumRetryAttempts: 2,
    destinationConfig: { onFailure: { destination: dead_letters.queueArn } },
  });
  const texts = scheduleAlarms({ platform, name }, declared);
  alarm(scope, "Errors", alarming, texts.errors, { metric: fn.metricErrors({ period: fiveMinutes }), at_least: 1 });
  deadLettersAlarm(scope, alarming, texts.dead_letters, dead_letters);
};

/** What the function's role needs so that Lambda can put failed runs aside. */
export const putsAside = (dead_letters: sqs.Queue): iam.PolicyStatement => allow(["sqs:SendMessage"], [dead_letters.queueArn]);

const schedulerRole = (scope: Construct, fn: lambda.Function, dead_letters: sqs.Queue): iam.Role =>
  new iam.Role(scope, "SchedulerRole", {
    assumedBy: new iam.ServicePrincipal("scheduler.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } } }),
    inlinePolicies: {
      run: new iam.PolicyDocument({ statements: [allow(["lambda:InvokeFunction"], [fn.functionArn]), putsAside(dead_letters)] }),
    },
  });
