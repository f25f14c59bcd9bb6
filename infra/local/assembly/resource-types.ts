import { Refusal } from "../refusal.ts";
import type { Resource } from "./read-assembly.ts";

/** What the local cloud runs. */
export const runTypes = [
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::DynamoDB::GlobalTable",
  "AWS::DynamoDB::Table",
  "AWS::Events::EventBus",
  "AWS::Events::Rule",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::S3::Bucket",
  "AWS::Scheduler::Schedule",
  "AWS::SecretsManager::Secret",
  "AWS::SQS::Queue",
] as const;

/** What has no behaviour on one machine: permissions, alarms, logs and the deployment's own resources. */
export const inertTypes = [
  "AWS::ApiGatewayV2::Stage",
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::CloudFormation::CustomResource",
  "AWS::Events::Archive",
  "AWS::Events::EventBusPolicy",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::ResourcePolicy",
  "AWS::S3::BucketPolicy",
  "AWS::Scheduler::ScheduleGroup",
  "AWS::SecretsManager::ResourcePolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
] as const;

const known: ReadonlySet<string> = new Set<string>([...runTypes, ...inertTypes]);

/** Throws a Refusal that names every resource which would silently be missing here. */
export const refuseUnknownTypes = (resources: readonly Resource[]): void => {
  const unknown = resources.filter(({ type }) => !known.has(type) && !type.startsWith("Custom::"));
  if (unknown.length === 0) return;
  const names = unknown.map(({ stack, id, type }) => `${stack}.${id} (${type})`).join(", ");
  throw new Refusal(
    `The templates have resources that the local cloud cannot run: ${names}.`,
    "Their type is neither run nor listed as having no behaviour here.",
    "Run it, or list it in infra/local/assembly/resource-types.ts.",
  );
};
