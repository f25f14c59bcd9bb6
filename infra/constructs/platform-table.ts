import { RemovalPolicy, type Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as ddb from "aws-cdk-lib/aws-dynamodb";
import { tableThrottles } from "../alarms.ts";
import { exportName, offered } from "../exports.ts";
import { type Alarming, alarm, fiveMinutes } from "./alarm.ts";

/** What the infrastructure reads of a table's definition. */
export interface TableDefinition {
  readonly id: string;
  readonly gsis: readonly string[];
}

/** A deployed table as other stacks know it. Permissions name each of its indexes. */
export interface PlatformTable extends TableDefinition {
  readonly stack: Stack;
  readonly name: string;
  readonly arn: string;
  readonly stream_arn: string;
  /** Its streams, as cdk-nag writes them in a finding. */
  readonly streams_finding: string;
}

const key = (name: string): ddb.Attribute => ({ name, type: ddb.AttributeType.STRING });

/**
 * The one table of a platform. Its generic indexes project everything and are made with the table, so that an entity
 * is added without a migration. It outlives its stack and can be restored to any second of the last 35 days.
 */
export const platformTable = (stack: Stack, alarming: Alarming, { id, gsis }: TableDefinition): PlatformTable => {
  const table = new ddb.TableV2(stack, "Table", {
    partitionKey: key("pk"),
    sortKey: key("sk"),
    globalSecondaryIndexes: gsis.map((gsi) => ({
      indexName: gsi,
      partitionKey: key(`${gsi}pk`),
      sortKey: key(`${gsi}sk`),
      projectionType: ddb.ProjectionType.ALL,
    })),
    billing: ddb.Billing.onDemand(),
    dynamoStream: ddb.StreamViewType.NEW_AND_OLD_IMAGES,
    timeToLiveAttribute: "ttl",
    encryption: ddb.TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const texts = tableThrottles(id);
  alarm(stack, "ThrottledReads", alarming, texts.reads, { metric: throttles(table, gsis, "ReadThrottleEvents"), at_least: 1, periods: 2 });
  alarm(stack, "ThrottledWrites", alarming, texts.writes, { metric: throttles(table, gsis, "WriteThrottleEvents"), at_least: 1, periods: 2 });
  return {
    stack,
    id,
    gsis,
    name: offered(stack, "table-name", table.tableName),
    arn: offered(stack, "table-arn", table.tableArn),
    stream_arn: offered(stack, "table-stream-arn", table.tableStreamArn!),
    streams_finding: `${exportName(stack, "table-arn")}/stream/*`,
  };
};

/** Refused requests of the table and of each index: an index that refuses writes holds up the table's own. */
const throttles = (table: ddb.TableV2, gsis: readonly string[], metricName: "ReadThrottleEvents" | "WriteThrottleEvents"): cloudwatch.MathExpression => {
  const metric = (gsi?: string) =>
    new cloudwatch.Metric({
      namespace: "AWS/DynamoDB",
      metricName,
      dimensionsMap: { TableName: table.tableName, ...(gsi ? { GlobalSecondaryIndexName: gsi } : {}) },
      statistic: "Sum",
      period: fiveMinutes,
    });
  const usingMetrics = Object.fromEntries([undefined, ...gsis].map((gsi) => [`of_${gsi ?? "table"}`, metric(gsi)]));
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(" + ");
  return new cloudwatch.MathExpression({ expression, usingMetrics, period: fiveMinutes });
};
