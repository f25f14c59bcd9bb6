import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SandboxServer } from "../../../infra/local/sandbox/server.ts";
import { startTikTokSandbox } from "../../../infra/local/sandbox/tiktok/start.ts";
import { type TikTokClient, tiktokClient } from "../../../shared/social/tiktok/tiktok.client.ts";
import { type TestClock, control, json, scripted, testClock } from "./support.ts";

const as = (access_token: string) => ({ org_id: "one", open_id: "gym", access_token });
const TOKEN = as("act.gym");
const DAY_MS = 86_400_000;
const idOf = (n: number): string => `71065943122924${String(n).padStart(5, "0")}`;
let clock: TestClock;
let sandbox: SandboxServer;
beforeAll(async () => {
  sandbox = await startTikTokSandbox({ now: () => clock.now() });
});
beforeEach(() => {
  clock = testClock();
});
afterEach(() => control(sandbox.url, "DELETE", "faults"));
afterAll(() => sandbox.stop());

const client = (url = sandbox.url, timeout_ms = 5_000): TikTokClient => tiktokClient({ api_url: url, clock, timeout_ms, sleep: clock.sleep, random: () => 0 });
const video = (n: number, more: object = {}) => control(sandbox.url, "PUT", "videos", { id: idOf(n), open_id: "gym", ...more });
const valueOf = <T>(outcome: { kind: string; value?: T }): T => {
  expect(outcome).toMatchObject({ kind: "ok" });
  return outcome.value!;
};

describe("TikTok's sandbox", () => {
  it("tells of the account's own public videos, and of each what is told", async () => {
    await video(1, { counted: { likes: 120, comments: 8, shares: 3, views: 4_021 } });
    await video(2, { counted: { likes: null, comments: 0, shares: 0, views: 0 } });
    await video(3, { open_id: "other" });
    await video(4, { is_public: false });
    expect(valueOf(await client().videos(TOKEN, [1, 2, 3, 4, 5].map(idOf)))).toEqual([
      { id: idOf(1), likes: 120, comments: 8, shares: 3, views: 4_021 },
      { id: idOf(2), comments: 0, shares: 0, views: 0 },
    ]);
  });

  it("counts more with the time, the same for every start", async () => {
    await video(6, { at: clock.now().getTime() });
    const read = async () => valueOf(await client().videos(TOKEN, [idOf(6)]))[0]!;
    expect(await read()).toMatchObject({ views: 0, likes: 0 });
    clock.advance(2 * DAY_MS);
    const later = await read();
    expect(later.views).toBeGreaterThan(200);
    expect(await read()).toEqual(later);
  });

  it("tells followers, where the account allows it", async () => {
    await control(sandbox.url, "PUT", "accounts", { open_id: "gym", followers: 12_345 });
    expect(valueOf(await client().followers(TOKEN))).toBe(12_345);
    await control(sandbox.url, "PUT", "accounts", { open_id: "shy", scopes: ["user.info.basic", "video.list"] });
    expect(await client().followers(as("act.shy"))).toMatchObject({ kind: "permanent", code: "scope_not_authorized" });
    await control(sandbox.url, "PUT", "accounts", { open_id: "closed", scopes: ["user.info.basic"] });
    expect(await client().videos(as("act.closed"), [idOf(1)])).toEqual({ kind: "auth_expired" });
  });

  it("takes 20 ids and no more, 600 calls a minute and no more", async () => {
    const twenty = Array.from({ length: 20 }, (_, n) => idOf(n));
    expect((await client().videos(TOKEN, twenty)).kind).toBe("ok");
    expect(await client().videos(TOKEN, [...twenty, idOf(21)])).toMatchObject({ kind: "permanent", code: "invalid_params" });
    expect(await client().videos(TOKEN, ["one of ours"])).toMatchObject({ kind: "permanent", code: "invalid_params" });
    const own = await startTikTokSandbox({ now: () => clock.now() });
    const ask = () => fetch(`${own.url}/v2/user/info/?fields=open_id`, { headers: { authorization: `Bearer ${TOKEN.access_token}` } });
    for (let n = 0; n < 600; n++) expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
    expect((await client(own.url).videos(TOKEN, twenty)).kind).toBe("ok");
    clock.advance(60_000);
    expect((await ask()).status).toBe(200);
    await own.stop();
  });

  it("refuses tokens that expired", async () => {
    expect(await client().videos(as("act.expired"), [idOf(1)])).toEqual({ kind: "auth_expired" });
    expect(await client().followers(as("nobody's"))).toEqual({ kind: "auth_expired" });
  });
});

describe("a refresh token of TikTok's", () => {
  const APP = { org_id: "one", client_id: "client-key", client_secret: "client-secret" };

  it("is good once, and gives tokens for two hours", async () => {
    const issued = valueOf(await client().refresh(APP, "rft.renewing"));
    expect(issued).toEqual({ access_token: "act.renewing.1", expires_in: 7_200, refresh_token: "rft.renewing.1" });
    expect((await client().followers(as(issued.access_token))).kind).toBe("ok");
    expect(await client().followers(as("act.renewing"))).toEqual({ kind: "auth_expired" });
    expect(await client().refresh(APP, "rft.renewing")).toEqual({ kind: "auth_expired" });
    clock.advance(7_200_000);
    expect(await client().followers(as(issued.access_token))).toEqual({ kind: "auth_expired" });
    expect(valueOf(await client().refresh(APP, issued.refresh_token!)).access_token).toBe("act.renewing.2");
  });

  it("is void when the answer got lost, and is not sent twice by one call", async () => {
    await control(sandbox.url, "POST", "faults", { kind: "lost_answer", path: "/v2/oauth" });
    expect((await client().refresh(APP, "rft.unlucky")).kind).toBe("unknown_outcome");
    expect(await client().refresh(APP, "rft.unlucky")).toEqual({ kind: "auth_expired" });
  });

  it("is left alone by an org whose app is throttled, and by no other", async () => {
    const one = client();
    await control(sandbox.url, "POST", "faults", { kind: "429_gateway", path: "/v2/oauth" });
    expect(await one.refresh(APP, "rft.busy")).toMatchObject({ kind: "retry_later" });
    expect((await one.refresh({ ...APP, org_id: "other" }, "rft.calm")).kind).toBe("ok");
  });

  it("is of no use to another app, and is never shown", async () => {
    const outcome = await client().refresh({ ...APP, client_secret: "wrong-secret" }, "rft.gym");
    expect(outcome).toMatchObject({ kind: "permanent", code: "invalid_client" });
    expect(JSON.stringify(outcome)).not.toMatch(/rft\.gym|wrong-secret/);
  });
});

describe("TikTok in trouble", () => {
  it.each(["500", "503", "timeout", "reset", "lost_answer", "malformed"])("(%s) is asked again, four times at most", async (kind) => {
    await video(7, { counted: { views: 7 } });
    await control(sandbox.url, "POST", "faults", { kind, count: 3 });
    expect(valueOf(await client(undefined, 300).videos(TOKEN, [idOf(7)]))).toMatchObject([{ views: 7 }]);
    await control(sandbox.url, "POST", "faults", { kind, count: 4 });
    expect(await client(undefined, 300).videos(TOKEN, [idOf(7)])).toMatchObject({ kind: "retry_later" });
  });

  it.each(["429_json", "429_gateway", "429_text"])("(%s) is left alone for a minute", async (kind) => {
    const one = client();
    await control(sandbox.url, "POST", "faults", { kind });
    expect(await one.videos(TOKEN, [idOf(7)])).toMatchObject({ kind: "retry_later", after_ms: 60_000 });
    expect(await one.followers(TOKEN)).toMatchObject({ kind: "retry_later" });
    expect((await one.followers({ ...TOKEN, open_id: "other" })).kind).toBe("ok");
    expect((await one.followers({ ...TOKEN, org_id: "other" })).kind).toBe("ok");
    clock.advance(60_000);
    expect((await one.followers(TOKEN)).kind).toBe("ok");
  });

  it("is not understood when it says ok and nothing else, and never shows the token", async () => {
    const server = await scripted((response) => json(response, 200, { error: { code: "ok", message: "", log_id: "1" } }));
    const outcome = await client(server.url).videos(TOKEN, [idOf(1)]);
    expect(outcome).toMatchObject({ kind: "permanent", code: "unexpected_reply" });
    expect(JSON.stringify(outcome) + server.requests.join()).not.toContain(TOKEN.access_token);
    await server.stop();
  });
});
