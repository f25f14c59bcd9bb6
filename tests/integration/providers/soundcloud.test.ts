import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxServer } from "../../../infra/local/sandbox/server.ts";
import { startSoundCloudSandbox } from "../../../infra/local/sandbox/soundcloud/start.ts";
import { type SoundCloudOptions, soundCloudClient } from "../../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { type MemoryTokens, type TestClock, control, json, memoryTokens, scripted, testClock } from "./support.ts";

let clock: TestClock;
let sandbox: SandboxServer;
let tokens: MemoryTokens;
beforeEach(async () => {
  clock = testClock();
  tokens = memoryTokens(clock);
  sandbox = await startSoundCloudSandbox({ now: clock.now });
});
afterEach(() => sandbox.stop());

const client = (options: Partial<SoundCloudOptions> = {}) =>
  soundCloudClient({
    api_url: sandbox.url,
    auth_url: sandbox.url,
    client_id: "app",
    client_secret: "secret",
    tokens,
    clock,
    sleep: clock.sleep,
    random: () => 0.5,
    ...options,
  });

const url = "https://soundcloud.com/jane/neon-nights";
const settle = (track_url: string, settings: object) => control<{ urn: string }>(sandbox.url, "PUT", "tracks", { track_url, ...settings });
const trackUrn = async (track_url = url): Promise<string> => (await settle(track_url, { reveal_stats: true, reveal_comments: true, access: "playable" })).urn;
const fault = (kind: string, more: object = {}) => control(sandbox.url, "POST", "faults", { kind, ...more });
const repost = (user: string, track_url = url) => control(sandbox.url, "POST", "reposts", { user, track_url });
const orThrow = <T>(outcome: { kind: string; value?: T }): T => {
  if (outcome.kind !== "ok") throw new Error(JSON.stringify(outcome));
  return outcome.value as T;
};

describe("resolve", () => {
  it("leads from a URL to the track, its artist and their counts", async () => {
    const urn = await trackUrn();
    const found = orThrow(await client().resolve(url));
    expect(found).toMatchObject({ kind: "track", urn, title: "Neon Nights", permalink_url: url, sharing: "public", access: "playable" });
    expect(found).toMatchObject({ playback_count: expect.any(Number), likes_count: expect.any(Number), reposts_count: 0, comment_count: expect.any(Number) });
    expect(found).toMatchObject({ created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/), duration_ms: expect.any(Number) });
    expect(found).toMatchObject({ user: { urn: expect.stringMatching(/^soundcloud:users:\d+$/), permalink_url: "https://soundcloud.com/jane" } });
  });

  it("knows profiles, playlists and short links", async () => {
    await control(sandbox.url, "PUT", "short-links", { code: "AbCd1", url });
    expect(orThrow(await client().resolve("https://on.soundcloud.com/AbCd1"))).toMatchObject({ kind: "track", permalink_url: url });
    expect(orThrow(await client().resolve("https://on.soundcloud.com/Unset"))).toMatchObject({ kind: "track" });
    expect(orThrow(await client().resolve("https://m.soundcloud.com/Jane/reposts"))).toMatchObject({ kind: "user", permalink: "jane" });
    expect(orThrow(await client().resolve("https://soundcloud.com/jane/sets/best-of"))).toMatchObject({ kind: "playlist", title: "Best Of" });
  });

  it("finds a private track by its secret link only", async () => {
    const { urn } = await settle(url, { secret_token: "s-8Pjrp" });
    expect(await client().resolve(url)).toMatchObject({ kind: "permanent", code: "not_found" });
    expect(await client().track(urn)).toMatchObject({ kind: "permanent", code: "not_found" });
    expect(orThrow(await client().resolve(`${url}/s-8Pjrp`))).toMatchObject({ kind: "track", urn, sharing: "private" });
    expect(orThrow(await client().track(urn, "s-8Pjrp"))).toMatchObject({ urn });
    expect(await client().track(urn, "s-other")).toMatchObject({ kind: "permanent", code: "not_found" });
  });

  it("keeps the urn when a permalink changes", async () => {
    const before = orThrow(await client().userByUrl("https://soundcloud.com/jane"));
    await control(sandbox.url, "POST", "renames", { from: "jane", to: "jane-new" });
    expect(orThrow(await client().user(before.urn))).toMatchObject({ urn: before.urn, permalink_url: "https://soundcloud.com/jane-new" });
    expect(await client().userByUrl("https://soundcloud.com/jane")).toMatchObject({ kind: "permanent", code: "not_found" });
  });

  it.each(["https://soundcloud.com/missing-artist", "https://soundcloud.com/jane/missing-track", "https://example.com/jane/x", "nonsense"])(
    "%s is not found",
    async (address) => expect(await client().resolve(address)).toMatchObject({ kind: "permanent", code: "not_found" }),
  );

  it("a track's URL is no profile", async () => {
    expect(await client().userByUrl(url)).toMatchObject({ kind: "permanent", code: "not_a_user" });
  });

  it("does not follow where the API does not lead", async () => {
    const foreign = await scripted((response) => json(response, 302, { location: "https://evil.test/tracks/1" }));
    tokens.put({ access_token: "t", expires_at: "2026-11-20T12:00:00.000Z" });
    expect(await client({ api_url: foreign.url }).resolve(url)).toMatchObject({ kind: "permanent", code: "foreign_address" });
    expect(foreign.requests).toHaveLength(1);
    await foreign.stop();
  });
});

describe("tracks", () => {
  it("reads any number in batches of 200, in the order asked, without those that are missing or private", async () => {
    const urns: string[] = [];
    for (let i = 0; i < 405; i++) urns.push((await settle(`https://soundcloud.com/jane/track-${i}`, i === 7 ? { secret_token: "s-x" } : {})).urn);
    const paths: string[] = [];
    const counting: typeof fetch = (input, init) => (paths.push(new URL(String(input)).pathname), fetch(input, init));
    const found = orThrow(await client({ fetch: counting }).tracks([...urns.toReversed(), "soundcloud:tracks:1", urns[0]!]));
    expect(found.map((track) => track.urn)).toEqual(urns.toReversed().filter((urn) => urn !== urns[7]));
    expect(paths.filter((path) => path === "/tracks")).toHaveLength(3);
  });

  it("of none needs no request", async () => {
    expect(await client({ fetch: () => Promise.reject(new Error("asked")) }).tracks([])).toEqual({ kind: "ok", value: [] });
  });

  it("that are blocked are there too", async () => {
    const { urn } = await settle(url, { access: "blocked" });
    expect(orThrow(await client().tracks([urn]))).toMatchObject([{ urn, access: "blocked" }]);
  });

  it("hide counts as null, never 0, whether null or missing in the reply", async () => {
    for (let i = 0; i < 6; i++) {
      const { urn } = await settle(`https://soundcloud.com/jane/hidden-${i}`, { reveal_stats: false, reveal_comments: true });
      const hidden = { playback_count: null, likes_count: null, reposts_count: null, comment_count: null, download_count: null };
      expect(orThrow(await client().track(urn))).toMatchObject(hidden);
    }
    const { urn } = await settle(url, { reveal_stats: true, reveal_comments: false });
    expect(orThrow(await client().track(urn))).toMatchObject({ comment_count: null, playback_count: expect.any(Number) });
  });

  it("grow with the clock and are the same for the same seed", async () => {
    const urn = await trackUrn();
    const first = orThrow(await client().track(urn));
    clock.advance(10 * 86_400_000);
    const later = orThrow(await client().track(urn));
    expect(later.playback_count!).toBeGreaterThan(first.playback_count!);
    const twin = await startSoundCloudSandbox({ now: clock.now });
    await control(twin.url, "PUT", "tracks", { track_url: url, reveal_stats: true, reveal_comments: true, access: "playable" });
    const same = orThrow(await client({ api_url: twin.url, auth_url: twin.url, tokens: memoryTokens(clock) }).track(urn));
    expect(same.playback_count).toBe(later.playback_count);
    await twin.stop();
  });

  it("keep an artist's followers as they were set", async () => {
    await control(sandbox.url, "PUT", "accounts", { accounts: [{ handle: "jane", followers_count: 4_410 }] });
    expect(orThrow(await client().userByUrl("https://soundcloud.com/jane"))).toMatchObject({ followers_count: 4_410 });
  });
});

describe("reposters", () => {
  it("come in pages, newest first, each once", async () => {
    const urn = await trackUrn();
    for (let i = 0; i < 401; i++) await repost(`fan-${i}`);
    const pages: string[][] = [];
    for await (const page of client().reposters(urn)) pages.push(orThrow(page).map((user) => user.permalink!));
    expect(pages.map((page) => page.length)).toEqual([200, 200, 1]);
    expect(pages.flat()).toEqual(Array.from({ length: 401 }, (_, i) => `fan-${400 - i}`));
    expect(orThrow(await client().track(urn)).reposts_count).toBe(401);
  });

  it("hold an account from its repost until it takes that back, whoever did it and how", async () => {
    const urn = await trackUrn();
    const bob = orThrow(await client().userByUrl("https://soundcloud.com/bob")).urn;
    expect(await client().hasReposted(urn, bob)).toEqual({ kind: "ok", value: false });
    const { access_token } = await control<{ access_token: string }>(sandbox.url, "POST", "user-tokens", { user: "bob" });
    const act = (method: string) =>
      fetch(`${sandbox.url}/reposts/tracks/${encodeURIComponent(urn)}`, { method, headers: { authorization: `OAuth ${access_token}` } });
    expect((await act("POST")).status).toBe(201);
    expect((await act("POST")).status).toBe(201);
    expect(await client().hasReposted(urn, bob)).toEqual({ kind: "ok", value: true });
    expect(orThrow(await client().track(urn)).reposts_count).toBe(1);
    expect((await act("DELETE")).status).toBe(200);
    expect((await act("DELETE")).status).toBe(404);
    expect(await client().hasReposted(urn, bob)).toEqual({ kind: "ok", value: false });
  });

  it("cannot be added with the app's own token", async () => {
    const urn = await trackUrn();
    await client().track(urn);
    const headers = { authorization: `OAuth ${tokens.stored()!.access_token}` };
    expect((await fetch(`${sandbox.url}/reposts/tracks/${urn}`, { method: "POST", headers })).status).toBe(403);
  });

  it("are searched up to a bound", async () => {
    const urn = await trackUrn();
    await repost("first");
    const first = orThrow(await client().userByUrl("https://soundcloud.com/first")).urn;
    for (let i = 0; i < 400; i++) await repost(`fan-${i}`);
    expect(await client().hasReposted(urn, first, 2)).toMatchObject({ kind: "permanent", code: "too_many_reposters" });
    expect(await client().hasReposted(urn, first, 3)).toEqual({ kind: "ok", value: true });
    expect(await client().hasReposted(urn, "soundcloud:users:1", 3)).toEqual({ kind: "ok", value: false });
  });

  it("end with the first failure", async () => {
    const urn = await trackUrn();
    for (let i = 0; i < 201; i++) await repost(`fan-${i}`);
    const kinds: string[] = [];
    for await (const page of client().reposters(urn)) {
      kinds.push(page.kind);
      await fault("429_gateway");
    }
    expect(kinds).toEqual(["ok", "retry_later"]);
  });

  it("are not read from elsewhere", async () => {
    const foreign = await scripted((response) => json(response, 200, { collection: [], next_href: "https://evil.test/next" }));
    tokens.put({ access_token: "t", expires_at: "2026-11-20T12:00:00.000Z" });
    const pages: unknown[] = [];
    for await (const page of client({ api_url: foreign.url }).reposters("soundcloud:tracks:1")) pages.push(page);
    expect(pages).toMatchObject([{ kind: "ok" }, { kind: "permanent", code: "foreign_address" }]);
    expect(foreign.requests).toHaveLength(1);
    await foreign.stop();
  });

  it("of a track that is gone are not found", async () => {
    expect(await client().hasReposted("soundcloud:tracks:1", "soundcloud:users:1")).toMatchObject({ kind: "permanent", code: "not_found" });
  });
});

describe("a service that refuses", () => {
  it.each([
    ["429_gateway", 45_000],
    ["429_text", 45_000],
    ["403_html", 45_000],
    ["429_json", 3_600_000],
  ])("%s is retry_later, and nothing is sent meanwhile", async (kind, after_ms) => {
    const one = client();
    const urn = await trackUrn();
    await one.track(urn);
    // The pace asks nothing of the next call, so that the clock stands still in it.
    clock.advance(1_000);
    await fault(kind);
    expect(await one.track(urn)).toMatchObject({ kind: "retry_later", after_ms });
    await fault("500");
    expect(await one.track(urn)).toMatchObject({ kind: "retry_later" });
    expect(await control(sandbox.url, "GET", "faults")).toMatchObject({ items: [{ kind: "500", count: 1 }] });
    await control(sandbox.url, "DELETE", "faults");
    clock.advance(after_ms);
    expect(await one.track(urn)).toMatchObject({ kind: "ok" });
  });

  it.each(["500", "503", "reset", "lost_answer", "malformed", "timeout"])("%s is met by asking again", async (kind) => {
    const one = client({ timeout_ms: 200 });
    const urn = await trackUrn();
    await fault(kind, { path: "/tracks" });
    expect(await one.track(urn)).toMatchObject({ kind: "ok", value: { urn } });
  });

  it("the sandbox too answers bursts with 429, and 401 to those without a token", async () => {
    const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await fetch(`${sandbox.url}/tracks/1`)).status));
    expect([statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length]).toEqual([100, 1]);
  });
});

it("the sandbox counts on from the plays that it is told", async () => {
  const urn = await trackUrn();
  await settle(url, { plays: 12_000 });
  const plays = async (): Promise<number | null> => orThrow(await client().track(urn)).playback_count;
  expect(await plays()).toBe(12_000);
  clock.advance(2 * 86_400_000);
  const later = (await plays())!;
  expect(later).toBeGreaterThanOrEqual(12_040);
  expect(later).toBeLessThanOrEqual(12_800);
  await settle(url, { plays: 100 });
  expect(await plays()).toBe(100);
});

it("the sandbox keeps its world between starts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const state_file = join(folder, "soundcloud.json");
  const first = await startSoundCloudSandbox({ now: clock.now, state_file });
  await control(first.url, "PUT", "accounts", { accounts: [{ handle: "bob", followers_count: 77 }] });
  await control(first.url, "POST", "reposts", { user: "bob", track_url: url });
  const token = orThrow(await client({ api_url: first.url, auth_url: first.url }).resolve(url));
  await first.stop();
  const second = await startSoundCloudSandbox({ now: clock.now, state_file, seed: "another" });
  const again = client({ api_url: second.url, auth_url: second.url });
  const bob = orThrow(await again.userByUrl("https://soundcloud.com/bob"));
  expect(bob.followers_count).toBe(77);
  expect(await again.hasReposted(token.urn, bob.urn)).toEqual({ kind: "ok", value: true });
  expect(await control(second.url, "GET", "state")).toMatchObject({ tokens_issued: 1 });
  await second.stop();
  rmSync(folder, { recursive: true });
});
