import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { metricsNamespace, nameIn, pascal, serviceName } from "../names.ts";
import type { Stage } from "../stage.ts";
import { type FunctionEnvironment, allow, holdsSecret } from "./access.ts";

/** Where the code of a function comes from, by platform and name. */
export type CodeOf = (platform: string, name: string) => lambda.Code;

export interface FunctionSettings {
  readonly stage: Stage;
  readonly platform: string;
  /** The name in the platform's declarations. */
  readonly name: string;
  readonly code: CodeOf;
  readonly timeout_s: number;
  readonly memory_mb: number;
  readonly environment: FunctionEnvironment;
  /** All that the function may do, beside writing its own log. */
  readonly statements: readonly iam.PolicyStatement[];
}

/** A function with a scope of its own, in which what belongs to it is made. */
export interface MadeFunction {
  readonly scope: Construct;
  readonly fn: lambda.Function;
}

/** One Lambda with its own log group and its own role. Nothing is granted that the settings do not name. */
export const lambdaFunction = (parent: Construct, settings: FunctionSettings): MadeFunction => {
  const { stage, platform, name } = settings;
  const scope = new Construct(parent, pascal(name));
  const functionName = nameIn(stage, platform, name);
  const logGroup = new logs.LogGroup(scope, "Logs", {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: stage.log_days,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const ownLog = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]);
  const role = new iam.Role(scope, "Role", {
    assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    inlinePolicies: { declared: new iam.PolicyDocument({ statements: [ownLog, ...settings.statements], minimize: true }) },
  });
  const environment: FunctionEnvironment = {
    STAGE: stage.name,
    PLATFORM: platform,
    POWERTOOLS_SERVICE_NAME: serviceName(platform, name),
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage),
    ...settings.environment,
    ...(holdsSecret(settings.environment) ? { SECRETS_GENERATION: String(stage.secrets_generation) } : {}),
  };
  const fn = new lambda.Function(scope, "Function", {
    functionName,
    role,
    logGroup,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: "index.handler",
    code: settings.code(platform, name),
    timeout: Duration.seconds(settings.timeout_s),
    memorySize: settings.memory_mb,
    environment: { ...environment } as Record<string, string>,
  });
  return { scope, fn };
};
