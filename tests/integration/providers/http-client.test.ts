import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { type HttpClientOptions, type HttpRequest, httpClient } from "../../../shared/kernel/http-client.ts";
import { type Scripted, json, scripted, testClock } from "./support.ts";

const reply = z.object({ n: z.int() });
const read = { method: "GET", path: "/things", reply } as const;
const write = { method: "POST", path: "/things", json: { a: 1 }, reply } as const;

let server: Scripted | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const against = async (answer: Parameters<typeof scripted>[0], options: Partial<HttpClientOptions> = {}) => {
  const clock = testClock();
  server = await scripted(answer);
  const client = httpClient({ base_url: server.url, clock, sleep: clock.sleep, random: () => 0.5, ...options });
  return { clock, client, server, call: (request: HttpRequest<typeof reply> = read) => client.call(request) };
};

describe("outcomes of a reply", () => {
  it("is ok with the parsed value and leaves out what the schema does not name", async () => {
    const { call } = await against((r) => json(r, 200, { n: 1, more: true }));
    expect(await call()).toEqual({ kind: "ok", value: { n: 1 } });
  });

  it.each([
    [400, "http_400"],
    [403, "http_403"],
    [404, "not_found"],
    [422, "http_422"],
    [302, "http_302"],
  ])("%i is permanent and asked once", async (status, code) => {
    const { call, server } = await against((r) => json(r, status, { message: "no" }, { location: "http://127.0.0.1:1/" }));
    expect(await call()).toMatchObject({ kind: "permanent", code, detail: `GET /things answered ${status}: no.` });
    expect(server.requests).toHaveLength(1);
  });

  it("401 is auth_expired, for whoever holds the credentials to renew", async () => {
    const { call } = await against((r) => json(r, 401, {}));
    expect(await call()).toEqual({ kind: "auth_expired" });
  });

  it("an unexpected shape names the place, not the value", async () => {
    const { call } = await against((r) => json(r, 200, { n: "secret" }));
    const outcome = await call();
    expect(outcome).toMatchObject({ kind: "permanent", code: "unexpected_reply" });
    expect(JSON.stringify(outcome)).toContain("(n)");
    expect(JSON.stringify(outcome)).not.toContain("secret");
  });

  it("never shows a query", async () => {
    const { call } = await against((r) => json(r, 404, {}));
    expect(JSON.stringify(await call({ ...read, path: "/things?secret_token=s-abc" }))).not.toContain("s-abc");
  });

  it("does not read more than it accepts", async () => {
    const { call, server } = await against((r) => r.writeHead(200).end(`"${"x".repeat(5_000)}"`), { max_reply_bytes: 1_000 });
    expect(await call()).toMatchObject({ kind: "permanent", code: "reply_too_large" });
    expect(server.requests).toHaveLength(1);
  });

  it("hands over a redirect that was expected, unfollowed", async () => {
    const { call, server } = await against((r) => json(r, 302, { n: 3 }, { location: "/elsewhere" }));
    expect(await call({ ...read, accept: [302] })).toEqual({ kind: "ok", value: { n: 3 } });
    expect(server.requests).toEqual(["GET /things"]);
  });
});

describe("repeating", () => {
  it.each([
    ["500", (r) => json(r, 500, {})],
    ["503 in text", (r) => r.writeHead(503).end("upstream connect error")],
    ["408", (r) => json(r, 408, {})],
    ["malformed JSON", (r) => r.writeHead(200, { "content-type": "application/json" }).end('{"n":')],
    ["a dropped connection", (r) => r.destroy()],
    ["a connection dropped inside the body", (r) => r.writeHead(200, { "content-length": "100" }).write("{", () => r.destroy())],
    ["429 with its time", (r) => json(r, 429, {}, { "retry-after": "2" })],
  ] satisfies [string, (response: ServerResponse) => unknown][])("a read meets %s once and succeeds", async (_, fault) => {
    const { call, server } = await against((r, n) => (n === 1 ? fault(r) : json(r, 200, { n })));
    expect(await call()).toEqual({ kind: "ok", value: { n: 2 } });
    expect(server.requests).toHaveLength(2);
  });

  it("stops after four attempts and says when to come back", async () => {
    const { call, server } = await against((r) => json(r, 500, {}), { attempts: 9 });
    expect(await call()).toMatchObject({ kind: "retry_later", after_ms: 1_000 });
    expect(server.requests).toHaveLength(4);
  });

  it("waits as long as Retry-After says", async () => {
    const { call, clock } = await against((r, n) => (n === 1 ? json(r, 429, {}, { "retry-after": "7" }) : json(r, 200, { n })));
    const before = clock.now().getTime();
    await call();
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(7_000);
  });

  it("gives up at once when Retry-After does not fit the budget", async () => {
    const { call, server } = await against((r) => json(r, 429, {}, { "retry-after": "60" }), { budget_ms: 10_000 });
    expect(await call()).toMatchObject({ kind: "retry_later", after_ms: 60_000 });
    expect(await call()).toMatchObject({ kind: "retry_later", after_ms: 60_000 });
    expect(server.requests).toHaveLength(1);
  });

  it("HTML under 403 is the edge's throttling, not a refusal", async () => {
    const { call } = await against((r) => r.writeHead(403, { "content-type": "text/html" }).end("<!DOCTYPE html><p>denied"), { throttle_ms: 30_000 });
    expect(await call()).toMatchObject({ kind: "retry_later", after_ms: 45_000 });
  });

  it("doubles the pause while a service that names no time goes on refusing", async () => {
    const { call, clock } = await against((r) => json(r, 429, {}), { throttle_ms: 30_000 });
    const pauses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const outcome = await call();
      if (outcome.kind !== "retry_later") throw new Error(outcome.kind);
      pauses.push(outcome.after_ms);
      clock.advance(outcome.after_ms);
    }
    expect(pauses).toEqual([45_000, 90_000, 180_000, 360_000]);
  });

  it("a timeout ends an attempt", async () => {
    const { call, server } = await against((r, n) => (n === 1 ? undefined : json(r, 200, { n })), { timeout_ms: 50 });
    expect(await call()).toEqual({ kind: "ok", value: { n: 2 } });
    expect(server.requests).toHaveLength(2);
  });
});

describe("writes that must not be repeated", () => {
  it.each([
    ["500", (r) => json(r, 500, {})],
    ["a lost answer", (r) => r.destroy()],
    ["malformed JSON", (r) => r.writeHead(201).end('{"n":')],
    ["an unexpected shape", (r) => json(r, 201, { m: 1 })],
  ] satisfies [string, (response: ServerResponse) => unknown][])("after %s the outcome is unknown", async (_, fault) => {
    const { call, server } = await against(fault);
    expect(await call(write)).toMatchObject({ kind: "unknown_outcome" });
    expect(server.requests).toHaveLength(1);
  });

  it("after no answer in time the outcome is unknown", async () => {
    const { call } = await against(() => {}, { timeout_ms: 50 });
    expect(await call(write)).toEqual({ kind: "unknown_outcome", detail: "POST /things got no answer (TimeoutError)." });
  });

  it("a 429 did nothing, so it is repeated", async () => {
    const { call } = await against((r, n) => (n === 1 ? json(r, 429, {}, { "retry-after": "1" }) : json(r, 200, { n })));
    expect(await call(write)).toEqual({ kind: "ok", value: { n: 2 } });
  });

  it("a refused connection did nothing, so it may be repeated", async () => {
    const { call, server } = await against(() => {});
    await server.stop();
    expect(await call(write)).toMatchObject({ kind: "retry_later", reason: "POST /things got no answer (ECONNREFUSED)." });
  });

  it("an idempotency key makes a write repeatable", async () => {
    const { call } = await against((r, n) => (n === 1 ? r.destroy() : json(r, 200, { n })));
    expect(await call({ ...write, repeatable: true })).toEqual({ kind: "ok", value: { n: 2 } });
  });
});

describe("a service in trouble", () => {
  it("opens the circuit after five failures and tries one request after a cooldown", async () => {
    let healthy = false;
    const { call, server, clock } = await against((r, n) => (healthy ? json(r, 200, { n }) : json(r, 500, {})), { attempts: 1, budget_ms: 500 });
    for (let i = 0; i < 10; i++) expect((await call()).kind).toBe("retry_later");
    expect(server.requests).toHaveLength(5);
    clock.advance(1_000);
    healthy = true;
    const [trial, other] = await Promise.all([call(), call()]);
    expect([trial.kind, other.kind]).toEqual(["ok", "retry_later"]);
    expect((await call()).kind).toBe("ok");
    expect(server.requests).toHaveLength(7);
  });

  it("sends at most 1.2 requests a call beyond the reserve, and keeps each call inside its budget", async () => {
    const faults = ["429", "429 later", "500", "reset", "malformed"] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...faults), { minLength: 1, maxLength: 40 }), fc.nat(100_000), async (kinds, gap) => {
        const clock = testClock();
        let sent = 0;
        const send = async (): Promise<Response> => {
          const kind = kinds[sent++ % kinds.length]!;
          if (kind === "reset") throw Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
          if (kind === "malformed") return new Response("{");
          return new Response("{}", { status: kind === "500" ? 500 : 429, headers: kind === "429 later" ? { "retry-after": "1" } : {} });
        };
        const client = httpClient({ base_url: "https://service.test", clock, sleep: clock.sleep, random: () => 0.99, fetch: send, budget_ms: 5_000 });
        for (let call = 1; call <= 60; call++) {
          const begun = clock.now().getTime();
          expect((await client.call(read)).kind).toBe("retry_later");
          expect(clock.now().getTime() - begun).toBeLessThanOrEqual(5_000 + 200);
          expect(sent).toBeLessThanOrEqual(call * 1.2 + 10);
          clock.advance(gap);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("spends no more retries than that on a service that fails often but not always", async () => {
    const { call, server } = await against((r, n) => (n % 4 === 0 ? json(r, 200, { n }) : json(r, 500, {})));
    const calls = 100;
    for (let i = 0; i < calls; i++) await call();
    expect(server.requests.length).toBeGreaterThan(calls);
    expect(server.requests.length).toBeLessThanOrEqual(calls * 1.2 + 10);
  });

  it("paces requests evenly and refuses those whose turn is beyond the budget", async () => {
    const starts: number[] = [];
    const clock = testClock();
    const waits: number[] = [];
    const client = httpClient({
      base_url: "https://service.test",
      clock,
      per_second: 5,
      budget_ms: 500,
      sleep: async (ms) => void waits.push(ms),
      fetch: async () => (starts.push(1), Response.json({ n: 1 })),
    });
    const kinds = (await Promise.all(Array.from({ length: 4 }, () => client.call(read)))).map((o) => o.kind);
    expect(kinds).toEqual(["ok", "ok", "ok", "retry_later"]);
    expect(waits).toEqual([200, 400]);
    expect(starts).toHaveLength(3);
  });
});

describe("trust", () => {
  it("sends nothing beyond the base URL, whatever the path looks like", async () => {
    const seen: string[] = [];
    const client = httpClient({
      base_url: "https://api.service.test/v1/",
      clock: testClock(),
      fetch: async (input) => (seen.push(String(input)), Response.json({ n: 1 })),
    });
    for (const path of ["//evil.test/x", "/@evil.test", "/..//evil.test", "/x\\evil.test"]) await client.call({ ...read, path });
    expect(seen.map((url) => new URL(url).host)).toEqual(Array.from({ length: 4 }, () => "api.service.test"));
  });

  it("takes addresses from the service only if they lead to it", () => {
    const { pathOf } = httpClient({ base_url: "https://api.service.test/v1", clock: testClock() });
    expect(pathOf("https://api.service.test/v1/a?cursor=1")).toBe("/a?cursor=1");
    const foreign = [
      "https://evil.test/v1/a",
      "http://api.service.test/v1/a",
      "https://api.service.test:8443/v1/a",
      "https://api.service.test.evil.test/v1/a",
      "https://u@api.service.test/v1/a",
      "https://:p@api.service.test/v1/a",
      "https://api.service.test/v10/a",
      "/v1/a",
      "",
    ];
    expect(foreign.map(pathOf)).toEqual(foreign.map(() => undefined));
  });

  it("lets errors of the program through", async () => {
    const crash = new Error("crash");
    const client = httpClient({ base_url: "https://service.test", clock: testClock(), fetch: () => Promise.reject(crash) });
    await expect(client.call(read)).rejects.toBe(crash);
    const broken = httpClient({ base_url: "https://service.test", clock: testClock() });
    await expect(broken.call({ ...read, headers: { "bad header": "x" } })).rejects.toThrow(TypeError);
  });
});
