import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type * as z from "zod";
import { DomainError } from "../errors.ts";
import { sealCursor } from "./cursor.ts";
import type { Exchange } from "./exchange.ts";
import { internalProblem, type Problem, toProblem } from "./problem.ts";
import type { PageOf } from "./route.ts";
import type { Outcome } from "./run.ts";

const always = (request_id: string): Record<string, string> => ({
  "x-request-id": request_id,
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

/**
 * The success reply of a route: its declared status, ETag from the item's version, a sealed cursor on lists. What is
 * sent is what the declaration shows: fields it does not name stay inside.
 */
export const successReply = ({ exchange, body, replayed }: Outcome): APIGatewayProxyStructuredResultV2 => {
  const { route } = exchange.bound!;
  const headers: Record<string, string> = { ...always(exchange.ctx.request_id), ...(replayed ? { "idempotency-replayed": "true" } : {}) };
  if (route.reply.body === null) return { statusCode: 204, headers };
  headers["content-type"] = "application/json";
  const shape = route.reply.body;
  if (route.list) return { statusCode: route.reply.status, headers, body: JSON.stringify(pageReply(exchange, shape, body as PageOf<unknown>)) };
  const version = (body as { version?: unknown }).version;
  if (typeof version === "number") headers["etag"] = `"${version}"`;
  if (route.reply.location) headers["location"] = route.reply.location.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String((body as Record<string, unknown>)[field])));
  return { statusCode: route.reply.status, headers, body: JSON.stringify(shape.parse(body)) };
};

const pageReply = (exchange: Exchange, shape: z.ZodType, page: PageOf<unknown>): { items: unknown[]; next_cursor: string | null } => ({
  items: page.items.map((item) => shape.parse(item)),
  next_cursor: page.position === undefined ? null : sealCursor(exchange.runtime.cursorKey, exchange.scope!, page.position, exchange.ctx.clock.now()),
});

export const problemReply = (problem: Problem, retry_after?: number): APIGatewayProxyStructuredResultV2 => ({
  statusCode: problem.status,
  headers: {
    ...always(problem.request_id),
    "content-type": "application/problem+json",
    ...(retry_after === undefined ? {} : { "retry-after": String(retry_after) }),
    ...(problem.status === 401 ? { "www-authenticate": 'Bearer realm="groundswell"' } : {}),
  },
  body: JSON.stringify(problem),
});

/** Any failure of the pipeline as a problem; what nobody foresaw is logged whole and told as a 500 without detail. */
export const failureReply = (error: unknown, exchange: Exchange): APIGatewayProxyStructuredResultV2 => {
  const { request_id, log } = exchange.ctx;
  if (error instanceof DomainError) return problemReply(toProblem(error, request_id), error.retry_after);
  if (isThrottle(error)) return problemReply(toProblem(new DomainError("unavailable", "busy", "The store is busy; repeat the request."), request_id), 1);
  log.error("A request failed unexpectedly.", { request_id, route: exchange.event.routeKey, error });
  return problemReply(internalProblem(request_id));
};

const throttles = new Set(["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError", "TransactionInProgressException", "TimeoutError", "ServiceUnavailable"]);
const isThrottle = (error: unknown): boolean => error instanceof Error && throttles.has(error.name);
