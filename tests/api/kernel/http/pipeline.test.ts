import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setTimeout as delay } from "node:timers/promises";
import { DomainError, type ErrorKind, conflict } from "../../../../shared/kernel/errors.ts";
import { type HttpPlace, ORG_A, ORG_B, type Person, Song, httpPlace } from "./place.ts";

let place: HttpPlace;
beforeAll(async () => {
  place = await httpPlace();
});
beforeEach(() => {
  place.log.lines.length = 0;
  place.script.act = async () => ({ ok: true });
  place.gateway.time_left_ms = 29_000;
});

const unknown_token = { token: "x".repeat(32) };

describe("where a request leads", () => {
  it("404 for a path that nobody declares", async () => {
    const { status, problem, headers } = await place.client.get("/hall/nothing");
    expect({ status, code: problem.code, type: headers["content-type"] }).toEqual({ status: 404, code: "not_found", type: "application/problem+json" });
  });

  it.each(["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])("405 with Allow for %s on a declared path", async (method) => {
    const { status, headers } = await place.client.request(method, "/hall/songs");
    expect({ status, allow: headers["allow"] }).toEqual({ status: 405, allow: "GET, POST" });
  });

  it("405 lists the methods of the path with its parameter", async () => {
    const { headers } = await place.client.request("PUT", `/hall/songs/${ORG_A}`);
    expect(headers["allow"]).toBe("DELETE, GET, PATCH");
  });

  it("404 when API Gateway hands over a route that the function does not know", async () => {
    place.gateway.alter = (event) => ({ ...event, routeKey: "GET /hall/elsewhere" });
    const { status } = await place.client.get("/hall/open");
    place.gateway.alter = (event) => event;
    expect(status).toBe(404);
  });
});

describe("who calls", () => {
  it.each<[string, Record<string, string>]>([
    ["no header", {}],
    ["another scheme", { authorization: "Basic YWRhOnNlY3JldHNlY3JldHNlY3JldA==" }],
    ["a bearer that is too short to be one", { authorization: "Bearer short" }],
    ["a bearer with spaces", { authorization: `Bearer ${"x y ".repeat(10)}` }],
    ["a bearer of 2,000 characters", { authorization: `Bearer ${"x".repeat(2000)}` }],
  ])("401 missing_token: %s", async (_, headers) => {
    const { status, problem, headers: sent } = await place.client.get("/hall/me", { headers });
    expect({ status, code: problem.code, www: sent["www-authenticate"] }).toEqual({ status: 401, code: "missing_token", www: 'Bearer realm="groundswell"' });
  });

  it("the scheme is read in any case", async () => {
    const { status } = await place.client.get("/hall/me", { headers: { authorization: `bearer ${"token-of-editor".padEnd(24, "-")}` } });
    expect(status).toBe(200);
  });

  it.each([
    ["a body that is no JSON", { raw: "{" }],
    ["a malformed X-Org-Id", { org: "no-uuid" }],
    ["an unknown query parameter", { query: { nothing: 1 } }],
    ["a path parameter that is no id", {}],
  ])("401 comes before anything else is said: %s", async (_, options) => {
    const { status, problem } = await place.client.patch("/hall/songs/no-id", undefined, { ...unknown_token, ...options });
    expect({ status, code: problem.code }).toEqual({ status: 401, code: "invalid_token" });
  });

  it("403 comes before the body is looked at", async () => {
    expect((await place.as("nobody").post("/hall/songs", undefined, { raw: "{" })).status).toBe(403);
  });

  it.each<[string, Person, number, string | undefined]>([
    ["/hall/open", "nobody", 200, undefined],
    ["/hall/me", "nobody", 200, undefined],
    ["/hall/me", "machine", 403, "user_session_required"],
    ["/hall/member", "nobody", 200, undefined],
    ["/hall/member", "idle_machine", 200, undefined],
    ["/hall/owner", "owner", 200, undefined],
    ["/hall/owner", "editor", 403, "owner_required"],
    ["/hall/owner", "machine", 403, "owner_required"],
    ["/hall/role", "editor", 200, undefined],
    ["/hall/role", "writer", 200, undefined],
    ["/hall/role", "machine", 200, undefined],
    ["/hall/role", "nobody", 403, "role_required"],
    ["/hall/role", "owner", 403, "role_required"],
    ["/hall/role", "stranger_role", 403, "role_required"],
    ["/hall/role", "idle_machine", 403, "role_required"],
  ])("%s by %s is %i", async (path, person, status, code) => {
    const reply = await place.as(person).get(path);
    expect({ status: reply.status, code: reply.problem.code }).toEqual({ status, code });
  });

  it.each<[Person, string]>([
    ["editor", "all"],
    ["writer", "own"],
    ["both", "all"],
    ["machine", "all"],
  ])("the farthest of several roles counts: %s reaches %s", async (person, grant) => {
    expect((await place.as(person).get("/hall/role")).body.grant).toBe(grant);
  });

  it("400 without X-Org-Id where an org is needed, and none is needed by an API key", async () => {
    const { status, problem } = await place.as("editor", { org: "" }).get("/hall/member");
    expect({ status, code: problem.code, pointer: problem.errors[0]?.pointer }).toEqual({ status: 400, code: "missing_org", pointer: "/header/x-org-id" });
    expect((await place.as("machine", { org: "" }).get("/hall/member")).body.org_id).toBe(ORG_A);
  });

  it.each([
    ["of others", ORG_B],
    ["of nobody", "019e1b9a-7c00-7000-8000-0000000000ff"],
    ["that is no id", "hall"],
    ["with two ids", `${ORG_A},${ORG_B}`],
  ])("the same 404 for an org %s", async (_, org) => {
    const { status, problem } = await place.as("editor").get("/hall/member", { org });
    expect({ status, code: problem.code, detail: problem.detail }).toEqual({ status: 404, code: "not_found", detail: "No such org." });
  });

  it("the route's context has no org where the policy names none", async () => {
    expect((await place.as("editor").get("/hall/me")).body).toEqual({ actor: "user" });
  });
});

describe("what is asked", () => {
  it("lists what is wrong with query, headers and body in one answer, each by its pointer", async () => {
    const body = {
      title: "",
      tags: ["ok", 7],
      credits: { share: 101, "a/b~c": 1 },
      id: "019e1b9a-7c00-7000-8000-000000000009",
      constructor: { prototype: {} },
    };
    const { status, problem } = await place.as("editor").request("POST", "/hall/songs", body, { query: { draft: "maybe", nothing: 1 } });
    expect(status).toBe(400);
    expect(problem.errors.map(({ pointer, code }) => `${pointer} ${code}`).toSorted()).toEqual(
      [
        "/query/draft not_allowed",
        "/query/nothing unknown_field",
        "/header/idempotency-key required",
        "/title too_small",
        "/tags/1 type",
        "/credits/share too_big",
        "/credits/a~1b~0c unknown_field",
        "/id unknown_field",
        "/constructor unknown_field",
      ].toSorted(),
    );
    expect(problem.code).toBe("invalid_request");
  });

  it("lists the rest beside a body that cannot be read", async () => {
    const { problem } = await place.as("editor").request("POST", "/hall/songs", undefined, { raw: "{", query: { nothing: 1 } });
    expect(problem.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/query/nothing unknown_field",
      "/header/idempotency-key required",
      " malformed_json",
    ]);
  });

  it("says which fields are missing", async () => {
    const { problem } = await place.as("editor").post("/hall/songs", {});
    expect(problem.errors).toEqual([{ pointer: "/title", code: "required", detail: expect.stringContaining("Required") }]);
  });

  it("a body where none is sent is required, and one where none is read refused", async () => {
    expect((await place.as("editor").post("/hall/songs")).problem.errors.map(({ pointer, code }) => [pointer, code])).toEqual([["", "required"]]);
    expect((await place.as("editor").post("/hall/rings", { a: 1 })).problem.errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ["", "unexpected_body"],
    ]);
  });

  it("404 for a path parameter that cannot be an id, as for one that is unknown", async () => {
    const [malformed, missing] = await Promise.all(
      ["no-id", "019e1b9a-7c00-7000-8000-0000000000ff"].map((song_id) => place.as("editor").get(`/hall/songs/${song_id}`)),
    );
    expect([malformed!.status, missing!.status]).toEqual([404, 404]);
  });

  it.each(["0", "101", "-1", "1.5", "1e1", "0x10", " 5", "", "abc", "5,5", "٣"])("400 for limit=%j", async (limit) => {
    const { status, problem } = await place.as("editor").get("/hall/songs", { query: { limit } });
    expect({ status, pointer: problem.errors[0]?.pointer }).toEqual({ status: 400, pointer: "/query/limit" });
  });

  it.each(["limit", "cursor"])("%s is unknown where no list is", async (name) => {
    expect((await place.as("editor").post("/hall/songs", { title: "a" }, { query: { [name]: 5 } })).problem.errors[0]).toMatchObject({
      pointer: `/query/${name}`,
      code: "unknown_field",
    });
  });

  it.each(['{"__proto__":"1"}', '{"genre":"\\u0000"}', '{"genre":"\\ud800"}', '{"constructor":"1"}'])("400 for the query %s", async (query) => {
    expect((await place.as("editor").get("/hall/songs", { query: JSON.parse(query) })).status).toBe(400);
  });

  it("lists 100 violations and counts the others, so that no reply outgrows its transport", async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, 1]));
    const reply = await place.client.post("/hall/notes", { text: "a", ...body });
    expect(reply.problem.errors).toHaveLength(101);
    expect(reply.problem.errors.at(-1)).toEqual({ pointer: "", code: "more", detail: "19900 more violations are not listed." });
    expect(place.textOf(reply)!.length).toBeLessThan(100_000);
  });

  it("shortens a name of 100,000 characters", async () => {
    const reply = await place.client.post("/hall/notes", { text: "a", ["x".repeat(100_000)]: 1 });
    expect(reply.status).toBe(400);
    expect(place.textOf(reply)!.length).toBeLessThan(2_000);
  });
});

describe("what is answered", () => {
  it("201 with Location, ETag and request id, and never a hidden field", async () => {
    place.script.beforeCommit = undefined as never;
    const reply = await place.as("editor").post("/hall/songs", { title: "One" });
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({
      "content-type": "application/json",
      location: `/hall/songs/${reply.body.id}`,
      etag: '"1"',
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const stored = await Song.get(place.ctx, { org_id: ORG_A, id: reply.body.id });
    await Song.patch(place.ctx, stored, { secret_note: "canary-4711" });
    const replies = [
      await place.as("editor").get(`/hall/songs/${stored.id}`),
      await place.as("editor").get("/hall/songs"),
      await place.as("editor").patch(`/hall/songs/${stored.id}`, { title: "Two" }, { version: 2 }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const one of replies) expect(place.textOf(one)).not.toContain("canary-4711");
    expect(replies[2]!.headers["etag"]).toBe('"3"');
  });

  it("500 without detail when a use case breaks, and the fault is logged whole", async () => {
    place.script.act = async () => {
      throw new TypeError("the inner canary", { cause: new Error("its cause") });
    };
    const reply = await place.client.get("/hall/act", { headers: { authorization: "Bearer secret-canary-secret-canary" }, query: {} });
    expect({ status: reply.status, code: reply.problem.code, id: reply.problem.request_id }).toEqual({
      status: 500,
      code: "internal_error",
      id: reply.headers["x-request-id"],
    });
    expect(place.textOf(reply)).not.toMatch(/canary|TypeError|\.ts/);
    const line = place.log.lines.find(({ message }) => message === "A request failed unexpectedly.");
    expect(line).toMatchObject({
      level: "error",
      fields: {
        request_id: reply.headers["x-request-id"],
        route: "GET /hall/act",
        error: expect.objectContaining({ message: "the inner canary", cause: expect.any(Error) }),
      },
    });
  });

  it("500 when a use case returns what the declaration does not show", async () => {
    place.script.act = async () => ({ ok: true, hidden: "canary" });
    const reply = await place.client.get("/hall/act");
    expect(reply.status).toBe(500);
    expect(place.textOf(reply)).not.toContain("canary");
  });

  const kinds: [ErrorKind, number][] = [
    ["invalid", 400],
    ["unauthenticated", 401],
    ["forbidden", 403],
    ["not_found", 404],
    ["method_not_allowed", 405],
    ["conflict", 409],
    ["stale", 412],
    ["too_large", 413],
    ["unsupported_media_type", 415],
    ["unprocessable", 422],
    ["precondition_required", 428],
    ["rate_limited", 429],
    ["unavailable", 503],
  ];
  it.each(kinds)("a domain error of kind %s is %i, with its code, detail and further members", async (kind, status) => {
    place.script.act = async () => {
      throw new DomainError(kind, "the_code", "The detail.", { extra: { allowed: ["a"], status: 200, code: "other" }, cause: new Error("inner canary") });
    };
    const reply = await place.client.get("/hall/act");
    expect(reply.status).toBe(status);
    expect(reply.problem).toMatchObject({
      type: "/problems/the_code",
      status,
      code: "the_code",
      detail: "The detail.",
      allowed: ["a"],
      request_id: reply.headers["x-request-id"],
    });
    expect(place.textOf(reply)).not.toContain("canary");
    expect(reply.headers["retry-after"]).toBe(status === 429 || status === 503 ? "1" : undefined);
    expect(place.log.lines.filter(({ level }) => level === "error").length > 0).toBe(status === 503);
  });

  it("Retry-After is what the error says, in whole seconds", async () => {
    place.script.act = async () => {
      throw new DomainError("conflict", "later", "Later.", { retry_after: 2.2 });
    };
    expect((await place.client.get("/hall/act")).headers["retry-after"]).toBe("3");
  });

  it.each([
    ["throttling", Object.assign(new Error("slow"), { name: "ThrottlingException" })],
    ["a server fault", Object.assign(new Error("oops"), { name: "SomethingException", $fault: "server" })],
    ["a refused connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
    ["a call without an answer", Object.assign(new Error("timeout"), { name: "TimeoutError" })],
  ])("503 with Retry-After for %s of what is called, logged whole", async (_, error) => {
    place.script.act = async () => {
      throw error;
    };
    const { status, headers, problem } = await place.client.get("/hall/act");
    expect({ status, code: problem.code, retry: headers["retry-after"] }).toEqual({ status: 503, code: "busy", retry: "1" });
    expect(place.log.lines.some(({ fields }) => fields?.["error"] === error)).toBe(true);
  });

  it("503 before Lambda ends the function, when the use case does not return in time", async () => {
    place.gateway.time_left_ms = 300;
    const release = Promise.withResolvers<unknown>();
    place.script.act = () => release.promise as Promise<unknown>;
    const asked = place.client.get("/hall/act");
    const { status, problem, headers } = await Promise.race([
      asked,
      delay(300).then(() => ({ status: 0, problem: { code: "killed" }, headers: {} as Record<string, string> })),
    ]);
    release.resolve({ ok: true });
    expect({ status, code: problem.code, retry: headers["retry-after"] }).toEqual({ status: 503, code: "timed_out", retry: "1" });
  });
});

describe("what is logged", () => {
  it("one line for each request, without body, headers, query or path", async () => {
    await place.as("editor").post("/hall/songs", { title: "canary-body" }, { query: { draft: "canary-query" }, headers: { "x-canary": "canary-header" } });
    await place.as("editor").get("/hall/songs/canary-path");
    await place.as("editor").get("/hall/member", { ip: "203.0.113.99" });
    const lines = place.log.lines.filter(({ message }) => message === "request");
    expect(lines.map(({ level, fields }) => [level, fields?.["route"], fields?.["status"], fields?.["actor"], fields?.["org_id"]])).toEqual([
      ["info", "POST /hall/songs", 400, "user", ORG_A],
      ["info", "GET /hall/songs/{song_id}", 404, "user", ORG_A],
      ["info", "GET /hall/member", 200, "user", ORG_A],
    ]);
    for (const { fields } of lines) expect(Object.keys(fields!).toSorted()).toEqual(["actor", "duration_ms", "org_id", "request_id", "route", "status"]);
    expect(JSON.stringify(place.log.lines)).not.toMatch(/canary|203\.0\.113|token-of/);
  });

  it("what a use case logs carries the request's id", async () => {
    place.script.act = async (ctx) => {
      ctx.log.warn("Something odd.", { n: 1 });
      return { ok: true };
    };
    const { headers } = await place.client.get("/hall/act");
    expect(place.log.lines.find(({ message }) => message === "Something odd.")?.fields).toEqual({ request_id: headers["x-request-id"], n: 1 });
  });

  it("a refusal is no error of ours", async () => {
    place.script.act = async () => {
      throw conflict("no", "No.");
    };
    await place.client.get("/hall/act");
    expect(place.log.lines.map(({ level }) => level)).toEqual(["info"]);
  });
});
