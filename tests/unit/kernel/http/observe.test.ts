import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { expect, it } from "vitest";
import { DomainError } from "../../../../shared/kernel/errors.ts";
import { api } from "../../../../shared/kernel/http/api.ts";
import { anyone, resource, route } from "../../../../shared/kernel/http/route.ts";
import type { Metrics } from "../../../../shared/kernel/metrics.ts";
import { plainRuntime } from "../plain-ctx.ts";

const things = resource("things", "things", "Things.", {
  getThing: route({
    method: "GET",
    path: "/things/{thing_id}",
    summary: "Read a thing",
    policy: anyone,
    params: z.strictObject({ thing_id: z.string() }),
    reply: { status: 200, body: z.object({}) },
  }),
});

it("counts each request by its declared route: how it ended and how long it took, one flush each", async () => {
  const lines: string[][] = [];
  let line: string[] = [];
  const metrics: Metrics = {
    by: (dimension, value) => void line.push(`${dimension} ${value}`),
    count: (name) => void line.push(name),
    took: (name, ms) => void line.push(name, String(ms >= 0)),
    flush: () => void (lines.push(line), (line = [])),
  };
  const definition = api(
    things,
    { records: undefined as never, ports: {} },
    {
      getThing: async (_, { params }) => {
        if (params.thing_id === "gone") throw new DomainError("not_found", "not_found", "No such thing.");
        if (params.thing_id === "broken") throw new Error("unforeseen");
        return {};
      },
    },
  );
  const authenticate = () => Promise.reject(new Error("Nobody signs in here."));
  const env = (name: string): string => name;
  const handle = definition.serve({ ...plainRuntime().runtime, env, authenticate, cursorKey: "key", metrics });
  const call = (thing_id: string, routeKey = "GET /things/{thing_id}") => {
    const http = { method: "GET", path: `/things/${thing_id}`, sourceIp: "192.0.2.1", userAgent: "tests", protocol: "HTTP/1.1" };
    const event = {
      version: "2.0",
      routeKey,
      rawPath: http.path,
      rawQueryString: "",
      headers: {},
      pathParameters: { thing_id },
      requestContext: { requestId: "r", http },
    };
    return handle(event as unknown as APIGatewayProxyEventV2, { getRemainingTimeInMillis: () => 29_000 } as never);
  };
  for (const id of ["one", "gone", "broken"]) await call(id);
  await call("one", "GET /elsewhere");
  const seen = ["requests", "duration", "true"];
  expect(lines).toEqual([
    ["route GET /things/{thing_id}", ...seen],
    ["route GET /things/{thing_id}", ...seen, "client_errors"],
    ["route GET /things/{thing_id}", ...seen, "server_errors"],
    ["route none", ...seen, "client_errors"],
  ]);
});
