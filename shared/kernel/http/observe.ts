import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Exchange } from "./exchange.ts";

/** One log line per request: what was asked, by whom, how it ended and how long it took. Never bodies, headers or queries. */
export const logRequest = ({ ctx, event, org_id, started }: Exchange, reply: APIGatewayProxyStructuredResultV2): void => {
  const status = reply.statusCode ?? 0;
  ctx.log[status >= 500 ? "error" : "info"]("request", {
    request_id: ctx.request_id,
    route: event.routeKey,
    status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    actor: ctx.actor.kind,
    ...(org_id === undefined ? {} : { org_id }),
  });
};
