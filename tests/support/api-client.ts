import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { Api, HttpRuntime } from "../../shared/kernel/http/api.ts";
import { fallback } from "../../shared/kernel/http/fallback.ts";
import type { Problem } from "../../shared/kernel/http/problem.ts";
import { actAs, actingOn } from "./recorder/acting.ts";
import { recordedPorts } from "./recorder/ports.ts";
import { lookForSecrets } from "./recorder/secrets.ts";

export interface Reply<T = any> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
  readonly problem: Problem;
}

export interface Options {
  readonly token?: string;
  readonly org?: string;
  readonly key?: string;
  readonly version?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as is instead of JSON; bytes arrive in base64, as API Gateway hands on what it takes for no text. */
  readonly raw?: string | Uint8Array;
  readonly ip?: string;
}

export interface ApiClient {
  request<T = any>(method: string, path: string, body?: unknown, options?: Options): Promise<Reply<T>>;
  get<T = any>(path: string, options?: Options): Promise<Reply<T>>;
  post<T = any>(path: string, body?: unknown, options?: Options): Promise<Reply<T>>;
  put<T = any>(path: string, body?: unknown, options?: Options): Promise<Reply<T>>;
  patch<T = any>(path: string, body?: unknown, options?: Options): Promise<Reply<T>>;
  delete<T = any>(path: string, options?: Options): Promise<Reply<T>>;
  /** The same client with other defaults: `client.as({ token, org })`. */
  as(defaults: Options): ApiClient;
}

interface Target {
  readonly key: string;
  readonly pattern: RegExp;
  readonly names: string[];
  readonly handle: ReturnType<Api["serve"]>;
  /** The Lambda: `soundcloud.members`. */
  readonly service: string;
}

/** Calls the real handlers with the events that API Gateway would send: routing by declaration, `$default` for the rest. */
export const apiClient = (apis: readonly Api[], runtime: HttpRuntime, defaults: Options = {}): ApiClient => {
  const targets: Target[] = apis.flatMap((definition) => {
    const handle = definition.serve({ ...runtime, ...(runtime.ports ? { ports: recordedPorts(runtime.ports) } : {}) });
    const service = `${definition.resource.platform}.${definition.resource.name}`;
    return Object.values(definition.resource.routes).map((route) => ({
      key: `${route.method} ${route.path}`,
      names: [...route.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!),
      pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
      handle,
      service,
    }));
  });
  // Static segments win over parameters, as in API Gateway.
  targets.sort((a, b) => a.names.length - b.names.length);
  const notFound = fallback(apis.map((a) => a.resource));
  const client = (base: Options): ApiClient => {
    const request = async <T>(method: string, path: string, body?: unknown, given: Options = {}): Promise<Reply<T>> => {
      const options = { ...base, ...given, headers: { ...base.headers, ...given.headers } };
      const target = targets.find((t) => t.key.startsWith(`${method} `) && t.pattern.test(path));
      const values = target ? path.match(target.pattern)!.slice(1).map(decodeURIComponent) : [];
      const event = eventOf(
        method,
        path,
        target?.key ?? "$default",
        body,
        options,
        Object.fromEntries((target?.names ?? []).map((name, i) => [name, values[i]!])),
      );
      const context = { awsRequestId: event.requestContext.requestId } as Context;
      const result = target ? await actAs(actingOn(target.service, event), () => target.handle(event, context)) : await notFound(event);
      const isText = String(result.headers?.["content-type"]).startsWith("text/");
      const parsed = result.body ? (isText ? result.body : JSON.parse(result.body)) : undefined;
      if (result.statusCode! >= 400) lookForSecrets(`problem of ${target?.key ?? "$default"}`, parsed);
      return { status: result.statusCode!, headers: result.headers as Record<string, string>, body: parsed, problem: parsed };
    };
    return {
      request,
      get: (path, options) => request("GET", path, undefined, options),
      post: (path, body, options) => request("POST", path, body, { key: randomUUID(), ...options }),
      put: (path, body, options) => request("PUT", path, body, options),
      patch: (path, body, options) => request("PATCH", path, body, options),
      delete: (path, options) => request("DELETE", path, undefined, options),
      as: (more) => client({ ...base, ...more }),
    };
  };
  return client(defaults);
};

const eventOf = (method: string, path: string, routeKey: string, body: unknown, options: Options, params: Record<string, string>): APIGatewayProxyEventV2 => {
  const raw = options.raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const text = raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : raw;
  const headers: Record<string, string> = {
    ...(text === undefined ? {} : { "content-type": "application/json" }),
    ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    ...(options.org ? { "x-org-id": options.org } : {}),
    ...(options.key ? { "idempotency-key": options.key } : {}),
    ...(options.version === undefined ? {} : { "if-match": `"${options.version}"` }),
    ...options.headers,
  };
  const query = Object.fromEntries(Object.entries(options.query ?? {}).map(([k, v]) => [k, String(v)]));
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers,
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    ...(Object.keys(params).length > 0 ? { pathParameters: params } : {}),
    requestContext: {
      accountId: "000000000000",
      apiId: "test",
      domainName: "localhost",
      domainPrefix: "test",
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: "",
      timeEpoch: 0,
      http: { method, path, protocol: "HTTP/1.1", sourceIp: options.ip ?? "192.0.2.1", userAgent: "tests" },
    },
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: raw instanceof Uint8Array,
  };
};
