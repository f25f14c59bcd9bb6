import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { PayloadTooLarge } from "../lambda/lambda-function.ts";
import { FunctionError } from "../lambda/execution.ts";
import { eventOf } from "./event.ts";
import type { Match } from "./routes.ts";

const BODY_LIMIT = 10 * 1024 * 1024;

/** What the gateway answers by itself, in its own words. */
export const gatewayAnswer = (response: ServerResponse, status: number, message: string): void => {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ message }));
};

/** The body, or undefined when it is longer than API Gateway accepts; the rest is not read then. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

interface FunctionReply {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

const isReply = (value: unknown): value is FunctionReply & { readonly statusCode: number } =>
  typeof value === "object" && value !== null && "statusCode" in value && typeof value.statusCode === "number";

const send = (response: ServerResponse, request_id: string, reply: unknown): void => {
  response.setHeader("apigw-requestid", request_id);
  if (!isReply(reply)) {
    response.writeHead(200, { "content-type": "application/json" }).end(typeof reply === "string" ? reply : JSON.stringify(reply));
    return;
  }
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, String(value));
  if (reply.cookies?.length) response.setHeader("set-cookie", reply.cookies);
  if (!response.hasHeader("content-type") && reply.body) response.setHeader("content-type", "text/plain;charset=utf-8");
  response.writeHead(reply.statusCode).end(Buffer.from(reply.body ?? "", reply.isBase64Encoded ? "base64" : "utf8"));
};

const late = Symbol("late");

/** Answers one request by the function of its route, and failures as API Gateway does: 413, 500 and 503 in its own words. */
export const answerByFunction = async (request: IncomingMessage, response: ServerResponse, { route, params }: Match): Promise<void> => {
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return gatewayAnswer(response, 413, "Request Entity Too Large");
  }
  const [path, query] = splitUrl(request.url!);
  const event = eventOf(
    { method: request.method!, path, query, headers: request.headers, body, ip: request.socket.remoteAddress ?? "" },
    route.api_id,
    route.key,
    params,
  );
  const timer = new AbortController();
  try {
    const running = route.lambda.invoke(event);
    const reply = await Promise.race([running, delay(route.timeout_ms, late, { signal: timer.signal })]);
    if (reply === late) running.catch(() => undefined);
    if (reply === late) return gatewayAnswer(response, 503, "Service Unavailable");
    send(response, event.requestContext.requestId, reply);
  } catch (error) {
    if (error instanceof PayloadTooLarge) return gatewayAnswer(response, 413, "Request Entity Too Large");
    if (!(error instanceof FunctionError)) throw error;
    gatewayAnswer(response, 500, "Internal Server Error");
  } finally {
    timer.abort();
  }
};

/** The path and the query of a request line, both as they came. */
export const splitUrl = (url: string): [path: string, query: string] => {
  const at = url.indexOf("?");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
};
