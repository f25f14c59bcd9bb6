import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { fallback } from "../../../../shared/kernel/http/fallback.ts";
import { type Method, anyone, resource, route } from "../../../../shared/kernel/http/route.ts";

const declared = (method: Method, path: `/${string}`) => route({ method, path, summary: "x", policy: anyone, reply: { status: 204, body: null } });
const answer = fallback([
  resource("hall", "songs", "Songs.", {
    list: declared("GET", "/hall/songs"),
    add: declared("POST", "/hall/songs"),
    get: declared("GET", "/hall/songs/{song_id}"),
  }),
  resource("hall", "verbs", "Verbs.", {
    merge: declared("POST", "/hall/songs/merge"),
    other: declared("PATCH", "/hall/songs/{other_name}"),
    play: declared("POST", "/hall/songs/{song_id}/play"),
  }),
]);
const ask = (method: string, rawPath: string) =>
  answer({ rawPath, requestContext: { requestId: "request 1", http: { method } } } as unknown as APIGatewayProxyEventV2);

describe("the fallback", () => {
  it.each([
    ["PUT", "/hall/songs", "GET, POST"],
    ["DELETE", "/hall/songs/1", "GET, PATCH"],
    ["DELETE", "/hall/songs/merge", "GET, PATCH, POST"],
    ["GET", "/hall/songs/1/play", "POST"],
    ["OPTIONS", "/hall/songs", "GET, POST"],
    ["HEAD", "/hall/songs", "GET, POST"],
  ])("405 for %s %s, which allows %s", async (method, path, allow) => {
    const { statusCode, headers, body } = await ask(method, path);
    expect({ statusCode, headers }).toMatchObject({
      statusCode: 405,
      headers: { allow, "content-type": "application/problem+json", "x-request-id": "request 1", "cache-control": "no-store" },
    });
    expect(JSON.parse(body!)).toMatchObject({ status: 405, code: "method_not_allowed", request_id: "request 1" });
  });

  it.each([
    "/",
    "",
    "/hall",
    "/hall/song",
    "/hall/songs/",
    "/hall/songs/1/stop",
    "/hall/songs/1/play/2",
    "//hall/songs",
    "/hall/songs//play",
    "/__proto__",
    "/hall/{}",
    "/hall/songs%2F1",
  ])("404 for %j", async (path) => {
    expect((await ask("GET", path)).statusCode).toBe(404);
  });
});
