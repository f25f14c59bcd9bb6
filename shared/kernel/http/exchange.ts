import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Actor, Ctx } from "../context.ts";
import { notFound } from "../errors.ts";
import { logWith } from "../log.ts";
import type { HttpRuntime } from "./api.ts";
import type { IdempotencyRecords } from "./idempotency.ts";
import { commonHeaders } from "./reply.ts";
import type { Message, Route } from "./route.ts";

export interface Bound {
  readonly name: string;
  readonly route: Route;
  readonly binding: unknown;
}

/** What all requests of one API share. */
export interface Served {
  readonly runtime: HttpRuntime;
  readonly records: IdempotencyRecords;
  /** The ports' properties, as each context gets them: still unopened. */
  readonly ports: PropertyDescriptorMap;
  /** By API Gateway's route key: `GET /studio/songs/{song_id}`. */
  readonly routes: ReadonlyMap<string, Bound>;
}

/** One request on its way through the pipeline; each stage fills in its part. */
export interface Exchange {
  readonly event: APIGatewayProxyEventV2;
  readonly served: Served;
  readonly started: number;
  /** What the reply carries however the request ends. */
  readonly headers: Record<string, string>;
  ctx: Ctx;
  bound?: Bound;
  org_id?: string;
  grant: "all" | "own";
  request: { params: unknown; query: unknown; body: unknown; version?: number; page?: { limit: number; position?: unknown } };
  idempotency_key?: string;
  /** Of a signed route, once its signature is checked. */
  message?: Message;
  /** What a cursor of this list is bound to. */
  scope?: string;
}

const anonymous: Actor = { kind: "anonymous" };

export const openExchange = (event: APIGatewayProxyEventV2, served: Served): Exchange => {
  const { clock, ids, log, db } = served.runtime;
  const { requestId: request_id, http } = event.requestContext;
  return {
    event,
    served,
    started: performance.now(),
    headers: commonHeaders(request_id),
    grant: "own",
    request: { params: undefined, query: undefined, body: undefined },
    ctx: { request_id, actor: anonymous, clock, ids, log: logWith(log, { request_id }), db, http: { ip: http.sourceIp, user_agent: http.userAgent ?? "" } },
  };
};

export const findRoute = (exchange: Exchange): void => {
  const bound = exchange.served.routes.get(exchange.event.routeKey);
  if (!bound) throw notFound("route");
  exchange.bound = bound;
};

/** What a use case gets: context, active org, and the ports, each of them opened when it is touched. */
export const contextOf = ({ ctx, grant, org_id, served }: Exchange, claimed: Partial<Pick<Ctx, "claim" | "ids">> = {}): object =>
  Object.defineProperties({ ...ctx, ...(org_id === undefined ? {} : { org_id, grant }), ...claimed }, served.ports);

/** Who calls, as one name: a person, a key, or an address on the net. */
export const callerOf = ({ actor, http }: Ctx): string =>
  actor.kind === "user" ? actor.user_id : actor.kind === "api_key" ? actor.api_key_id : (http?.ip ?? "unknown");
