import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Exchange } from "./exchange.ts";
import { REQUEST_METRICS } from "./request-metrics.ts";

/** Leaves of each request, however it ended, one log line and its metrics. */
export const observeRequest = (exchange: Exchange, reply: APIGatewayProxyStructuredResultV2): void => {
  const duration_ms = Math.round((performance.now() - exchange.started) * 10) / 10;
  const status = reply.statusCode ?? 0;
  logRequest(exchange, status, duration_ms);
  measureRequest(exchange, status, duration_ms);
};

/** What was asked, by whom, how it ended and how long it took. Never bodies, headers or queries. */
const logRequest = ({ ctx, event, org_id }: Exchange, status: number, duration_ms: number): void => {
  ctx.log[status >= 500 ? "error" : "info"]("request", {
    request_id: ctx.request_id,
    route: event.routeKey,
    status,
    duration_ms,
    actor: ctx.actor.kind,
    ...(org_id === undefined ? {} : { org_id }),
  });
};

/** Counted by declared route, never by path or org: each value of a dimension is a metric of its own. */
const measureRequest = ({ bound, event, served }: Exchange, status: number, duration_ms: number): void => {
  const { metrics } = served.runtime;
  if (!metrics) return;
  metrics.by("route", bound ? event.routeKey : "none");
  metrics.count(REQUEST_METRICS.requests);
  metrics.took(REQUEST_METRICS.duration, duration_ms);
  if (status >= 500) metrics.count(REQUEST_METRICS.server_errors);
  else if (status >= 400) metrics.count(REQUEST_METRICS.client_errors);
  metrics.flush();
};
