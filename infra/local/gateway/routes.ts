import findMyWay from "find-my-way";
import type { Log } from "../../../shared/kernel/context.ts";
import type { Resolver } from "../assembly/resolve.ts";
import { type Functions, functionNamed } from "../lambda/functions.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import { Refusal } from "../refusal.ts";

export interface ApiRoute {
  readonly api_id: string;
  /** `GET /items/{id}` or `$default`. */
  readonly key: string;
  readonly lambda: LambdaFunction;
  readonly timeout_ms: number;
}

export interface Match {
  readonly route: ApiRoute;
  readonly params: Readonly<Record<string, string>>;
}

export interface ApiRoutes {
  readonly keys: readonly string[];
  /** The declared route; undefined when there is none. Throws a URIError for a path that is not well encoded. */
  find(method: string, path: string): Match | undefined;
  /** The `$default` route of the API that owns the path's first part, or of the only API. */
  fallback(path: string): Match | undefined;
}

interface RouteProperties {
  readonly ApiId: string;
  readonly RouteKey: string;
  readonly Target?: string;
  readonly AuthorizationType?: string;
}
interface IntegrationProperties {
  readonly IntegrationUri: string;
  readonly PayloadFormatVersion?: string;
  readonly TimeoutInMillis?: number;
}

const anyMethod = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] as const;
const LONGEST_PARAMETER = 8_192;
const TIMEOUT_MS = 30_000;

const routesOf = (resolver: Resolver, functions: Functions): ApiRoute[] => {
  const integrations = new Map(
    resolver
      .ofType("AWS::ApiGatewayV2::Integration")
      .map((resource) => [resolver.identity(resource).ref, resolver.properties<IntegrationProperties>(resource)]),
  );
  return resolver.ofType("AWS::ApiGatewayV2::Route").map((resource) => {
    const { ApiId, RouteKey, Target = "", AuthorizationType = "NONE" } = resolver.properties<RouteProperties>(resource);
    if (AuthorizationType !== "NONE")
      throw new Refusal(
        `The route ${RouteKey} has an authorizer (${AuthorizationType}).`,
        "The local cloud runs no authorizers.",
        "Check the caller in the function.",
      );
    const integration = integrations.get(Target.replace(/^integrations\//, ""));
    if (!integration)
      throw new Refusal(`The route ${RouteKey} leads to ${Target || "nothing"}.`, "No template has this integration.", "Correct the route's target.");
    if (integration.PayloadFormatVersion !== "2.0")
      throw new Refusal(
        `The route ${RouteKey} uses payload format ${integration.PayloadFormatVersion ?? "1.0"}.`,
        "The local cloud speaks 2.0 only.",
        "Set the integration's payload format.",
      );
    return {
      api_id: ApiId,
      key: RouteKey,
      lambda: functionNamed(functions, integration.IntegrationUri),
      timeout_ms: Math.min(TIMEOUT_MS, integration.TimeoutInMillis ?? TIMEOUT_MS),
    };
  });
};

const pathOf = (key: string): string => key.slice(key.indexOf(" ") + 1);
const firstPart = (path: string): string => path.split("/")[1] ?? "";

const warnOfCors = (resolver: Resolver, log: Log): void => {
  for (const resource of resolver.ofType("AWS::ApiGatewayV2::Api"))
    if (resource.properties["CorsConfiguration"] !== undefined)
      log.warn(`${resolver.identity(resource).ref}: the CORS rules of the HTTP API are not applied by the local cloud.`);
};

/** The routes of every HTTP API, on one port. A literal part of a path goes before a parameter, and a parameter before the rest. */
export const makeRoutes = (resolver: Resolver, functions: Functions, log: Log): ApiRoutes => {
  warnOfCors(resolver, log);
  const router = findMyWay({ maxParamLength: LONGEST_PARAMETER });
  const routes = routesOf(resolver, functions);
  const defaults = routes.filter(({ key }) => key === "$default");
  for (const route of routes.filter(({ key }) => key !== "$default")) {
    const [method, path] = [route.key.split(" ")[0]!, pathOf(route.key)];
    const pattern = path.replaceAll(/\{\w+\+\}/g, "*").replaceAll(/\{(\w+)\}/g, ":$1");
    router.on(method === "ANY" ? [...anyMethod] : (method as "GET"), pattern, () => undefined, route);
  }

  const find = (method: string, path: string): Match | undefined => {
    decodeURIComponent(path);
    const found = router.find(method as "GET", path);
    if (!found) return undefined;
    const route = found.store as ApiRoute;
    const { "*": rest, ...params } = found.params as Record<string, string>;
    const greedy = /\{(\w+)\+\}/.exec(route.key)?.[1];
    return { route, params: greedy && rest !== undefined ? { ...params, [greedy]: rest } : params };
  };
  const fallback = (path: string): Match | undefined => {
    const owner = routes.find(({ key }) => key !== "$default" && firstPart(pathOf(key)) === firstPart(path))?.api_id;
    const route = defaults.find(({ api_id }) => api_id === owner) ?? defaults[0];
    return route && { route, params: {} };
  };
  return { keys: routes.map(({ key }) => key), find, fallback };
};
