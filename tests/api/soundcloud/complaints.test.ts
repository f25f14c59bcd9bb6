import { beforeAll, describe, expect, it } from "vitest";
import { complaintsApi } from "../../../functions/soundcloud/complaints.api.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [complaintsApi] });
});

const HOUR = 3_600_000;
const path = "/soundcloud/complaints";
const filed = async (org: SoundcloudOrg = world, more: object = {}) =>
  (await org.moderator.api.post(path, { email: "Ada@Example.com", notes: "The repost went.", ...more })).body;
const move = (id: string, verb: "take-up" | "finish", org: SoundcloudOrg = world) => org.moderator.api.post(`${path}/${id}/${verb}`);

describe("POST /soundcloud/complaints", () => {
  it("201, acknowledged at once, with its event; a replay is the same", async () => {
    const org = await world.org();
    const post = () => org.moderator.api.post(path, { email: "Ada@Example.com", song_url: "https://soundcloud.com/ada/dawn" }, { key: "one" });
    const [first, again] = [await post(), await post()];
    const now = world.clock.now().toISOString();
    expect(first).toMatchObject({
      status: 201,
      headers: { location: `${path}/${first.body.id}` },
      body: { email: "ada@example.com", status: "todo", acknowledged_at: now, open_since: now, created_at: now, age_hours: 0, version: 1 },
    });
    expect(first.body).not.toHaveProperty("ack_sent_at");
    expect(again.body).toEqual(first.body);
    expect((await org.events()).map(({ type, data }) => [type, data])).toEqual([["soundcloud.complaint-received.v1", { complaint_id: first.body.id }]]);
  });

  it("400 naming all that is wrong, 403 for a member", async () => {
    const { problem } = await world.admin.api.post(path, { email: "x", song_url: "javascript:alert(1)", acknowledged_at: "2026-11-20T09:00:00.000Z" });
    expect([problem.status, problem.errors.map(({ pointer }) => pointer)]).toEqual([400, expect.arrayContaining(["/email", "/song_url", "/acknowledged_at"])]);
    const { person } = await world.artist();
    expect((await person.api.post(path, { email: "me@example.com" })).status).toBe(403);
    expect((await person.api.get(path)).status).toBe(403);
  });
});

describe("GET /soundcloud/complaints", () => {
  it("lists the open ones by age, in pages; by status and address the rest", async () => {
    const org = await world.org();
    const old = await filed(org);
    world.clock.advance(5 * HOUR);
    const middle = await filed(org);
    world.clock.advance(30 * 60_000);
    const fresh = await filed(org, { email: "bea@example.com" });
    const list = async (query: Record<string, string>) =>
      (await org.admin.api.get(path, { query })).body.items.map(({ id, age_hours }: { id: string; age_hours?: number }) => [id, age_hours]);
    const first = await org.admin.api.get(path, { query: { limit: 2 } });
    const rest = await org.admin.api.get(path, { query: { limit: 2, cursor: first.body.next_cursor } });
    expect([...first.body.items, ...rest.body.items].map(({ id, age_hours }: { id: string; age_hours: number }) => [id, age_hours])).toEqual([
      [old.id, 5],
      [middle.id, 0],
      [fresh.id, 0],
    ]);
    await move(old.id, "finish", org);
    expect([await list({}), await list({ status: "done" }), await list({ email: "Bea@example.com" })]).toEqual([
      [
        [middle.id, 0],
        [fresh.id, 0],
      ],
      [[old.id, undefined]],
      [[fresh.id, 0]],
    ]);
    // Reopened it is young again, and last.
    world.clock.advance(HOUR);
    await move(old.id, "take-up", org);
    expect((await list({})).map(([id]: [string]) => id)).toEqual([middle.id, fresh.id, old.id]);
  });
});

describe("a complaint's way", () => {
  it("goes forward, is reopened, and is owned by whoever takes it up", async () => {
    const { id } = await filed();
    const taken = (await move(id, "take-up")).body;
    expect(taken).toMatchObject({ status: "in_progress", owner_id: world.moderator.user_id, version: 2 });
    expect((await move(id, "take-up")).problem).toMatchObject({ status: 409, code: "invalid_transition", allowed: ["done"] });
    const done = (await move(id, "finish")).body;
    expect([done.status, "open_since" in done, "age_hours" in done]).toEqual(["done", false, false]);
    expect((await move(id, "finish")).problem).toMatchObject({ status: 409, code: "invalid_transition", allowed: ["in_progress"] });
    expect((await world.admin.api.post(`${path}/${id}/take-up`)).body).toMatchObject({ status: "in_progress", owner_id: world.moderator.user_id });
    const history = (await world.admin.api.get(`${path}/${id}/history`)).body.items;
    expect(history.map(({ to, by }: { to: string; by: string }) => [to, by])).toEqual([
      ["in_progress", world.moderator.user_id],
      ["done", world.moderator.user_id],
      ["in_progress", world.admin.user_id],
    ]);
  });

  it("is changed under its version; another org does not see it", async () => {
    const { id } = await filed();
    expect((await world.admin.api.patch(`${path}/${id}`, { notes: "x" })).status).toBe(428);
    expect((await world.admin.api.patch(`${path}/${id}`, { notes: "Settled.", owner_id: world.admin.user_id }, { version: 1 })).body).toMatchObject({
      notes: "Settled.",
      version: 2,
    });
    expect((await world.admin.api.patch(`${path}/${id}`, { notes: "late" }, { version: 1 })).status).toBe(412);
    for (const body of [{ status: "done" }, { email: "b@example.com" }, { ack_sent_at: null }])
      expect((await world.admin.api.patch(`${path}/${id}`, body, { version: 2 })).status).toBe(400);
    const other = await world.org();
    expect((await other.admin.api.get(`${path}/${id}`)).status).toBe(404);
    expect((await move(id, "finish", other)).status).toBe(404);
  });
});
