import { describe, expect, it } from "vitest";
import { platformAlarms, sharedAlarms } from "../../infra/alarms.ts";
import { acknowledgements } from "../../infra/nag.ts";
import type { DeployedPlatform } from "../../infra/stacks.ts";
import type { Stage } from "../../infra/stage.ts";
import { runbookPage } from "../../scripts/golden/runbook.ts";
import type { StreamLambda } from "../../shared/kernel/lambda.ts";
import { type Found, type Synthesized, synthesize } from "./synthesized.ts";

/** The logical id that a Ref or GetAtt names. */
export const referred = (value: any): string | undefined => value?.Ref ?? value?.["Fn::GetAtt"]?.[0];

const arrayOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Everything that must hold of the templates of any platforms. Returns them. */
export const templateRules = (stage: Stage, platforms: readonly DeployedPlatform[]): Synthesized => {
  const made = synthesize(stage, platforms, { validated: true });
  describe("stacks", () => stackRules(made, stage, platforms));
  describe("tables", () => tableRules(made, platforms));
  describe("queues", () => queueRules(made));
  describe("functions", () => functionRules(made, stage));
  describe("permissions", () => permissionRules(made));
  describe("HTTP API", () => apiRules(made, stage, platforms));
  describe("schedules and streams", () => triggerRules(made, stage, platforms));
  describe("alarms", () => alarmRules(made, stage, platforms));
  return made;
};

const stackRules = ({ app, stacks, all }: Synthesized, stage: Stage, platforms: readonly DeployedPlatform[]): void => {
  it("are one shared one and three for each platform, deployed in that order", () => {
    const shared = `groundswell-${stage.name}-shared`;
    const data = platforms.map(({ platform }) => `groundswell-${stage.name}-${platform.id}-data`);
    const service = platforms.flatMap(({ platform }) => ["api", "jobs"].map((part) => `groundswell-${stage.name}-${platform.id}-${part}`));
    expect(stacks.map(({ name }) => name).toSorted()).toEqual([shared, ...data, ...service].toSorted());
    for (const { name, depends_on } of stacks) {
      if (data.includes(name)) expect(depends_on).toContain(shared);
      if (service.includes(name)) expect(depends_on).toEqual(expect.arrayContaining(data));
    }
  });
  it("cannot be deleted by accident where they hold state", () => {
    const unprotected = stacks.filter((stack) => !stack.termination_protection).map(({ name }) => name);
    expect(unprotected.every((name) => /-(api|jobs)$/.test(name))).toBe(true);
  });
  it("keep a distance from CloudFormation's limits: 500 resources, 60 secrets, 1 MB", () => {
    for (const { resources, text } of stacks) {
      expect(Object.keys(resources).length).toBeLessThan(450);
      expect(text.split("{{resolve:").length - 1).toBeLessThanOrEqual(60);
      expect(text.length).toBeLessThan(900_000);
    }
  });
  it("accept findings of cdk-nag only with a reason", () => {
    const accepted = acknowledgements(app);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { rule, reason } of accepted) expect(`${rule}: ${reason}`).toMatch(/^AwsSolutions-\w+: \w.{30,}\.$/);
  });
  it("keep buckets private, encrypted, over TLS and beyond the stack's life", () => {
    const buckets = all("AWS::S3::Bucket");
    expect(buckets).toHaveLength(3);
    for (const bucket of buckets) {
      expect(Object.values(bucket.Properties["PublicAccessBlockConfiguration"])).toEqual([true, true, true, true]);
      expect(bucket.Properties["BucketEncryption"]).toBeDefined();
      expect(bucket.DeletionPolicy).toBe("Retain");
      const policy = all("AWS::S3::BucketPolicy").find(({ Properties }) => referred(Properties["Bucket"]) === bucket.id)!;
      expect(policy.Properties["PolicyDocument"].Statement).toContainEqual(
        expect.objectContaining({ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      );
    }
  });
  it("rotate the vault's key, and keep key and secrets beyond the stack's life", () => {
    expect(all("AWS::KMS::Key").map(({ Properties }) => Properties["EnableKeyRotation"])).toEqual([true]);
    for (const { DeletionPolicy } of [...all("AWS::KMS::Key"), ...all("AWS::SecretsManager::Secret")]) expect(DeletionPolicy).toBe("Retain");
  });
  it("end every log", () => {
    const logs = all("AWS::Logs::LogGroup");
    // Of each function, and of the API.
    expect(logs).toHaveLength(all("AWS::Lambda::Function").length + 1);
    for (const { Properties } of logs) expect(Properties["RetentionInDays"]).toBe(stage.log_days);
  });
  it("let alarms, and only TLS, reach the alarm topic", () => {
    const [policy] = all("AWS::SNS::TopicPolicy");
    const statements = policy!.Properties["PolicyDocument"].Statement;
    expect(statements).toContainEqual(expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }));
    expect(statements).toContainEqual(expect.objectContaining({ Effect: "Allow", Action: "sns:Publish", Principal: { Service: "cloudwatch.amazonaws.com" } }));
  });
};

const tableRules = ({ all, stack }: Synthesized, platforms: readonly DeployedPlatform[]): void => {
  it.each(platforms)("$table.id can be restored, is protected, encrypted, streamed and indexed as declared", ({ platform, table }) => {
    const found = all("AWS::DynamoDB::GlobalTable").filter(({ stack: name }) => name.endsWith(`-${platform.id}-data`));
    expect(found).toHaveLength(1);
    const { Properties, DeletionPolicy, UpdateReplacePolicy } = found[0]!;
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
    expect(Properties["Replicas"]).toEqual([
      expect.objectContaining({ DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    ]);
    expect(Properties["SSESpecification"]).toEqual({ SSEEnabled: true, SSEType: "KMS" });
    expect(Properties["TimeToLiveSpecification"]).toEqual({ AttributeName: "ttl", Enabled: true });
    expect(Properties["StreamSpecification"]).toEqual({ StreamViewType: "NEW_AND_OLD_IMAGES" });
    expect(Properties["BillingMode"]).toBe("PAY_PER_REQUEST");
    expect(Properties["GlobalSecondaryIndexes"]).toEqual(
      table.gsis.map((gsi) => ({
        IndexName: gsi,
        KeySchema: [
          { AttributeName: `${gsi}pk`, KeyType: "HASH" },
          { AttributeName: `${gsi}sk`, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      })),
    );
  });
  it("stand alone in their stacks, with their alarms", () => {
    for (const { stack: name } of all("AWS::DynamoDB::GlobalTable"))
      expect(
        Object.values(stack(name).resources)
          .map(({ Type }) => Type)
          .toSorted(),
      ).toEqual(["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Alarm", "AWS::DynamoDB::GlobalTable"]);
  });
};

const queueRules = (made: Synthesized): void => {
  const queues = made.all("AWS::SQS::Queue");
  const place = ({ stack, id }: Pick<Found, "stack" | "id">) => `${stack} ${id}`;
  const named = (stack: string, id: string | undefined): Found => queues.find((queue) => queue.stack === stack && queue.id === id)!;
  const fed = queues.filter(({ Properties }) => Properties["RedrivePolicy"]);

  it("are encrypted and reached over TLS only", () => {
    const policies = made.all("AWS::SQS::QueuePolicy");
    for (const queue of queues) {
      expect(queue.Properties["SqsManagedSseEnabled"]).toBe(true);
      const own = policies.filter(
        ({ stack, Properties }) => stack === queue.stack && Properties["Queues"].some((each: unknown) => referred(each) === queue.id),
      );
      // A second policy would replace the first.
      expect(own).toHaveLength(1);
      const deny = own[0]!.Properties["PolicyDocument"].Statement.find(({ Effect }: { Effect: string }) => Effect === "Deny");
      expect(deny).toMatchObject({ Action: "sqs:*", Condition: { Bool: { "aws:SecureTransport": "false" } } });
      expect(arrayOf(deny.Resource).map(referred)).toContain(queue.id);
    }
  });
  it("are read by a worker and have dead letters, or are dead letters themselves", () => {
    const read = made
      .all("AWS::Lambda::EventSourceMapping")
      .map(({ stack, Properties }) => place({ stack, id: referred(Properties["EventSourceArn"]) ?? "" }))
      .filter((source) => queues.some((queue) => place(queue) === source));
    expect(read.toSorted()).toEqual(fed.map(place).toSorted());
    for (const queue of queues) if (!fed.includes(queue)) expect(queue.Properties["QueueName"]).toMatch(/-dead-letters$/);
  });
  it("hide a message six times as long as the worker may take, and put it aside after five tries, for longer than they keep it", () => {
    expect(fed.length).toBeGreaterThan(0);
    for (const queue of fed) {
      const mapping = mappingOf(made, queue);
      const worker = made.stack(queue.stack).resources[referred(mapping.Properties["FunctionName"])!]!;
      expect(queue.Properties["VisibilityTimeout"]).toBe(6 * worker.Properties["Timeout"]);
      expect(queue.Properties["RedrivePolicy"].maxReceiveCount).toBeGreaterThanOrEqual(5);
      const dead_letters = named(queue.stack, referred(queue.Properties["RedrivePolicy"].deadLetterTargetArn));
      expect(dead_letters.Properties["QueueName"]).toBe(`${queue.Properties["QueueName"]}-dead-letters`);
      expect(dead_letters.Properties["MessageRetentionPeriod"]).toBeGreaterThan(queue.Properties["MessageRetentionPeriod"]);
    }
  });
  it("feed workers with partial batches and a bound on their number", () => {
    for (const queue of fed) {
      const { Properties } = mappingOf(made, queue);
      expect(Properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
      expect(Properties["ScalingConfig"].MaximumConcurrency).toBeGreaterThanOrEqual(2);
      if (Properties["BatchSize"] > 10) expect(Properties["MaximumBatchingWindowInSeconds"]).toBeGreaterThanOrEqual(1);
    }
  });
  it("ring when a dead letter arrives and, where a worker is behind, when a message gets old", () => {
    const watched = (metric: string) =>
      new Set(
        made
          .all("AWS::CloudWatch::Alarm")
          .filter(({ Properties }) => Properties["MetricName"] === metric)
          .map(({ stack, Properties }) => `${stack} ${referred(Properties["Dimensions"][0].Value)}`),
      );
    expect(watched("ApproximateAgeOfOldestMessage")).toEqual(new Set(fed.map(place)));
    expect(watched("ApproximateNumberOfMessagesVisible")).toEqual(new Set(queues.filter((queue) => !fed.includes(queue)).map(place)));
  });
  it("get events by a rule whose failures are put aside, too", () => {
    for (const rule of made.all("AWS::Events::Rule")) {
      const [target] = rule.Properties["Targets"];
      const queue = named(rule.stack, referred(target.Arn));
      expect(referred(target.DeadLetterConfig.Arn)).toBe(referred(queue.Properties["RedrivePolicy"].deadLetterTargetArn));
      const statements = made
        .all("AWS::SQS::QueuePolicy")
        .flatMap(({ stack, Properties }) => (stack === rule.stack ? Properties["PolicyDocument"].Statement : []));
      const allowed = statements.find(({ Condition }) => referred(Condition?.ArnEquals?.["aws:SourceArn"]) === rule.id);
      expect(allowed).toMatchObject({ Effect: "Allow", Action: "sqs:SendMessage", Principal: { Service: "events.amazonaws.com" } });
      // Their order follows from the ids.
      expect(new Set(arrayOf(allowed.Resource).map(referred))).toEqual(new Set([queue.id, referred(target.DeadLetterConfig.Arn)]));
    }
  });
};

const mappingOf = (made: Synthesized, queue: Found): Found => {
  const found = made
    .all("AWS::Lambda::EventSourceMapping")
    .filter(({ stack, Properties }) => stack === queue.stack && referred(Properties["EventSourceArn"]) === queue.id);
  expect(found).toHaveLength(1);
  return found[0]!;
};

const functionRules = ({ all, stack }: Synthesized, stage: Stage): void => {
  const functions = all("AWS::Lambda::Function");
  it("run on Node 24 and arm64, each under a role of its own and with a log that ends", () => {
    expect(new Set(functions.map(({ stack: name, Properties }) => `${name} ${referred(Properties["Role"])}`)).size).toBe(functions.length);
    for (const { stack: name, Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
      const log = stack(name).resources[referred(Properties["LoggingConfig"].LogGroup)!]!;
      expect(log.Properties).toEqual({ LogGroupName: `/aws/lambda/${Properties["FunctionName"]}`, RetentionInDays: stage.log_days });
    }
  });
  it("answer API Gateway before it gives up after 30 seconds", () => {
    for (const { stack: name, Properties } of all("AWS::ApiGatewayV2::Integration"))
      expect(stack(name).resources[referred(Properties["IntegrationUri"])!]!.Properties["Timeout"]).toBeLessThan(30);
  });
  it("have an environment below 4 KB, in which secrets are references", () => {
    for (const { Properties } of functions) {
      const variables: Record<string, unknown> = Properties["Environment"].Variables;
      expect(JSON.stringify(variables).length).toBeLessThan(4_096);
      for (const [name, value] of Object.entries(variables))
        if (/(_KEY|_SECRET|_CLIENT_ID)$/.test(name)) expect(value).toMatch(/^\{\{resolve:secretsmanager:groundswell\//);
    }
  });
};

/** The only resources that may end in a wildcard: objects without a name yet, and the streams of one table. */
const open = [/-uploads-arn"\},"\/(exports\/|\*\/imports\/)?\*"\]\]\}$/, /-archive-arn"\},"\/\*"\]\]\}$/, /-table-arn"\},"\/stream\/\*"\]\]\}$/];

const permissionRules = ({ all }: Synthesized): void => {
  const statements = all("AWS::IAM::Role").flatMap(({ id, Properties }) =>
    Properties["Policies"].flatMap((policy: any) => policy.PolicyDocument.Statement.map((statement: any) => ({ id, ...statement }))),
  );
  it("name each action", () => {
    for (const { Action } of statements) for (const action of arrayOf<string>(Action)) expect(action).toMatch(/^[a-z0-9]+:[A-Z][A-Za-z]+$/);
  });
  it("name each resource", () => {
    for (const { Resource } of statements)
      for (const resource of arrayOf(Resource).map((each) => JSON.stringify(each)))
        if (resource.includes("*"))
          expect(
            open.some((allowed) => allowed.test(resource)),
            resource,
          ).toBe(true);
  });
  it("come from the roles alone, never from managed policies", () => {
    expect(all("AWS::IAM::Policy")).toEqual([]);
    for (const { Properties } of all("AWS::IAM::Role")) expect(Properties["ManagedPolicyArns"]).toBeUndefined();
  });
  it("let API Gateway invoke by this API only", () => {
    for (const { Properties } of all("AWS::Lambda::Permission")) {
      expect(Properties["Principal"]).toBe("apigateway.amazonaws.com");
      expect(JSON.stringify(Properties["SourceArn"])).toContain("-shared-api-id");
    }
  });
};

const apiRules = ({ all, stack }: Synthesized, stage: Stage, platforms: readonly DeployedPlatform[]): void => {
  const routes = all("AWS::ApiGatewayV2::Route").map(({ stack: name, Properties }) => {
    const integration = stack(name).resources[referred(Properties["Target"]["Fn::Join"][1][1])!]!;
    const fn = stack(name).resources[referred(integration.Properties["IntegrationUri"])!]!;
    return { key: Properties["RouteKey"] as string, leads_to: fn.Properties["FunctionName"] as string };
  });
  it("has exactly the declared routes, each leading to its function, and what nothing matches leads to a fallback", () => {
    const declared = platforms.flatMap(({ platform: { id, lambdas } }) =>
      Object.entries(lambdas).flatMap(([name, lambda]) =>
        lambda.trigger === "api"
          ? Object.values(lambda.resource.routes).map(({ method, path }) => ({ key: `${method} ${path}`, leads_to: `groundswell-${stage.name}-${id}-${name}` }))
          : [],
      ),
    );
    const fallbacks = platforms.flatMap(({ platform: { id } }) =>
      [`ANY /${id}`, `ANY /${id}/{proxy+}`].map((key) => ({ key, leads_to: `groundswell-${stage.name}-${id}-fallback` })),
    );
    const outside = { key: "$default", leads_to: `groundswell-${stage.name}-${platforms[0]!.platform.id}-fallback` };
    const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
    expect(routes.toSorted(byKey)).toEqual([...declared, ...fallbacks, outside].toSorted(byKey));
  });
  it("stays within the quota of 300 routes; see the decision on one API before raising it", () => {
    expect(routes.length).toBeLessThanOrEqual(300);
  });
  it("has each platform's routes below its name", () => {
    for (const { platform } of platforms)
      for (const lambda of Object.values(platform.lambdas))
        if (lambda.trigger === "api") for (const { path } of Object.values(lambda.resource.routes)) expect(path).toMatch(new RegExp(`^/${platform.id}/`));
  });
  it("is throttled and logged, and the log has no paths, which can hold one-time tokens", () => {
    const [gateway, ...more] = all("AWS::ApiGatewayV2::Stage");
    expect(more).toEqual([]);
    expect(gateway!.Properties["DefaultRouteSettings"]).toEqual({ ThrottlingRateLimit: stage.throttle.rate, ThrottlingBurstLimit: stage.throttle.burst });
    const { Format } = gateway!.Properties["AccessLogSettings"];
    expect(JSON.parse(Format.replaceAll(/:\$context\.\w+/g, ":200"))).toMatchObject({ request_id: "$context.requestId", status: 200, ms: 200 });
    expect(Format).not.toMatch(/\$context\.(path|http\.path|protocol)|querystring/i);
  });
  it("answers browsers of the stage's origins only", () => {
    const [api] = all("AWS::ApiGatewayV2::Api");
    expect(api!.Properties["CorsConfiguration"]?.AllowOrigins ?? []).toEqual(stage.cors_origins);
  });
};

const triggerRules = ({ all, stack }: Synthesized, stage: Stage, platforms: readonly DeployedPlatform[]): void => {
  const declaredStreams = new Map<string, StreamLambda>(
    platforms.flatMap(({ platform: { id, lambdas } }) =>
      Object.entries(lambdas).flatMap(([name, one]) => (one.trigger === "stream" ? [[`groundswell-${stage.name}-${id}-${name}`, one] as const] : [])),
    ),
  );
  const named = (name: string, value: unknown) => stack(name).resources[referred(value)!]!;
  it("run schedules in UTC at the exact time, say for when, and put failures aside", () => {
    for (const { stack: name, Properties } of all("AWS::Scheduler::Schedule")) {
      expect(Properties).toMatchObject({ ScheduleExpressionTimezone: "UTC", FlexibleTimeWindow: { Mode: "OFF" } });
      expect(Properties["ScheduleExpression"]).toMatch(/^cron\((\S+ ){5}\S+\)$/);
      const { Target } = Properties;
      expect(JSON.parse(Target.Input)).toEqual({ scheduled_at: "<aws.scheduler.scheduled-time>" });
      expect(named(name, Target.DeadLetterConfig.Arn).Type).toBe("AWS::SQS::Queue");
      const retries = all("AWS::Lambda::EventInvokeConfig").filter(
        (config) => config.stack === name && referred(config.Properties["FunctionName"]) === referred(Target.Arn),
      );
      expect(retries.map(({ Properties: { DestinationConfig } }) => referred(DestinationConfig.OnFailure.Destination))).toEqual([
        referred(Target.DeadLetterConfig.Arn),
      ]);
      const [policy] = named(name, Target.RoleArn).Properties["Policies"];
      expect(policy.PolicyDocument.Statement.map(({ Action, Resource }: any) => [Action, referred(Resource)])).toEqual([
        ["lambda:InvokeFunction", referred(Target.Arn)],
        ["sqs:SendMessage", referred(Target.DeadLetterConfig.Arn)],
      ]);
    }
  });
  it("read the declared items of a stream, alone when they fail, ten times, and then put them aside", () => {
    const streams = all("AWS::Lambda::EventSourceMapping").filter(({ Properties }) => Properties["StartingPosition"]);
    for (const { stack: name, Properties } of streams) {
      expect(Properties).toMatchObject({
        StartingPosition: "TRIM_HORIZON",
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
      const { FunctionName } = stack(name).resources[referred(Properties["FunctionName"])!]!.Properties;
      const declared = declaredStreams.get(FunctionName as string)!;
      expect(Properties["FilterCriteria"].Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
        { eventName: declared.changes, dynamodb: { NewImage: { _t: { S: declared.of } } } },
      ]);
      // Only a tumbling window tells a function its shard.
      expect(Properties["TumblingWindowInSeconds"] !== undefined).toBe(declared.derives === true);
      expect(named(name, Properties["DestinationConfig"].OnFailure.Destination).Type).toBe("AWS::SQS::Queue");
    }
  });
};

const alarmRules = ({ all }: Synthesized, stage: Stage, platforms: readonly DeployedPlatform[]): void => {
  const alarms = all("AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);
  const page = runbookPage(platforms.map(({ platform }) => platform));
  const headings = [...page.matchAll(/^### (\S+)$/gm)].map(([, heading]) => heading!);

  it("are those declared, and each has its heading in the runbook", () => {
    const declared = [...sharedAlarms, ...platforms.flatMap(({ platform }) => platformAlarms(platform))].map(({ id }) => id);
    expect(new Set(declared).size).toBe(declared.length);
    expect(alarms.map(({ AlarmName }) => String(AlarmName)).toSorted()).toEqual(declared.map((id): string => `groundswell-${stage.name}-${id}`).toSorted());
    expect(headings.toSorted()).toEqual(declared.toSorted());
  });
  it("say the impact and lead to their own heading", () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const [, impact, heading] = /^(.{15,}\.) Runbook: docs\/runbook\.md#(\S+)$/.exec(AlarmDescription) ?? [];
      expect(AlarmName).toBe(`groundswell-${stage.name}-${heading}`);
      expect(page).toContain(`### ${heading}\n`);
      expect(page).toContain(`- **Impact.** ${impact}\n`);
    }
  });
  it("watch the errors of every function with a declaration", () => {
    const watched = alarms.filter(({ MetricName }) => MetricName === "Errors");
    expect(watched).toHaveLength(platforms.flatMap(({ platform }) => Object.keys(platform.lambdas)).length);
  });
  it("watch 5xx and slowness of each API function, and the numbers that functions declare, by the names under which they are emitted", () => {
    const own = alarms.filter(({ Namespace }) => Namespace === `Groundswell/${stage.name}`);
    const watched = platforms.flatMap(({ platform }) =>
      Object.entries(platform.lambdas).flatMap(([name, lambda]) => {
        const numbers =
          lambda.trigger === "api" ? ["server_errors", "duration"] : lambda.trigger === "worker" ? (lambda.watches ?? []).map(({ metric }) => metric) : [];
        return numbers.map((metric) => `${platform.id}-${name} ${metric}`);
      }),
    );
    for (const { Dimensions } of own) expect(Dimensions.map(({ Name }: { Name: string }) => Name)).toEqual(["service"]);
    expect(own.map(({ Dimensions, MetricName }) => `${Dimensions[0].Value} ${MetricName}`).toSorted()).toEqual(watched.toSorted());
    const variables = all("AWS::Lambda::Function").map(({ Properties }) => Properties["Environment"].Variables);
    for (const { Dimensions, Namespace } of own)
      expect(variables.some((has) => has["POWERTOOLS_SERVICE_NAME"] === Dimensions[0].Value && has["POWERTOOLS_METRICS_NAMESPACE"] === Namespace)).toBe(true);
  });
  it("reach the alarm topic when they begin and when they end", () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
  });
};
