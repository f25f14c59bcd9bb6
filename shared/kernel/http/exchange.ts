import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import type { Actor, Ctx } from "../context.ts";
import { DomainError, type Violation, forbidden, invalid, notFound } from "../errors.ts";
import type { HttpRuntime } from "./api.ts";
import { readJson } from "./body.ts";
import { openCursor } from "./cursor.ts";
import type { HttpClaim, IdempotencyRecords } from "./idempotency.ts";
import { takeFromWindow } from "./rate-limit.ts";
import type { Policy, Route } from "./route.ts";
import { check } from "./validate.ts";

export interface Bound {
  readonly name: string;
  readonly route: Route;
  readonly binding: unknown;
}

/** One request on its way through the pipeline; each stage fills in its part. */
export interface Exchange {
  readonly event: APIGatewayProxyEventV2;
  readonly runtime: HttpRuntime;
  readonly records: IdempotencyRecords;
  readonly ports: object;
  readonly routes: ReadonlyMap<string, Bound>;
  readonly started: number;
  ctx: Ctx;
  bound?: Bound;
  org_id?: string;
  grant: "all" | "own";
  request: { params: unknown; query: unknown; body: unknown; version?: number; page?: { limit: number; position?: unknown } };
  idempotency_key?: string;
  claim?: HttpClaim;
  /** What a cursor of this list is bound to. */
  scope?: string;
}

const anonymous: Actor = { kind: "anonymous" };
const uuid = z.uuid();

export const openExchange = (event: APIGatewayProxyEventV2, runtime: HttpRuntime, records: IdempotencyRecords, ports: object, routes: ReadonlyMap<string, Bound>): Exchange => ({
  event,
  runtime,
  records,
  ports,
  routes,
  started: performance.now(),
  grant: "own",
  request: { params: undefined, query: undefined, body: undefined },
  ctx: {
    request_id: event.requestContext.requestId,
    actor: anonymous,
    clock: runtime.clock,
    ids: runtime.ids,
    log: runtime.log,
    db: runtime.db,
    http: { ip: event.requestContext.http.sourceIp, user_agent: event.requestContext.http.userAgent ?? "" },
  },
});

export const findRoute = (exchange: Exchange): void => {
  const bound = exchange.routes.get(exchange.event.routeKey);
  if (!bound) throw notFound("route");
  exchange.bound = bound;
};

const bearerOf = (exchange: Exchange): string | undefined => /^Bearer ([\x21-\x7e]{20,512})$/.exec(exchange.event.headers["authorization"] ?? "")?.[1];

const activeOrg = (exchange: Exchange): string | undefined => {
  const header = exchange.event.headers["x-org-id"];
  if (header !== undefined && !uuid.safeParse(header).success) throw notFound("org");
  return header;
};

export const authenticate = async (exchange: Exchange): Promise<void> => {
  const { policy } = exchange.bound!.route;
  if (policy.kind === "public") return;
  const bearer = bearerOf(exchange);
  if (!bearer) throw new DomainError("unauthenticated", "missing_token", "Send Authorization: Bearer <access token or API key>.");
  const found = await exchange.runtime.authenticate(exchange.ctx, bearer, activeOrg(exchange));
  exchange.ctx = { ...exchange.ctx, actor: found.actor };
  if (policy.kind === "signed_in") {
    if (found.actor.kind !== "user") throw forbidden("user_session_required", "This needs a person's session; an API key will not do.");
    return;
  }
  if (found.org_id === undefined) throw invalid([{ pointer: "/header/x-org-id", code: "required", detail: "Name the active org in X-Org-Id." }], "missing_org");
  exchange.org_id = found.org_id;
  exchange.grant = grantOf(policy, found.actor);
};

const refused = (policy: Policy): DomainError =>
  policy.kind === "org_owner"
    ? forbidden("owner_required", "Only an owner of the org may do this.")
    : forbidden("role_required", `This needs one of the roles ${policy.kind === "roles" ? Object.keys(policy.grants).join(", ") : ""} in the active org.`);

const grantOf = (policy: Policy, actor: Actor): "all" | "own" => {
  if (policy.kind === "any_member") return "own";
  if (policy.kind === "org_owner") {
    if (actor.kind === "user" && actor.org_role === "owner") return "all";
    throw refused(policy);
  }
  if (policy.kind !== "roles" || (actor.kind !== "user" && actor.kind !== "api_key")) throw refused(policy);
  const held = actor.roles[policy.platform] ?? [];
  const grants = held.map((role) => (Object.hasOwn(policy.grants, role) ? policy.grants[role] : undefined));
  if (grants.includes("all")) return "all";
  if (grants.includes("own")) return "own";
  throw refused(policy);
};

const subjectOf = (exchange: Exchange): string => {
  const { actor, http } = exchange.ctx;
  return actor.kind === "user" ? actor.user_id : actor.kind === "api_key" ? actor.api_key_id : (http?.ip ?? "unknown");
};

export const throttle = async (exchange: Exchange): Promise<void> => {
  const { name, route } = exchange.bound!;
  if (!route.rate_limit) return;
  const who = route.rate_limit.by === "org" && exchange.org_id ? exchange.org_id : route.rate_limit.by === "ip" ? exchange.ctx.http!.ip : subjectOf(exchange);
  await takeFromWindow(exchange.ctx, exchange.records.table.id, `${who}#${name}`, route.rate_limit);
};

const limitSchema = z.coerce.number("limit is a whole number from 1 to 100").int("limit is a whole number from 1 to 100").min(1, "limit is at least 1").max(100, "limit is at most 100").default(25);

/** Params, query, headers and body against the declaration; everything wrong is reported in one answer. */
export const readRequest = (exchange: Exchange): void => {
  const { event } = exchange;
  const { route } = exchange.bound!;
  const found: Violation[] = [];
  const { limit, cursor, ...rest } = event.queryStringParameters ?? {};
  const query = route.list ? rest : (event.queryStringParameters ?? {});
  const request: Exchange["request"] = {
    params: readParams(route, event.pathParameters ?? {}),
    query: check(route.query ?? z.strictObject({}), query, "/query", found) ?? {},
    body: undefined,
  };
  readHeaders(exchange, request, found);
  if (route.body) request.body = check(route.body, readJson(event, route.max_body), "", found);
  else if (event.body !== undefined && event.body !== "") found.push({ pointer: "", code: "unexpected_body", detail: "This operation takes no body; send none." });
  if (route.list) {
    const size = check(limitSchema, limit, "/query/limit", found) ?? 25;
    exchange.scope = [exchange.org_id ?? subjectOf(exchange), exchange.grant, subjectOf(exchange), event.routeKey, JSON.stringify(request.params), JSON.stringify(request.query)].join("\n");
    const position = cursor === undefined || found.length > 0 ? undefined : openCursor(exchange.runtime.cursorKey, exchange.scope, cursor, exchange.ctx.clock.now());
    request.page = position === undefined ? { limit: size } : { limit: size, position };
  }
  if (found.length > 0) throw invalid(found);
  exchange.request = request;
};

/** A path parameter that cannot be an id names nothing: the same 404 as an unknown one. */
const readParams = (route: Route, raw: Record<string, string | undefined>): unknown => {
  if (!route.params) return {};
  const result = route.params.safeParse(raw);
  if (!result.success) throw notFound("item");
  return result.data;
};

const readHeaders = (exchange: Exchange, request: Exchange["request"], found: Violation[]): void => {
  const { headers } = exchange.event;
  const { route } = exchange.bound!;
  if (route.idempotent) {
    const key = headers["idempotency-key"];
    if (key === undefined || !/^[\x21-\x7e]{1,255}$/.test(key))
      found.push({ pointer: "/header/idempotency-key", code: key === undefined ? "required" : "format", detail: "Send an Idempotency-Key of 1 to 255 visible ASCII characters, new for each new request." });
    else exchange.idempotency_key = key;
  }
  if (route.if_match) {
    const tag = headers["if-match"];
    if (tag === undefined) throw new DomainError("precondition_required", "if_match_required", 'Send If-Match with the ETag of the item as you read it, for example If-Match: "3".');
    const version = /^"([1-9]\d{0,9})"$/.exec(tag)?.[1];
    if (version === undefined) found.push({ pointer: "/header/if-match", code: "format", detail: 'If-Match is one strong ETag, a version in quotes: "3".' });
    else request.version = Number(version);
  }
};
