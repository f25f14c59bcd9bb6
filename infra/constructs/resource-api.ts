import { Aws } from "aws-cdk-lib";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Resource } from "../../shared/kernel/http/route.ts";
import { pascal } from "../names.ts";
import { acknowledge } from "../nag.ts";
import type { MadeFunction } from "./lambda-function.ts";

/** The HTTP API that routes are added to. */
export interface Gateway {
  readonly api_id: string;
  readonly url: string;
}

/** One integration, one permission, and a real route of the HTTP API for each declared route. */
export const resourceApi = (gateway: Gateway, made: MadeFunction, { routes }: Resource): void => {
  const target = integration(gateway, made);
  for (const [name, { method, path }] of Object.entries(routes)) route(made.scope, `${pascal(name)}Route`, gateway, `${method} ${path}`, target);
};

/**
 * Everything below a platform's prefix that no declared route matches, so that it is answered 404, or 405 with Allow,
 * as a problem. API Gateway prefers any more exact route.
 */
export const fallbackApi = (gateway: Gateway, made: MadeFunction, prefix: string): Fallback => {
  const target = integration(gateway, made);
  route(made.scope, "BelowRoute", gateway, `ANY ${prefix}/{proxy+}`, target);
  route(made.scope, "PrefixRoute", gateway, `ANY ${prefix}`, target);
  return { scope: made.scope, target };
};

/** A function that answers what no declared route matches. */
export interface Fallback {
  readonly scope: Construct;
  readonly target: string;
}

/** Leads what is below no platform's prefix to one platform's fallback. */
export const defaultRoute = (gateway: Gateway, { scope, target }: Fallback): void => route(scope, "DefaultRoute", gateway, "$default", target);

/** Connects a function with the HTTP API, once for all its routes; the result is their target. */
const integration = ({ api_id }: Gateway, { scope, fn }: MadeFunction): string => {
  new lambda.CfnPermission(scope, "InvokedByApi", {
    action: "lambda:InvokeFunction",
    functionName: fn.functionArn,
    principal: "apigateway.amazonaws.com",
    sourceArn: `arn:${Aws.PARTITION}:execute-api:${Aws.REGION}:${Aws.ACCOUNT_ID}:${api_id}/*/*`,
  });
  const made = new apigw.CfnIntegration(scope, "Integration", {
    apiId: api_id,
    integrationType: "AWS_PROXY",
    integrationUri: fn.functionArn,
    payloadFormatVersion: "2.0",
  });
  return `integrations/${made.ref}`;
};

const route = (scope: Construct, id: string, { api_id }: Gateway, routeKey: string, target: string): void => {
  const made = new apigw.CfnRoute(scope, id, { apiId: api_id, routeKey, target, authorizationType: "NONE" });
  acknowledge(
    made,
    "AwsSolutions-APIG4",
    "The function itself reads session and membership on each request, so that a revocation holds on the next one; an authorizer would cache them.",
  );
};
