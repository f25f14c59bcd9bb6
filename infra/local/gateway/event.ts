import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ACCOUNT, HOST } from "../place.ts";

/** A request as the gateway has read it, before a function sees it. */
export interface GatewayRequest {
  readonly method: string;
  /** Without the query; as it came, still encoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ip: string;
}

/** Bodies of these kinds reach the function as text, all others as base64. */
const textual = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml)|application\/javascript)/i;

const isText = (contentType: string, body: Buffer): boolean =>
  (contentType === "" || textual.test(contentType)) && Buffer.compare(Buffer.from(body.toString("utf8")), body) === 0;

const joined = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name === "cookie" ? [] : [[name, Array.isArray(value) ? value.join(",") : value]],
    ),
  );

/** Values of a repeated parameter are joined by commas, as payload format 2.0 has it. */
const queryOf = (query: string): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) found[name] = Object.hasOwn(found, name) ? `${found[name]},${value}` : value;
  return found;
};

/** The event of an HTTP API, payload format 2.0. */
export const eventOf = (request: GatewayRequest, api_id: string, routeKey: string, params: Readonly<Record<string, string>>): APIGatewayProxyEventV2 => {
  const { method, path, query, headers, body, ip } = request;
  const text = isText(headers["content-type"] ?? "", body);
  const parameters = queryOf(query);
  const now = new Date();
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(headers.cookie ? { cookies: headers.cookie.split("; ") } : {}),
    headers: joined(headers),
    ...(query === "" ? {} : { queryStringParameters: parameters }),
    ...(Object.keys(params).length === 0 ? {} : { pathParameters: params }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: api_id,
      domainName: headers.host ?? HOST,
      domainPrefix: "local",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: ip, userAgent: headers["user-agent"] ?? "" },
      requestId: randomUUID(),
      routeKey,
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(text ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !text,
  };
};
