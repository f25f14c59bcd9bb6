import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { gatewayErrors, gatewayLatency } from "../alarms.ts";
import { type Alarming, alarm, fiveMinutes } from "../constructs/alarm.ts";
import type { Gateway } from "../constructs/resource-api.ts";
import { nameIn } from "../names.ts";
import type { Stage } from "../stage.ts";

/** One line for each request. It names the route and not the path, because a path can hold a one-time token. */
const accessLogLine = JSON.stringify({
  at: "$context.requestTime",
  request_id: "$context.requestId",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  ms: "$context.responseLatency",
  function_ms: "$context.integrationLatency",
  failure: "$context.integrationErrorMessage",
  // Always numbers, so they stand without quotes: a log filter can compare them.
}).replaceAll(/"(\$context\.(?:status|responseLatency))"/g, "$1");

/** The HTTP API of all platforms. It speaks TLS 1.2 and later only; each platform's stack of routes adds its own. */
export const gateway = (scope: Construct, stage: Stage, alarming: Alarming): Gateway => {
  const api = new apigw.HttpApi(scope, "Api", {
    apiName: nameIn(stage, "api"),
    createDefaultStage: false,
    ...(stage.cors_origins.length === 0 ? {} : { corsPreflight: cors(stage.cors_origins) }),
  });
  const log = new logs.LogGroup(scope, "ApiLog", {
    // Below this prefix log delivery needs no entry of its own in the account's resource policy, which has a size limit.
    logGroupName: `/aws/vendedlogs/${nameIn(stage, "api")}`,
    retention: stage.log_days,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new apigw.HttpStage(scope, "ApiStage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
    accessLogSettings: { destination: new apigw.LogGroupLogDestination(log), format: AccessLogFormat.custom(accessLogLine) },
  });
  alarm(scope, "ApiErrors", alarming, gatewayErrors, { metric: api.metricServerError({ period: fiveMinutes }), at_least: stage.alarms.api_errors });
  alarm(scope, "ApiLatency", alarming, gatewayLatency, {
    metric: api.metricLatency({ period: fiveMinutes, statistic: "p99" }),
    at_least: stage.alarms.api_latency_ms,
    periods: 3,
  });
  return { api_id: api.apiId, url: api.apiEndpoint };
};

const cors = (origins: readonly string[]): apigw.CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: [apigw.CorsHttpMethod.ANY],
  allowHeaders: ["authorization", "content-type", "idempotency-key", "if-match", "x-org-id"],
  exposeHeaders: ["etag", "location", "retry-after", "x-request-id"],
  maxAge: Duration.hours(1),
});
