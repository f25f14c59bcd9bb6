import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type * as z from "zod";
import { DomainError, conflict } from "../errors.ts";
import { sealCursor } from "./cursor.ts";
import type { Exchange } from "./exchange.ts";
import { internalProblem, type Problem, toProblem } from "./problem.ts";
import type { PageOf } from "./route.ts";
import type { Outcome } from "./run.ts";

type Reply = APIGatewayProxyStructuredResultV2;

/** What every reply carries however its request ends. */
export const commonHeaders = (request_id: string): Record<string, string> => ({
  "x-request-id": request_id,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

/**
 * The success reply of a route: its declared status, ETag from the item's version, a sealed cursor on lists. What is
 * sent is what the declaration shows: fields it does not name stay inside.
 */
export const successReply = (outcome: Outcome): Reply => {
  const { exchange, body, replayed } = outcome;
  const { status: statusCode, body: shape, location, plain } = exchange.bound!.route.reply;
  const { headers } = exchange;
  if (plain) return { statusCode, headers: { ...headers, "content-type": "text/plain; charset=utf-8" }, body: String(shape?.parse(body)) };
  const shown = shape === null ? undefined : JSON.stringify(project(outcome, shape));
  if (replayed) headers["idempotency-replayed"] = "true";
  if (shown === undefined) return { statusCode, headers };
  headers["content-type"] = "application/json";
  if (!exchange.bound!.route.list) setItemHeaders(headers, body as Item, location);
  return { statusCode, headers, body: shown };
};

type Item = Readonly<Record<string, unknown>>;
const FIELD = /\{(\w+)\}/g;

const setItemHeaders = (headers: Record<string, string>, item: Item, location: string | undefined): void => {
  if (typeof item["version"] === "number") headers["etag"] = `"${item["version"]}"`;
  if (location !== undefined) headers["location"] = location.replaceAll(FIELD, (_, field: string) => encodeURIComponent(String(item[field])));
};

/** A stored result that no longer fits its declaration cannot be replayed; what it tells of is done all the same. */
const project = ({ exchange, body, replayed }: Outcome, shape: z.ZodType): unknown => {
  try {
    return exchange.bound!.route.list ? pageReply(exchange, shape, body as PageOf<unknown>) : shape.parse(body);
  } catch (error) {
    if (!replayed) throw error;
    exchange.ctx.log.error("A stored reply does not fit the route's declaration.", { route: exchange.event.routeKey, error });
    throw conflict(
      "reply_lost",
      "The first request with this Idempotency-Key was carried out, but its reply is lost; read what it made instead of repeating it.",
    );
  }
};

const pageReply = (
  { ctx, scope, served }: Exchange,
  shape: z.ZodType,
  { items, position }: PageOf<unknown>,
): { items: unknown[]; next_cursor: string | null } => ({
  items: items.map((item) => shape.parse(item)),
  next_cursor: position === undefined ? null : sealCursor(served.runtime.cursorKey, scope!, position, ctx.clock.now()),
});

export const problemReply = (problem: Problem, headers: Readonly<Record<string, string>>): Reply => ({
  statusCode: problem.status,
  headers: { ...headers, "content-type": "application/problem+json", ...(problem.status === 401 ? { "www-authenticate": 'Bearer realm="groundswell"' } : {}) },
  body: JSON.stringify(problem),
});

/** Any failure of the pipeline as a problem. Faults on our side are logged whole, and those nobody foresaw told as a 500 without detail. */
export const failureReply = (error: unknown, { ctx, event, headers }: Exchange): Reply => {
  const known = error instanceof DomainError ? error : isPassing(error) ? busy() : undefined;
  if (!known) {
    ctx.log.error("A request failed unexpectedly.", { route: event.routeKey, error });
    return problemReply(internalProblem(ctx.request_id), headers);
  }
  if (known.kind === "unavailable") ctx.log.error("A request was told to come back later.", { route: event.routeKey, error });
  const retry_after = known.retry_after ?? (known.kind === "unavailable" || known.kind === "rate_limited" ? 1 : undefined);
  return problemReply(
    toProblem(known, ctx.request_id),
    retry_after === undefined ? headers : { ...headers, "retry-after": String(Math.max(1, Math.ceil(retry_after))) },
  );
};

/** The answer to a request whose function has no time left. What it did may still be stored; its Idempotency-Key knows. */
export const timedOut = (): DomainError =>
  new DomainError(
    "unavailable",
    "timed_out",
    "The request took too long and may or may not have been carried out; repeat it, with the same Idempotency-Key if it has one.",
    { retry_after: 1 },
  );

const busy = (): DomainError =>
  new DomainError("unavailable", "busy", "A part that this needs does not answer at present; repeat the request.", { retry_after: 1 });

const PASSING_NAMES = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "InternalServerError",
  "TransactionInProgressException",
  "TimeoutError",
  "ServiceUnavailable",
]);
const PASSING_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Failures of what we call that pass by themselves: throttling, faults of its own, connections that fail. */
const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, $fault } = error as { code?: unknown; $fault?: unknown };
  return PASSING_NAMES.has(error.name) || $fault === "server" || (typeof code === "string" && PASSING_CODES.has(code));
};
