import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startInstagramSandbox } from "../../../infra/local/sandbox/instagram/start.ts";
import type { SandboxServer } from "../../../infra/local/sandbox/server.ts";
import { type InstagramClient, instagramClient } from "../../../shared/social/instagram/instagram.client.ts";
import { type Scripted, type TestClock, control, json, scripted, testClock } from "./support.ts";

const AT = { org_id: "one", user_id: "17841400000000001", access_token: "IGAA-token" };
const IMAGE = { image_url: "https://media.example.com/1.jpg", caption: "Squats" };
let clock: TestClock;
let sandbox: SandboxServer;
beforeAll(async () => {
  sandbox = await startInstagramSandbox({ now: () => clock.now() });
});
beforeEach(() => {
  clock = testClock();
});
afterEach(() => control(sandbox.url, "DELETE", "faults"));
afterAll(() => sandbox.stop());

const client = (url = `${sandbox.url}/v26.0`, timeout_ms = 5_000): InstagramClient =>
  instagramClient({ api_url: url, clock, timeout_ms, sleep: clock.sleep, random: () => 0 });
const valueOf = <T>(outcome: { kind: string; value?: T }): T => {
  expect(outcome).toMatchObject({ kind: "ok" });
  return outcome.value!;
};
const publishedOne = async (): Promise<string> => valueOf(await client().publish(AT, valueOf(await client().createContainer(AT, IMAGE))));

describe("Instagram's sandbox", () => {
  it("publishes a container once it is finished, and lists it", async () => {
    const ig = client();
    const container = valueOf(await ig.createContainer(AT, IMAGE));
    expect(valueOf(await ig.containerState(AT, container))).toMatchObject({ state: "finished" });
    const id = valueOf(await ig.publish(AT, container));
    expect(valueOf(await ig.containerState(AT, container))).toMatchObject({ state: "published" });
    const [newest] = valueOf(await ig.recentMedia(AT, "media"));
    expect(newest).toEqual({
      id,
      caption: "Squats",
      permalink: expect.stringMatching(/^https:\/\/www\.instagram\.com\/p\/C[0-9a-f]{10}\/$/),
      published_at: "2026-11-20T10:00:00.000Z",
    });
    expect(valueOf(await ig.media(AT, id))).toEqual(newest);
    expect((await ig.publish(AT, container)).kind).toBe("permanent");
    expect(valueOf(await ig.followers(AT))).toBe(10_000);
  });

  it("works on videos for a while, and forgets containers after a day", async () => {
    const ig = client();
    const container = valueOf(await ig.createContainer(AT, { media_type: "REELS", video_url: "https://media.example.com/1.mp4" }));
    expect(valueOf(await ig.containerState(AT, container)).state).toBe("in_progress");
    expect(await ig.publish(AT, container)).toMatchObject({ kind: "retry_later", reason: expect.stringContaining("9007/2207027") });
    clock.advance(10_000);
    expect(valueOf(await ig.containerState(AT, container)).state).toBe("finished");
    clock.advance(24 * 3_600_000);
    expect(valueOf(await ig.containerState(AT, container)).state).toBe("expired");
    expect(await ig.publish(AT, container)).toMatchObject({ kind: "permanent", code: "container_gone" });
  });

  it("counts publications of a day", async () => {
    const account = { ...AT, user_id: "17841400000000002" };
    await control(sandbox.url, "PUT", "accounts", { user_id: account.user_id, quota_total: 1 });
    const ig = client();
    const publish = async () => ig.publish(account, valueOf(await ig.createContainer(account, IMAGE)));
    expect(valueOf(await ig.publishingLimit(account))).toEqual({ used: 0, total: 1 });
    expect((await publish()).kind).toBe("ok");
    expect(valueOf(await ig.publishingLimit(account))).toEqual({ used: 1, total: 1 });
    expect(await publish()).toMatchObject({ kind: "retry_later", after_ms: 3_600_000 });
    clock.advance(24 * 3_600_000);
    expect((await publish()).kind).toBe("ok");
  });

  it("keeps stories apart, for a day", async () => {
    const account = { ...AT, user_id: "17841400000000003" };
    const ig = client();
    const id = valueOf(await ig.publish(account, valueOf(await ig.createContainer(account, { media_type: "STORIES", image_url: IMAGE.image_url }))));
    expect(valueOf(await ig.recentMedia(account, "stories"))).toMatchObject([{ id }]);
    expect(valueOf(await ig.recentMedia(account, "media"))).toEqual([]);
    clock.advance(24 * 3_600_000);
    expect(valueOf(await ig.recentMedia(account, "stories"))).toEqual([]);
  });

  const media = (product: string, user_id = AT.user_id) =>
    control<{ id: string }>(sandbox.url, "POST", "media", { user_id, caption: "Squats", product }).then(({ id }) => id);

  it("tells of each kind of media what it is documented to tell, and nothing else", async () => {
    const counted = { views: 1_290, reach: 1_000, likes: 77, comments: 12, shares: 3, saves: 5, profile_visits: 9 };
    const told = async (product: "FEED" | "REELS" | "STORY") => {
      const id = await media(product);
      await control(sandbox.url, "PUT", "insights", { id, counted });
      expect(valueOf(await client().product(AT, id))).toBe(product);
      return valueOf(await client().insights(AT, id, product));
    };
    expect(await told("FEED")).toEqual({ views: 1_290, reach: 1_000, likes: 77, comments: 12, shares: 3, saved: 5, profile_visits: 9 });
    expect(await told("REELS")).toEqual({ views: 1_290, reach: 1_000, likes: 77, comments: 12, shares: 3, saved: 5 });
    expect(await told("STORY")).toEqual({ views: 1_290, reach: 1_000, shares: 3, profile_visits: 9 });
  });

  it("leaves out what it does not tell, and refuses a metric of another kind of media", async () => {
    const id = await media("REELS");
    await control(sandbox.url, "PUT", "insights", { id, counted: { views: 0, reach: 0, likes: null, comments: null, shares: null, saves: null } });
    expect(valueOf(await client().insights(AT, id, "REELS"))).toEqual({ views: 0, reach: 0 });
    expect(await client().insights(AT, id, "FEED")).toMatchObject({ kind: "permanent", code: "graph_100" });
    expect(await client().insights(AT, "1789", "FEED")).toMatchObject({ kind: "permanent", code: "graph_100_33" });
  });

  it("tells nothing of a story that fewer than five have seen, and of none after a day", async () => {
    const id = await media("STORY");
    await control(sandbox.url, "PUT", "insights", { id, counted: { views: 4 } });
    expect(await client().insights(AT, id, "STORY")).toMatchObject({ kind: "permanent", code: "few_viewers" });
    clock.advance(24 * 3_600_000);
    expect(await client().insights(AT, id, "STORY")).toMatchObject({ kind: "permanent", code: "graph_100_33" });
  });

  it.each([
    [{ ...IMAGE, caption: "a".repeat(2201) }, "graph_36004_2207010"],
    [{ caption: "no file" }, "graph_100_2207023"],
    [{ ...IMAGE, caption: "#a ".repeat(31) }, "graph_100_2207040"],
    [{ media_type: "CAROUSEL", children: "1,2" }, "graph_100_2207028"],
  ])("refuses %j for good", async (form, code) => {
    expect(await client().createContainer(AT, form as Record<string, string>)).toMatchObject({ kind: "permanent", code });
  });

  it("may be told to keep figures from a token that publishes", async () => {
    const account = { ...AT, user_id: "17841400000000004" };
    await control(sandbox.url, "PUT", "accounts", { user_id: account.user_id, tells_insights: false });
    const id = valueOf(await client().publish(account, valueOf(await client().createContainer(account, IMAGE))));
    expect(await client().insights(account, id, "FEED")).toEqual({ kind: "permanent", code: "no_permission", detail: expect.stringContaining("answered 10") });
    await control(sandbox.url, "PUT", "accounts", { user_id: account.user_id, tells_insights: true });
    expect((await client().insights(account, id, "FEED")).kind).toBe("ok");
  });

  it("refuses tokens that expired", async () => {
    expect(await client().publishingLimit({ ...AT, access_token: "expired" })).toEqual({ kind: "auth_expired" });
  });
});

describe("an answer that got lost", () => {
  it.each(["lost_answer", "timeout", "reset", "malformed", "503", "500"])("(%s) of a publication is unknown, of all else to be asked again", async (kind) => {
    const container = valueOf(await client().createContainer(AT, IMAGE));
    await control(sandbox.url, "POST", "faults", { kind, count: 5, path: "/v26.0/" });
    const hasty = () => client(undefined, 300);
    expect((await hasty().publish(AT, container)).kind).toBe("unknown_outcome");
    expect(await hasty().createContainer(AT, IMAGE)).toMatchObject({ kind: "retry_later", after_ms: 1000 });
    expect(await hasty().containerState(AT, container)).toMatchObject({ kind: "retry_later", after_ms: 1000 });
  });

  it("is asked for once a call", async () => {
    const server = await scripted((response) => json(response, 503, {}));
    const ig = client(`${server.url}/v26.0`);
    await ig.recentMedia(AT, "media");
    await ig.publish(AT, "1");
    expect(server.requests).toHaveLength(2);
    await server.stop();
  });
});

describe("an error of the Graph API", () => {
  let server: Scripted;
  let answer: { status: number; body: unknown; headers?: Record<string, string> };
  beforeAll(async () => {
    server = await scripted((response) => json(response, answer.status, answer.body, answer.headers));
  });
  afterAll(() => server.stop());
  const asked = (code: number, more: object = {}, headers: Record<string, string> = {}) => {
    answer = { status: 400, body: { error: { message: "Words of theirs", code, ...more } }, headers };
    return client(`${server.url}/v26.0`).publish(AT, "1");
  };
  const usage = (minutes: number, call_count = 100) => ({
    "x-business-use-case-usage": JSON.stringify({
      [AT.user_id]: [{ type: "instagram", call_count, total_time: 1, total_cputime: 1, estimated_time_to_regain_access: minutes }],
    }),
  });

  it.each([4, 17, 32, 613, 80001, 80002])("%i is a throttle, as long as the header says", async (code) => {
    expect(await asked(code)).toMatchObject({ kind: "retry_later", after_ms: 15 * 60_000 });
    expect(await asked(code, {}, usage(7))).toMatchObject({ kind: "retry_later", after_ms: 7 * 60_000 });
  });

  it.each([
    [190, { error_subcode: 463 }],
    [102, {}],
    [10, {}],
    [200, {}],
  ])("%i asks for a new login", async (code, more) => {
    expect(await asked(code, more)).toEqual({ kind: "auth_expired" });
  });

  it.each([10, 200, 299])("%i of what only reads is final, and says nothing of the token", async (code) => {
    answer = { status: 400, body: { error: { message: "Words of theirs", code } } };
    const ig = client(`${server.url}/v26.0`);
    for (const outcome of [await ig.insights(AT, "1", "FEED"), await ig.product(AT, "1"), await ig.followers(AT)])
      expect(outcome).toMatchObject({ kind: "permanent", code: "no_permission" });
    for (const outcome of [await ig.createContainer(AT, IMAGE), await ig.publishingLimit(AT), await ig.recentMedia(AT, "media")])
      expect(outcome).toEqual({ kind: "auth_expired" });
  });

  it.each([
    [1, {}],
    [2, {}],
    [-1, { error_subcode: 2207001 }],
    [999, { is_transient: true }],
  ])("%i %j says nothing of a publication", async (code, more) => {
    expect(await asked(code, more)).toMatchObject({ kind: "unknown_outcome" });
  });

  it.each([
    [368, {}, 6 * 3_600_000],
    [4, { error_subcode: 2207051 }, 6 * 3_600_000],
    [9, { error_subcode: 2207042 }, 3_600_000],
    [9004, { error_subcode: 2207052 }, 1000],
    [24, { error_subcode: 2207008 }, 1000],
  ])("%i %j is asked again after %i ms", async (code, more, after_ms) => {
    expect(await asked(code, more)).toMatchObject({ kind: "retry_later", after_ms });
  });

  it.each([
    [24, { error_subcode: 2207006 }, "container_gone"],
    [-2, { error_subcode: 2207020 }, "container_gone"],
    [100, { error_subcode: 33 }, "graph_100_33"],
    [25, { error_subcode: 2207050 }, "graph_25_2207050"],
    [12345, {}, "graph_12345"],
  ])("%i %j is final", async (code, more, name) => {
    expect(await asked(code, more)).toMatchObject({ kind: "permanent", code: name });
  });

  it("and an allowance that is nearly used up make the account's next calls wait, and no other's", async () => {
    answer = { status: 200, body: { id: "1" }, headers: usage(0, 95) };
    const ig = client(`${server.url}/v26.0`);
    expect((await ig.publish(AT, "1")).kind).toBe("ok");
    const before = server.requests.length;
    expect(await ig.publish(AT, "1")).toMatchObject({ kind: "retry_later", after_ms: 15 * 60_000 });
    expect(server.requests).toHaveLength(before);
    expect((await ig.publish({ ...AT, user_id: "17841400000000009" }, "1")).kind).toBe("ok");
    expect((await ig.publish({ ...AT, org_id: "other" }, "1")).kind).toBe("ok");
  });

  it("never shows the token, which travels in a header", async () => {
    answer = { status: 418, body: { message: "no" } };
    const outcome = await client(`${server.url}/v26.0`).recentMedia(AT, "media");
    expect(JSON.stringify(outcome)).not.toContain(AT.access_token);
    expect(server.requests.join()).not.toContain(AT.access_token);
  });
});

describe("a reply", () => {
  it("has the totals of metrics that can be broken down, and none of an empty list", async () => {
    const data = [
      { name: "profile_visits", period: "lifetime", total_value: { value: 4 } },
      { name: "views", period: "lifetime", values: [{ value: 7 }] },
      { name: "of tomorrow", values: [{ value: { a: 1 } }] },
    ];
    const server = await scripted((response, number) => json(response, 200, number === 1 ? { data } : { data: [] }));
    const ig = client(server.url);
    expect(valueOf(await ig.insights(AT, "1", "FEED"))).toEqual({ profile_visits: 4, views: 7 });
    expect(valueOf(await ig.insights(AT, "1", "FEED"))).toEqual({});
    await server.stop();
  });

  it("has its times and numbers brought into our form", async () => {
    expect(await publishedOne()).toMatch(/^1789\d{13}$/);
    const server = await scripted((response) => json(response, 200, { data: [{ id: 17890, timestamp: "2026-11-20T11:30:00+0130" }] }));
    expect(valueOf(await client(server.url).recentMedia(AT, "media"))).toEqual([{ id: "17890", published_at: "2026-11-20T10:00:00.000Z" }]);
    await server.stop();
  });
});
