import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SandboxServer } from "../../../infra/local/sandbox/server.ts";
import { startYouTubeSandbox } from "../../../infra/local/sandbox/youtube/start.ts";
import { type YouTubeClient, youtubeClient } from "../../../shared/social/youtube/youtube.client.ts";
import { type TestClock, control, json, scripted, testClock } from "./support.ts";

const CHANNEL = "UCgymnight";
const as = (access_token: string) => ({ org_id: "one", channel_id: CHANNEL, access_token });
const TOKEN = as("ya29.token");
const HOUR_MS = 3_600_000;
const idOf = (n: number): string => `video-${String(n).padStart(5, "0")}`;
let clock: TestClock;
let sandbox: SandboxServer;
beforeAll(async () => {
  sandbox = await startYouTubeSandbox({ now: () => clock.now() });
});
beforeEach(() => {
  clock = testClock();
});
afterEach(async () => {
  await control(sandbox.url, "DELETE", "faults");
  await control(sandbox.url, "PUT", "quota", {});
});
afterAll(() => sandbox.stop());

const client = (url = `${sandbox.url}/youtube/v3`, timeout_ms = 5_000): YouTubeClient =>
  youtubeClient({ api_url: url, auth_url: sandbox.url, clock, timeout_ms, sleep: clock.sleep, random: () => 0 });
const video = (n: number, more: object = {}) => control(sandbox.url, "PUT", "videos", { id: idOf(n), ...more });
const valueOf = <T>(outcome: { kind: string; value?: T }): T => {
  expect(outcome).toMatchObject({ kind: "ok" });
  return outcome.value!;
};

describe("YouTube's sandbox", () => {
  it("tells statistics as numbers; what is hidden and what is not shown is missing", async () => {
    await video(1, { counted: { views: 1_290, likes: 77, comments: 12 } });
    await video(2, { counted: { views: 0, likes: null, comments: null } });
    await video(3, { is_public: false });
    expect(valueOf(await client().videos(TOKEN, [1, 2, 3, 4].map(idOf)))).toEqual([
      { id: idOf(1), views: 1_290, likes: 77, comments: 12 },
      { id: idOf(2), views: 0 },
    ]);
  });

  it("tells subscribers to three digits, unless they are hidden", async () => {
    await control(sandbox.url, "PUT", "channels", { id: CHANNEL, subscribers: 12_345 });
    expect(valueOf(await client().followers(TOKEN))).toBe(12_300);
    await control(sandbox.url, "PUT", "channels", { id: CHANNEL, subscribers: null });
    expect(valueOf(await client().followers(TOKEN))).toBeUndefined();
  });

  it("takes 50 ids and no more", async () => {
    const fifty = Array.from({ length: 50 }, (_, n) => idOf(n));
    expect((await client().videos(TOKEN, fifty)).kind).toBe("ok");
    expect(await client().videos(TOKEN, [...fifty, idOf(50)])).toMatchObject({ kind: "permanent", code: "invalidFilters" });
  });

  it("refuses tokens that expired", async () => {
    expect(await client().videos(as("expired"), [idOf(1)])).toEqual({ kind: "auth_expired" });
  });

  it("has a quota for each day of the Pacific coast, which is waited for", async () => {
    const { units } = await control<{ units: number }>(sandbox.url, "GET", "quota");
    await control(sandbox.url, "PUT", "quota", { units_a_day: units + 1 });
    const one = client();
    expect((await one.videos(TOKEN, [idOf(1)])).kind).toBe("ok");
    // It is two in the morning there.
    expect(await one.videos(TOKEN, [idOf(1)])).toMatchObject({ kind: "retry_later", after_ms: 22 * HOUR_MS });
    expect(await one.followers(TOKEN)).toMatchObject({ kind: "retry_later", after_ms: 22 * HOUR_MS });
    clock.advance(22 * HOUR_MS);
    expect((await one.videos(TOKEN, [idOf(1)])).kind).toBe("ok");
  });
});

describe("a refresh token of Google's", () => {
  const APP = { org_id: "one", client_id: "client-id", client_secret: "client-secret" };

  it("gives access tokens for an hour, again and again, also when an answer got lost", async () => {
    await control(sandbox.url, "POST", "faults", { kind: "lost_answer", path: "/token" });
    const issued = valueOf(await client().refresh(APP, "1//refresh"));
    expect(issued).toEqual({ access_token: expect.stringMatching(/^ya29\./), expires_in: 3_600 });
    expect((await client().videos(as(issued.access_token), [idOf(1)])).kind).toBe("ok");
    clock.advance(3_600_000);
    expect(await client().videos(as(issued.access_token), [idOf(1)])).toEqual({ kind: "auth_expired" });
    expect((await client().refresh(APP, "1//refresh")).kind).toBe("ok");
  });

  it("may be revoked, and is of no use to another app", async () => {
    expect(await client().refresh(APP, "revoked")).toEqual({ kind: "auth_expired" });
    const outcome = await client().refresh({ ...APP, client_secret: "wrong-secret" }, "1//refresh");
    expect(outcome).toMatchObject({ kind: "permanent", code: "invalid_client" });
    expect(JSON.stringify(outcome)).not.toMatch(/1\/\/refresh|wrong-secret/);
  });
});

describe("YouTube in trouble", () => {
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
    expect(await one.videos(TOKEN, [idOf(7)])).toMatchObject({ kind: "retry_later" });
    expect((await one.videos({ ...TOKEN, channel_id: "UCother" }, [idOf(7)])).kind).toBe("ok");
    expect((await one.videos({ ...TOKEN, org_id: "other" }, [idOf(7)])).kind).toBe("ok");
    clock.advance(60_000);
    expect((await one.videos(TOKEN, [idOf(7)])).kind).toBe("ok");
  });

  it.each([
    [403, "forbidden", { kind: "permanent", code: "forbidden" }],
    [400, "keyInvalid", { kind: "permanent", code: "keyInvalid" }],
    [404, "videoNotFound", { kind: "permanent", code: "videoNotFound" }],
    [403, "insufficientPermissions", { kind: "auth_expired" }],
    [401, "authError", { kind: "auth_expired" }],
  ])("%i %s is %j", async (code, reason, expected) => {
    const server = await scripted((response) => json(response, code, { error: { code, message: "no", errors: [{ domain: "youtube", reason }] } }));
    const outcome = await client(server.url).videos(TOKEN, [idOf(1)]);
    expect(outcome).toMatchObject(expected);
    expect(JSON.stringify(outcome) + server.requests.join()).not.toContain(TOKEN.access_token);
    await server.stop();
  });
});
