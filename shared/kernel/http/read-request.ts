import * as z from "zod";
import { DomainError, type Violation, isDomainError, notFound } from "../errors.ts";
import type { StrictJson } from "../json/strict-json.ts";
import { malformations } from "../json/well-formed.ts";
import { MALFORMED, readJson } from "./body.ts";
import { openCursor } from "./cursor.ts";
import { type Exchange, callerOf } from "./exchange.ts";
import type { Route } from "./route.ts";
import { check, refusal } from "./validate.ts";

type Request = Exchange["request"];
type Strings = Readonly<Record<string, string | undefined>>;

const DEFAULT_LIMIT = 25;
const Limit = z
  .string()
  .regex(/^([1-9]\d?|100)$/, "limit is a whole number from 1 to 100")
  .transform(Number)
  .default(DEFAULT_LIMIT);
const noQuery = z.strictObject({});
const nothing: Strings = {};
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
const ETAG = /^"([1-9]\d{0,9})"$/;

/**
 * Params, query, headers and body against the declaration; everything wrong is reported in one answer. A cursor is
 * opened last: it belongs to the filter that it was made for.
 */
export const readRequest = (exchange: Exchange): void => {
  const { event } = exchange;
  const { route } = exchange.bound!;
  const found: Violation[] = [];
  const request: Request = { params: readParams(route, event.pathParameters ?? nothing), query: undefined, body: undefined };
  const { limit, cursor, query } = splitQuery(route, event.queryStringParameters ?? nothing);
  request.query = readQuery(route, query, found);
  const size = route.list ? (check(Limit, limit, "/query/limit", found) ?? DEFAULT_LIMIT) : 0;
  readHeaders(exchange, request, found);
  request.body = readBody(exchange, found);
  if (found.length > 0) throw refusal(found);
  exchange.request = request;
  if (!route.list) return;
  exchange.scope = scopeOf(exchange);
  request.page =
    cursor === undefined
      ? { limit: size }
      : { limit: size, position: openCursor(exchange.served.runtime.cursorKey, exchange.scope, cursor, exchange.ctx.clock.now()) };
};

/** A path parameter that cannot be an id names nothing: the same 404 as an unknown one. */
const readParams = (route: Route, raw: Strings): unknown => {
  if (!route.params) return {};
  const result = route.params.safeParse(raw);
  if (!result.success) throw notFound("item");
  return result.data;
};

const splitQuery = (route: Route, raw: Strings): { readonly limit?: string | undefined; readonly cursor?: string | undefined; readonly query: Strings } => {
  if (!route.list) return { query: raw };
  const { limit, cursor, ...query } = raw;
  return { limit, cursor, query };
};

const readQuery = (route: Route, raw: Strings, found: Violation[]): unknown => {
  if (raw === nothing && !route.query) return {};
  const faults = malformations(raw, "/query");
  return checkBeside(faults, route.query ?? noQuery, raw, "/query", found);
};

const readHeaders = (exchange: Exchange, request: Request, found: Violation[]): void => {
  const { headers } = exchange.event;
  const { route } = exchange.bound!;
  if (route.idempotent) {
    const key = headers["idempotency-key"];
    if (key !== undefined && IDEMPOTENCY_KEY.test(key)) exchange.idempotency_key = key;
    else
      found.push({
        pointer: "/header/idempotency-key",
        code: key === undefined ? "required" : "format",
        detail: "Send an Idempotency-Key of 1 to 255 visible ASCII characters, new for each new request.",
      });
  }
  if (route.if_match) {
    const tag = headers["if-match"];
    if (tag === undefined)
      throw new DomainError("precondition_required", "if_match_required", 'Send If-Match with the ETag of the item as you read it, for example If-Match: "3".');
    const version = ETAG.exec(tag)?.[1];
    if (version === undefined) found.push({ pointer: "/header/if-match", code: "format", detail: 'If-Match is one strong ETag, a version in quotes: "3".' });
    else request.version = Number(version);
  }
};

const readBody = (exchange: Exchange, found: Violation[]): unknown => {
  const { event } = exchange;
  const { route } = exchange.bound!;
  if (!route.body) {
    if (event.body) found.push({ pointer: "", code: "unexpected_body", detail: "This operation takes no body; send none." });
    return undefined;
  }
  const { value, faults } = readWhole(exchange, found);
  const body = checkBeside(faults, route.body, value, "", found);
  if (faults.length > 0) throw refusal(found, MALFORMED);
  return body;
};

/** Of what cannot be read at all only that is told, with what is wrong outside of the body. */
const readWhole = ({ event, bound }: Exchange, found: readonly Violation[]): StrictJson => {
  try {
    return readJson(event, bound!.route.max_body);
  } catch (error) {
    if (isDomainError(error) && error.kind === "invalid") throw refusal([...found, ...error.errors], error.code);
    throw error;
  }
};

/** What the schema says of a place that is malformed is left out: it is told once. */
const checkBeside = <T>(faults: readonly Violation[], schema: z.ZodType<T>, value: unknown, root: string, found: Violation[]): T | undefined => {
  const places = new Set(faults.map(({ pointer }) => pointer));
  const told: Violation[] = [];
  const checked = check(schema, value, root, told);
  found.push(...faults, ...told.filter(({ pointer }) => !places.has(pointer)));
  return checked;
};

/**
 * Tenant and actor with their reach, route and filter; of a public list the filter only, since addresses on the net
 * change while a client walks on.
 */
const scopeOf = ({ ctx, event, grant, org_id, request }: Exchange): string => {
  const who = ctx.actor.kind === "anonymous" ? ["public"] : [org_id ?? "", grant, callerOf(ctx)];
  return JSON.stringify([...who, event.routeKey, request.params, request.query]);
};
