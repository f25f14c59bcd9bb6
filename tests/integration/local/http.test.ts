import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { call, startFixture } from "./fixture/fixture.ts";

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startFixture();
});
afterAll(() => cloud.stop());

interface Echo {
  readonly event: APIGatewayProxyEventV2;
  readonly request_id: string;
  readonly remaining: number;
}

const echo = async (path: string, init: RequestInit = {}): Promise<Echo> => (await (await fetch(`${cloud.base_url}${path}`, init)).json()) as Echo;

/** A request as no well-behaved client sends it. */
const raw = (
  path: string,
  { method = "GET", headers = {}, body = "" }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: cloud.port, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode!, body: text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });

describe("the HTTP API", () => {
  it("prefers the literal part of a path to a parameter", async () => {
    expect((await echo("/items/special")).event.routeKey).toBe("GET /items/special");
  });

  it("hands over a request in payload format 2.0", async () => {
    const { event, request_id, remaining } = await echo("/echo?a=1&a=2&b=x%20y", {
      method: "POST",
      headers: { "content-type": "application/json", cookie: "one=1; two=2", "x-many": "yes" },
      body: '{"text":"ü"}',
    });
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "ANY /echo",
      rawPath: "/echo",
      rawQueryString: "a=1&a=2&b=x%20y",
      queryStringParameters: { a: "1,2", b: "x y" },
      cookies: ["one=1", "two=2"],
      headers: { "x-many": "yes" },
      body: '{"text":"ü"}',
      isBase64Encoded: false,
      requestContext: { stage: "$default", http: { method: "POST", path: "/echo", sourceIp: "127.0.0.1" } },
    });
    expect(event.headers).not.toHaveProperty("cookie");
    expect(request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(remaining).toBeGreaterThan(15_000);
  });

  it.each([
    ["bytes", "application/octet-stream", Buffer.from([0, 255, 1])],
    ["a form", "application/x-www-form-urlencoded", Buffer.from("a=1")],
    ["text that is not UTF-8", "text/plain", Buffer.from([0xff, 0xfe])],
  ])("encodes %s as base64", async (_, type, body) => {
    const { event } = await echo("/echo", { method: "POST", headers: { "content-type": type }, body: new Uint8Array(body) });
    expect(event).toMatchObject({ isBase64Encoded: true, body: body.toString("base64") });
  });

  it("decodes path parameters, also long ones and the rest of a path", async () => {
    const long = "x".repeat(2_000);
    expect((await call(cloud, "PUT", `/items/${long}%2F%C3%BC`, {})).body).toEqual({ put: `${long}/ü` });
    expect((await echo("/files/a/b%20c/d.txt")).event).toMatchObject({ routeKey: "GET /files/{path+}", pathParameters: { path: "a/b c/d.txt" } });
  });

  it("sends status, headers and cookies of the reply", async () => {
    const { status, headers } = await call(cloud, "GET", "/items/none");
    expect(status).toBe(200);
    expect(headers.get("x-from")).toBe("function");
    expect(headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2"]);
    expect(headers.get("apigw-requestid")).toBeTruthy();
  });

  it("takes a reply without statusCode as the body", async () => {
    const { status, body, headers } = await call(cloud, "POST", "/do/nothing", {});
    expect([status, body, headers.get("content-type")]).toEqual([200, { done: "nothing" }, "application/json"]);
  });

  it.each([
    ["DELETE", "/items/a"],
    ["GET", "/nowhere"],
    ["GET", "/items/a/"],
    ["HEAD", "/items/a"],
  ])("leads %s %s to $default", async (method, path) => {
    expect((await fetch(`${cloud.base_url}${path}`, { method })).status).toBe(404);
    if (method !== "HEAD") expect((await call(cloud, method, path)).body).toEqual({ nothing_at: path });
  });

  it("400 for a path that is not well encoded", async () => {
    expect(await raw("/items/%zz")).toEqual({ status: 400, body: '{"message":"Bad Request"}' });
  });

  it("is not misled by a path that begins like an address", async () => {
    expect(JSON.parse((await raw("//evil.example/items/a")).body)).toEqual({ nothing_at: "//evil.example/items/a" });
  });

  it("413 for a body above 10 MB, declared or not, and for one that Lambda would refuse", async () => {
    const large = Buffer.alloc(11 * 1024 * 1024, "x");
    const seven = Buffer.alloc(7 * 1024 * 1024, "x");
    expect((await raw("/echo", { method: "POST", headers: { "content-length": String(large.length) } }).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await raw("/echo", { method: "POST", headers: { "transfer-encoding": "chunked" }, body: large }).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await raw("/echo", { method: "POST", headers: { "content-type": "text/plain" }, body: seven })).status).toBe(413);
  });

  it("431 for headers above 10,240 bytes", async () => {
    expect((await raw("/echo", { headers: { "x-long": "x".repeat(11_000) } })).status).toBe(431);
  });

  it("421 for another host, which a page elsewhere could have pointed here", async () => {
    for (const host of ["evil.example", `evil.example:${cloud.port}`, "127.0.0.1:1"]) expect((await raw("/items/a", { headers: { host } })).status).toBe(421);
    expect((await raw("/items/a", { headers: { host: `localhost:${cloud.port}` } })).status).toBe(200);
  });

  it("500 when the function throws, and when its reply is too large", async () => {
    expect(await call(cloud, "POST", "/do/throw", {})).toMatchObject({ status: 500, body: { message: "Internal Server Error" } });
    expect(await call(cloud, "POST", "/do/big", {})).toMatchObject({ status: 500 });
  });
});
