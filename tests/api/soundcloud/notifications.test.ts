import { beforeAll, describe, expect, it } from "vitest";
import { notificationsApi } from "../../../functions/soundcloud/notifications.api.ts";
import { deliverNotification } from "../../../shared/soundcloud/notification/deliver-notification.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";
import type { Person } from "../../support/world.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [notificationsApi] });
});

const path = "/soundcloud/notifications";
const DAY = 24 * 3_600_000;
const tell = (org: SoundcloudOrg, { user_id }: Person, title: string) =>
  deliverNotification(org.ctx, user_id, { title, message: `${title}.`, type: "queue", action_url: "/queues" }, world.ids.uuid());
const titles = async ({ api }: Person, query: Record<string, string> = {}): Promise<string[]> =>
  (await api.get(path, { query })).body.items.map(({ title }: { title: string }) => title);
const unread = async ({ api }: Person): Promise<number> => (await api.get(`${path}/inbox`)).body.unread;

describe("GET /soundcloud/notifications", () => {
  it("shows everybody their own, the newest first, in pages; unread ones apart", async () => {
    const org = await world.org();
    const { person } = await org.artist();
    expect((await person.api.get(`${path}/inbox`)).body).toEqual({ user_id: person.user_id, unread: 0, last_seq: 0 });
    for (const title of ["one", "two", "three"]) await tell(org, person, title);
    await tell(org, org.admin, "for ops");
    const first = await person.api.get(path, { query: { limit: 2 } });
    expect(first.body.items[0]).toMatchObject({ title: "three", message: "three.", type: "queue", read: false, action_url: "/queues", seq: 3 });
    expect(first.body.items).toHaveLength(2);
    const rest = await person.api.get(path, { query: { limit: 2, cursor: first.body.next_cursor } });
    expect(rest.body.items.map(({ title }: { title: string }) => title)).toEqual(["one"]);
    await person.api.post(`${path}/${first.body.items[1].id}/read`);
    expect([await titles(person, { unread: "true" }), await unread(person)]).toEqual([["three", "one"], 2]);
    expect((await person.api.get(path, { query: { unread: "true", after: "1" } })).status).toBe(400);
  });

  it("tells whoever polls what came since, in order, and nothing twice", async () => {
    const org = await world.org();
    const { person } = await org.artist();
    await tell(org, person, "before");
    const seen: string[] = [];
    let { last_seq } = (await person.api.get(`${path}/inbox`)).body;
    for (const batch of [["a", "b"], [], ["c"]]) {
      for (const title of batch) await tell(org, person, title);
      const { items } = (await person.api.get(path, { query: { after: String(last_seq) } })).body;
      seen.push(...items.map(({ title }: { title: string }) => title));
      last_seq = items.at(-1)?.seq ?? last_seq;
    }
    expect(seen).toEqual(["a", "b", "c"]);
    expect((await person.api.get(path, { query: { after: "x" } })).status).toBe(400);
  });

  it("shows ops another's, and members nobody else's", async () => {
    const org = await world.org();
    const [{ person }, { person: other }] = [await org.artist(), await org.artist()];
    const { id } = await tell(org, person, "mine");
    expect((await org.moderator.api.get(path, { query: { user_id: person.user_id } })).body.items).toHaveLength(1);
    expect((await org.moderator.api.get(`${path}/${id}`)).body.title).toBe("mine");
    const foreign = await world.org();
    for (const someone of [other, foreign.admin]) expect((await someone.api.get(`${path}/${id}`)).status).toBe(404);
    for (const route of [path, `${path}/inbox`]) expect((await other.api.get(route, { query: { user_id: person.user_id } })).status).toBe(404);
    expect((await other.api.post(`${path}/${id}/read`)).status).toBe(404);
    expect((await other.api.post(`${path}/read-all`, undefined, { query: { user_id: person.user_id } })).status).toBe(404);
    expect(await unread(person)).toBe(1);
    const machine = await org.apiKey(["admin"]);
    expect((await machine.get(path)).problem).toMatchObject({ status: 400, errors: [{ pointer: "/query/user_id" }] });
  });

  it("shows what has expired no more", async () => {
    const org = await world.org();
    const { person } = await org.artist();
    const { id } = await tell(org, person, "old");
    world.clock.advance(91 * DAY);
    await tell(org, person, "new");
    expect([await titles(person), (await person.api.get(`${path}/${id}`)).status]).toEqual([["new"], 404]);
  });
});

describe("marking as read", () => {
  it("counts each once, also twice at the same time", async () => {
    const org = await world.org();
    const { person } = await org.artist();
    const made = [await tell(org, person, "one"), await tell(org, person, "two")];
    const read = () => person.api.post(`${path}/${made[0]!.id}/read`);
    const replies = await Promise.all([read(), read(), read()]);
    for (const reply of replies) expect([reply.status, reply.body.read]).toEqual([200, true]);
    expect(await unread(person)).toBe(1);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("all at once is one write, and what comes afterwards is unread", async () => {
    const org = await world.org();
    const { person } = await org.artist();
    for (let n = 1; n <= 5; n++) await tell(org, person, `${n}`);
    expect((await person.api.post(`${path}/read-all`)).body).toEqual({ user_id: person.user_id, unread: 0, last_seq: 5 });
    expect((await person.api.get(path)).body.items.every(({ read }: { read: boolean }) => read)).toBe(true);
    await tell(org, person, "6");
    expect([await titles(person, { unread: "true" }), await unread(person)]).toEqual([["6"], 1]);
    expect((await person.api.post(`${path}/read-all`)).body.unread).toBe(0);
    expect((await person.api.post(`${path}/read-all`)).body.unread).toBe(0);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });
});

describe("POST /soundcloud/notifications", () => {
  it("201 once, however often it is repeated; 422 for nobody of the org, 400 for an address elsewhere, 403 for members", async () => {
    const org = await world.org();
    const { person } = await org.artist();
    const body = { user_id: person.user_id, title: "Welcome", message: "Hello.", type: "info", action_url: "https://soundcloud.com/x", metadata: { a: 1 } };
    const post = () => org.moderator.api.post(path, body, { key: "one" });
    const [first, again] = [await post(), await post()];
    expect([first.status, again.body]).toEqual([201, first.body]);
    expect(await unread(person)).toBe(1);
    expect((await org.admin.api.post(path, { ...body, user_id: world.admin.user_id })).problem).toMatchObject({ status: 422, code: "unknown_user" });
    for (const action_url of ["//evil.example", "https://evil.example", "javascript:alert(1)"])
      expect((await org.admin.api.post(path, { ...body, action_url })).problem).toMatchObject({ status: 400, errors: [{ pointer: "/action_url" }] });
    expect((await org.admin.api.post(path, { ...body, type: "gossip" })).status).toBe(400);
    expect((await person.api.post(path, body)).status).toBe(403);
  });
});
