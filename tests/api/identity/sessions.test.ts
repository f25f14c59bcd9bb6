import { beforeAll, describe, expect, it } from "vitest";
import { type IdentityCloud, dump, identityCloud } from "./identity-cloud.ts";

let cloud: IdentityCloud;
beforeAll(async () => {
  cloud = await identityCloud();
});

describe("GET /identity/sessions", () => {
  it("lists the caller's own, newest first, marks the one that asks, and shows no hash", async () => {
    const ada = await cloud.someone("ada@example.com");
    await cloud.someone("other@example.com");
    const later = await cloud.signIn("ada@example.com");
    const { status, body } = await ada.api.get("/identity/sessions");
    expect(status).toBe(200);
    expect(body.items.map(({ id, current }: { id: string; current: boolean }) => [id, current])).toEqual([
      [later.session_id, false],
      [ada.session_id, true],
    ]);
    expect(JSON.stringify(body)).not.toMatch(/hash/);
    expect(body.items[0]).toMatchObject({ user_agent: "tests", suspicious_activity: false });
  });

  it("pages with a cursor that another person cannot use", async () => {
    const ada = await cloud.someone("pages@example.com");
    for (let n = 0; n < 4; n++) await cloud.signIn("pages@example.com");
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const { body } = await ada.api.get("/identity/sessions", { query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
      if (seen.length === 2) {
        const bob = await cloud.someone("bob@example.com");
        expect((await bob.api.get("/identity/sessions", { query: { limit: 2, cursor: cursor! } })).status).toBe(400);
      }
    } while (cursor);
    expect(seen.length).toBe(5);
    expect(new Set(seen).size).toBe(5);
  });

  it("403 for an API key, 401 for nobody", async () => {
    const ada = await cloud.someone("key@example.com");
    await ada.api.put(`/identity/orgs/${ada.org_id}/platforms/soundcloud`);
    const key = await ada.api.post("/identity/api-keys", { name: "machine", roles: { soundcloud: ["admin"] } });
    expect((await cloud.client.get("/identity/sessions", { token: key.body.secret })).problem).toMatchObject({ status: 403, code: "user_session_required" });
    expect((await cloud.client.get("/identity/sessions")).status).toBe(401);
  });
});

describe("POST /identity/sessions/{session_id}/end", () => {
  it("ends another session of the caller from its next request; again changes nothing", async () => {
    const ada = await cloud.someone("end@example.com");
    const lost = await cloud.signIn("end@example.com");
    const first = await ada.api.post(`/identity/sessions/${lost.session_id}/end`);
    expect(first).toMatchObject({ status: 200, body: { id: lost.session_id, current: false, ended_at: expect.any(String) } });
    expect((await lost.api.get("/identity/users/me")).status).toBe(401);
    expect((await cloud.client.post("/identity/auth/refresh", { refresh_token: lost.refresh_token })).status).toBe(401);
    cloud.clock.advance(1000);
    expect((await ada.api.post(`/identity/sessions/${lost.session_id}/end`)).body).toEqual(first.body);
  });

  it("the same 404 for another person's session and for one that never was", async () => {
    const [ada, bob] = [await cloud.someone("mine@example.com"), await cloud.someone("his@example.com")];
    const foreign = await ada.api.post(`/identity/sessions/${bob.session_id}/end`);
    const missing = await ada.api.post("/identity/sessions/019e1b9a-7c00-7000-8000-000000000099/end");
    expect([foreign.status, missing.status, foreign.problem.detail]).toEqual([404, 404, missing.problem.detail]);
    expect((await bob.api.get("/identity/users/me")).status).toBe(200);
  });
});

describe("POST /identity/sessions/end-others", () => {
  it("ends all but the one that asks, and says how many", async () => {
    const ada = await cloud.someone("others@example.com");
    const others = [await cloud.signIn("others@example.com"), await cloud.signIn("others@example.com")];
    expect(await ada.api.post("/identity/sessions/end-others")).toMatchObject({ status: 200, body: { ended: 2 } });
    for (const other of others) expect((await other.api.get("/identity/users/me")).status).toBe(401);
    expect((await ada.api.get("/identity/users/me")).status).toBe(200);
    expect((await ada.api.post("/identity/sessions/end-others")).body).toEqual({ ended: 0 });
  });

  it("misses no session that is opened at the same time", async () => {
    const ada = await cloud.someone("meanwhile@example.com");
    const [ended, opened] = await Promise.all([ada.api.post("/identity/sessions/end-others"), cloud.signIn("meanwhile@example.com")]);
    const lives = (await opened.api.get("/identity/users/me")).status === 200;
    expect(ended.body.ended).toBe(lives ? 0 : 1);
  });
});

it("no token is stored in clear", async () => {
  const ada = await cloud.someone("clear@example.com");
  const stored = await dump(cloud);
  for (const token of [ada.access_token, ada.refresh_token]) expect(stored).not.toContain(token);
});
