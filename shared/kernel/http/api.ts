import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type * as z from "zod";
import { type Boot, type PortFactories, type PortsOf, openPorts } from "../boot.ts";
import type { Ctx, OrgCtx } from "../context.ts";
import type { Authenticator } from "./authenticator.ts";
import { authenticate, throttle } from "./admit.ts";
import { type Bound, type Exchange, type Served, findRoute, openExchange } from "./exchange.ts";
import type { Metrics } from "../metrics.ts";
import type { IdempotencyRecords } from "./idempotency.ts";
import { observeRequest } from "./observe.ts";
import { readRequest } from "./read-request.ts";
import { failureReply, successReply, timedOut } from "./reply.ts";
import type { PageOf, RequestOf, Resource, Route, SignedPolicy } from "./route.ts";
import { runUseCase } from "./run.ts";

/** The context of a route's use case: with an active org wherever the policy names one. */
export type CtxOf<R extends Route> = R["policy"] extends { readonly kind: "public" | "signed_in" } | { readonly kind: "signed"; readonly tenant: "none" }
  ? Ctx
  : OrgCtx;
type ResultOf<R extends Route> = R["reply"]["body"] extends z.ZodType
  ? R["list"] extends true
    ? PageOf<z.input<R["reply"]["body"]>>
    : z.input<R["reply"]["body"]>
  : unknown;

type Run<R extends Route, P, Out> = (ctx: CtxOf<R> & P, request: RequestOf<R>) => Promise<Out>;

/**
 * How a route is bound: to a use case; or to a use case and a presenter, which turns the stored result into the reply
 * afresh on each replay (a presigned URL is signed anew). A signed route is bound to the secrets that its sender may sign
 * with now, several while one is replaced and none where nobody may, and to a use case whose effect is one transaction.
 */
export type Binding<R extends Route, P> = R["policy"] extends SignedPolicy
  ? { readonly secrets: (ctx: CtxOf<R> & P) => Promise<readonly string[]>; readonly run: Run<R, P, unknown> }
  : Run<R, P, ResultOf<R>> | { readonly run: Run<R, P, unknown>; readonly present: (ctx: CtxOf<R> & P, result: never) => Promise<ResultOf<R>> };

export type Bindings<Routes extends Readonly<Record<string, Route>>, P> = { readonly [K in keyof Routes]: Binding<Routes[K], P> };

/** What an API runs on. Lambda makes it from the environment (on-lambda.ts), tests from local engines. */
export interface HttpRuntime extends Boot {
  readonly authenticate: Authenticator;
  readonly cursorKey: string;
  /** Without it nothing is measured. */
  readonly metrics?: Metrics;
  /** Ports given ready-made take the place of their factories. */
  readonly ports?: Readonly<Record<string, unknown>>;
}

export type ApiHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export interface Api {
  readonly resource: Resource;
  readonly serve: (runtime: HttpRuntime) => ApiHandler;
}

/** Before the function's own timeout there must be time left to answer with a problem. */
const ANSWER_MS = 250;

/** The stages of a request, from top to bottom; what any of them throws becomes a problem. */
const answer = async (exchange: Exchange): Promise<APIGatewayProxyStructuredResultV2> => {
  findRoute(exchange);
  await authenticate(exchange);
  const { rate_limit } = exchange.bound!.route;
  if (rate_limit) await throttle(exchange, rate_limit);
  readRequest(exchange);
  return successReply(await runUseCase(exchange));
};

const late = (): never => {
  throw timedOut();
};

/** Binds a resource's routes to use cases; a route without a binding does not compile. */
export const api = <const R extends Readonly<Record<string, Route>>, const F extends PortFactories>(
  resource: Resource<R>,
  { records, ports }: { readonly records: IdempotencyRecords; readonly ports: F },
  bindings: Bindings<R, PortsOf<F>>,
): Api => {
  const routes = new Map<string, Bound>(
    Object.entries(resource.routes).map(([name, route]) => [`${route.method} ${route.path}`, { name, route, binding: bindings[name] }]),
  );
  return {
    resource: resource as Resource,
    serve: (runtime) => {
      const opened = openPorts(ports, runtime, runtime.ports as Partial<PortsOf<F>>);
      const served: Served = { runtime, records, routes, ports: Object.getOwnPropertyDescriptors(opened) };
      return middy<Exchange, APIGatewayProxyStructuredResultV2>({ timeoutEarlyInMillis: ANSWER_MS, timeoutEarlyResponse: late })
        .before((request) => {
          request.event = openExchange(request.event as unknown as APIGatewayProxyEventV2, served);
        })
        .handler(answer)
        .after(({ event, response }) => observeRequest(event, response!))
        .onError((request) => {
          request.response = failureReply(request.error, request.event);
          observeRequest(request.event, request.response);
        }) as unknown as ApiHandler;
    },
  };
};
