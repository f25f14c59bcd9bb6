import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as events from "aws-cdk-lib/aws-events";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { functionThrottles } from "../alarms.ts";
import type { Named } from "../constructs/access.ts";
import { type Alarming, alarm, fiveMinutes } from "../constructs/alarm.ts";
import type { Gateway } from "../constructs/resource-api.ts";
import { exportName, offered } from "../exports.ts";
import { nameIn } from "../names.ts";
import type { Stage } from "../stage.ts";
import { buckets } from "./buckets.ts";
import { gateway } from "./gateway.ts";
import { secrets } from "./secrets.ts";

/** What every platform uses, as the other stacks know it. */
export interface Shared {
  readonly stack: Stack;
  readonly alarming: Alarming;
  readonly bus: Named;
  readonly uploads: Named;
  readonly uploads_finding: string;
  readonly imports_finding: string;
  readonly exports_finding: string;
  readonly archive: Named;
  readonly archive_finding: string;
  readonly vault_key: Named;
  readonly gateway: Gateway;
}

export const sharedStack = (scope: Construct, stage: Stage): Shared => {
  const stack = new Stack(scope, nameIn(stage, "shared"), {
    description: "Groundswell: the HTTP API, event bus, buckets, keys and alarms of all platforms.",
    terminationProtection: true,
  });
  const { topicArn } = alarmTopic(stack, stage);
  const alarming = { stage, topic_arn: topicArn };
  alarm(stack, "FunctionThrottles", alarming, functionThrottles, {
    metric: new cloudwatch.Metric({ namespace: "AWS/Lambda", metricName: "Throttles", statistic: "Sum", period: fiveMinutes }),
    at_least: 1,
    periods: 2,
  });
  secrets(stack, stage);
  const bus = eventBus(stack, stage);
  const { uploads, archive } = buckets(stack, stage);
  const key = vaultKey(stack, stage);
  const api = gateway(stack, stage, alarming);
  new CfnOutput(stack, "ApiUrl", { value: api.url });
  return {
    stack,
    alarming: { stage, topic_arn: offered(stack, "alarm-topic-arn", topicArn) },
    bus: { name: offered(stack, "bus-name", bus.eventBusName), arn: offered(stack, "bus-arn", bus.eventBusArn) },
    uploads: { name: offered(stack, "uploads-name", uploads.bucketName), arn: offered(stack, "uploads-arn", uploads.bucketArn) },
    uploads_finding: `${exportName(stack, "uploads-arn")}/*`,
    imports_finding: `${exportName(stack, "uploads-arn")}/*/imports/*`,
    exports_finding: `${exportName(stack, "uploads-arn")}/exports/*`,
    archive: { name: offered(stack, "archive-name", archive.bucketName), arn: offered(stack, "archive-arn", archive.bucketArn) },
    archive_finding: `${exportName(stack, "archive-arn")}/*`,
    vault_key: { name: offered(stack, "vault-key-id", key.keyId), arn: offered(stack, "vault-key-arn", key.keyArn) },
    gateway: { api_id: offered(stack, "api-id", api.api_id), url: offered(stack, "api-url", api.url) },
  };
};

/** Wraps the keys that secrets are sealed with. Older versions of a rotated key still open what they closed. */
const vaultKey = (scope: Construct, stage: Stage): kms.Key =>
  new kms.Key(scope, "VaultKey", {
    alias: `alias/${nameIn(stage, "vault")}`,
    description: "Wraps the data keys of sealed secrets.",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

/** Facts of all platforms pass here. The archive keeps them, so that a new consumer can be fed with the past. */
const eventBus = (scope: Construct, stage: Stage): events.EventBus => {
  const bus = new events.EventBus(scope, "Bus", { eventBusName: nameIn(stage, "facts") });
  bus.archive("BusArchive", {
    archiveName: nameIn(stage, "facts"),
    eventPattern: { account: [Aws.ACCOUNT_ID] },
    retention: Duration.days(stage.event_archive_days),
  });
  return bus;
};

/** A topic with a policy of its own loses the default one, which let the account's alarms in: they are named again. */
const alarmTopic = (scope: Construct, stage: Stage): sns.Topic => {
  const topic = new sns.Topic(scope, "Alarms", { topicName: nameIn(stage, "alarms"), enforceSSL: true });
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: "AlarmsOfThisAccount",
      principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
  );
  if (stage.alarm_email) topic.addSubscription(new EmailSubscription(stage.alarm_email));
  return topic;
};
