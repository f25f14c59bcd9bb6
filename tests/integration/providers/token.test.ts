import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxServer } from "../../../infra/local/sandbox/server.ts";
import { startSoundCloudSandbox } from "../../../infra/local/sandbox/soundcloud/start.ts";
import { soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { type MemoryTokens, type TestClock, control, memoryTokens, testClock, turn } from "./support.ts";

let clock: TestClock;
let sandbox: SandboxServer;
let tokens: MemoryTokens;
beforeEach(async () => {
  clock = testClock();
  tokens = memoryTokens(clock);
  sandbox = await startSoundCloudSandbox({ now: clock.now });
});
afterEach(() => sandbox.stop());

/** One function's client: all of them share the store and nothing else. */
const client = (sleep: (ms: number) => Promise<void> = clock.sleep, client_secret = "secret") =>
  soundCloudClient({
    api_url: sandbox.url,
    auth_url: sandbox.url,
    client_id: "app",
    client_secret,
    tokens,
    clock,
    sleep,
    random: () => 0.5,
    per_second: 1_000,
  });
const url = "https://soundcloud.com/jane";
const issued = async (): Promise<number> => (await control<{ tokens_issued: number }>(sandbox.url, "GET", "state")).tokens_issued;
const fault = (kind: string, more: object = {}) => control(sandbox.url, "POST", "faults", { kind, ...more });
const minutes = (n: number): void => clock.advance(n * 60_000);

describe("one token", () => {
  it("serves 20 functions that start at the same time", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => client(turn).userByUrl(url)));
    expect(all.map((outcome) => outcome.kind)).toEqual(Array.from({ length: 20 }, () => "ok"));
    expect(await issued()).toBe(1);
  });

  it("serves 20 calls of one function at the same time", async () => {
    const one = client(turn);
    const all = await Promise.all(Array.from({ length: 20 }, () => one.userByUrl(url)));
    expect(all.every((outcome) => outcome.kind === "ok")).toBe(true);
    expect(await issued()).toBe(1);
    expect(tokens.reads()).toBe(1);
  });

  it("is refreshed once, five minutes early, while 20 functions go on working", async () => {
    await client().userByUrl(url);
    const first = tokens.stored()!.access_token;
    minutes(54);
    await client().userByUrl(url);
    expect(tokens.stored()!.access_token).toBe(first);
    minutes(1);
    await Promise.all(Array.from({ length: 20 }, () => client(turn).userByUrl(url)));
    expect(tokens.stored()!.access_token).not.toBe(first);
    expect(await issued()).toBe(1);
  });

  it("is refreshed over days without being issued again", async () => {
    const one = client();
    for (let hour = 0; hour < 60; hour++) {
      expect((await one.userByUrl(url)).kind).toBe("ok");
      minutes(60);
    }
    expect(await issued()).toBe(1);
  });
});

describe("trouble with the token", () => {
  it("a refused token is replaced once, also for many calls", async () => {
    const one = client(turn);
    await one.userByUrl(url);
    const first = tokens.stored()!;
    await fault("401", { count: 5, path: "/resolve" });
    const all = await Promise.all(Array.from({ length: 5 }, () => one.userByUrl(url)));
    expect(all.every((outcome) => outcome.kind === "ok")).toBe(true);
    expect(tokens.stored()!.access_token).not.toBe(first.access_token);
    expect(tokens.stored()!.version).toBe(first.version + 2);
  });

  it("a token that is refused again after renewal is auth_expired", async () => {
    const one = client();
    await fault("401", { count: 2, path: "/resolve" });
    expect(await one.userByUrl(url)).toEqual({ kind: "auth_expired" });
    expect(await one.userByUrl(url)).toMatchObject({ kind: "ok" });
  });

  it("the new token of another function is taken before asking for one", async () => {
    const one = client();
    await one.userByUrl(url);
    await fault("401", { path: "/resolve" });
    await client().userByUrl(url);
    const renewed = tokens.stored()!;
    await fault("401", { path: "/resolve" });
    expect((await one.userByUrl(url)).kind).toBe("ok");
    expect(tokens.stored()).toEqual(renewed);
  });

  it("a refresh token whose answer got lost leads to a new start", async () => {
    await client().userByUrl(url);
    minutes(60);
    await fault("lost_answer", { path: "/oauth" });
    expect(await client().userByUrl(url)).toMatchObject({ kind: "retry_later" });
    clock.advance(15_000);
    expect(await client().userByUrl(url)).toMatchObject({ kind: "ok" });
    expect(await issued()).toBe(2);
  });

  it("a failed early refresh leaves the old token in use", async () => {
    await client().userByUrl(url);
    const first = tokens.stored()!.access_token;
    minutes(56);
    await fault("500", { path: "/oauth", count: 9 });
    expect(await client().userByUrl(url)).toMatchObject({ kind: "ok" });
    expect(tokens.stored()!.access_token).toBe(first);
  });

  it("a function that died with the lease is waited for, and not longer than its lease", async () => {
    tokens.hold(new Date(clock.now().getTime() + 15_000));
    expect(await client().userByUrl(url)).toMatchObject({ kind: "retry_later", after_ms: 15_000 });
    clock.advance(10_000);
    expect(await client().userByUrl(url)).toMatchObject({ kind: "ok" });
  });

  it("credentials that are wrong are permanent", async () => {
    expect(await client(clock.sleep, "").userByUrl(url)).toMatchObject({ kind: "permanent", code: "invalid_client" });
  });

  it("the limit of issues is retry_later", async () => {
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: "app", client_secret: "secret" });
    for (let i = 0; i < 30; i++) expect((await fetch(`${sandbox.url}/oauth/token`, { method: "POST", body: form })).status).toBe(200);
    expect(await client().userByUrl(url)).toMatchObject({ kind: "retry_later" });
    minutes(61);
    expect(await client().userByUrl(url)).toMatchObject({ kind: "ok" });
  });

  it("the sandbox takes a refresh token once", async () => {
    await client().userByUrl(url);
    const { refresh_token } = tokens.stored()!;
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "app", client_secret: "secret", refresh_token: refresh_token! });
    const spend = () => fetch(`${sandbox.url}/oauth/token`, { method: "POST", body: form });
    expect((await spend()).status).toBe(200);
    const second = await spend();
    expect([second.status, await second.json()]).toEqual([400, { error: "invalid_grant" }]);
  });
});
