import { beforeAll, describe, expect, it } from "vitest";
import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { eventsApi } from "../../../functions/social/events.api.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import type { ArrivedEvent } from "../../../shared/social/engagement/arrived-event.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";

let world: EngagementWorld;
let post: Post;
beforeAll(async () => {
  world = await engagementWorld({ apis: [eventsApi] });
  post = await world.post({ status: "published" });
});

const like = (n: number, more: object = {}): Partial<ArrivedEvent> => ({
  id: `like-${n}`,
  post_id: post.id,
  event_type: "like",
  event_timestamp: "2026-11-20T08:15:00Z",
  platform_user_id: `user-${n}`,
  ...more,
});
const view = (more: object = {}) => ({ post_id: post.id, event_type: "view", event_timestamp: "2026-11-20T08:00:00Z", ...more });
const key = () => ({ "idempotency-key": world.ids.uuid() });

describe("POST /social/events", () => {
  it("202 with counts; the work waits in the queue, and its outcome is found by the batch", async () => {
    const { api } = world.editor;
    const sent = await api.post("/social/events", { events: [like(1), like(2), view(), view({ platform_user_id: "user-1" })] }, { headers: key() });
    expect(sent).toMatchObject({ status: 202, body: { received: 4, events: 2, touches: 1, views: 1 } });
    const [batch] = sent.body.batch_ids;
    expect((await api.get(`/social/event-batches/${batch}`)).status).toBe(404);
    await world.drain(ingestEventsWorker);
    await world.count();
    expect((await api.get(`/social/event-batches/${batch}`)).body).toMatchObject({ received: 4, stored: 3, duplicates: 0, views: 1, parked: 0 });
    expect((await world.viewer.api.get(`/social/posts/${post.id}/counts`)).body).toMatchObject({
      from: "2026-10-22",
      to: "2026-11-20",
      totals: { likes: 2, comments: 0, shares: 0, saves: 0, views: 2 },
    });
  });
  it("takes an API key, and the same key again answers the same and orders nothing new", async () => {
    const machine = await world.apiKey(["editor"]);
    const headers = key();
    const [first, again] = [
      await machine.post("/social/events", { events: [view()] }, { headers }),
      await machine.post("/social/events", { events: [view()] }, { headers }),
    ];
    expect(again.body).toEqual(first.body);
    expect(world.sent.filter(({ envelope }) => envelope.type === IngestEvents.type).map(({ envelope }) => envelope.id)).toEqual(first.body.batch_ids);
    world.sent.length = 0;
  });
  it("400 with everything that is wrong, each with its place", async () => {
    const events = [
      { ...like(1), post_id: undefined },
      like(2, { platform: "instagram", platform_post_id: "1" }),
      { ...view(), event_type: "profile_visit" },
      { ...like(3), event_metadata: { text: "x".repeat(1000) } },
      // What the table would not keep.
      { ...like(4), event_metadata: JSON.parse(`${'{"a":'.repeat(17)}1${"}".repeat(17)}`) },
      { ...like(5), event_metadata: { reach: [1e20] } },
      { ...like(6), event_metadata: { "": 1 } },
    ];
    const { problem } = await world.editor.api.post("/social/events", { events }, { headers: key() });
    expect(problem!["errors"].map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      "/events/0/post_id",
      "/events/1/post_id",
      "/events/2/platform_user_id",
      "/events/3/event_metadata",
      "/events/4/event_metadata",
      "/events/5/event_metadata/reach/0",
      "/events/6/event_metadata/",
    ]);
  });
  it("400 for what has not happened yet", async () => {
    const { problem } = await world.editor.api.post(
      "/social/events",
      { events: [view(), view({ event_timestamp: "2026-11-20T09:06:00Z" })] },
      { headers: key() },
    );
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer: "/events/1/event_timestamp", code: "in_future" }] });
  });
  it("takes 500 events and not one more", async () => {
    const many = (count: number) => ({ events: Array.from({ length: count }, (_, n) => like(n, { event_metadata: { text: "x".repeat(900) } })) });
    expect((await world.editor.api.post("/social/events", many(501), { headers: key() })).status).toBe(400);
    const { body } = await world.editor.api.post("/social/events", many(500), { headers: key() });
    expect(body).toMatchObject({ received: 500 });
    expect(world.sent.reduce((sum, { envelope }) => sum + (envelope.data as { events: unknown[] }).events.length, 0)).toBe(500);
    world.sent.length = 0;
  });
});

describe("POST /social/events/remove", () => {
  it("subtracts events once, and lists those that are not stored", async () => {
    const { api } = world.editor;
    const ref = { post_id: post.id, month: "2026-11", id: "like-2" };
    const unknown = await api.post("/social/events/remove", { events: [ref, { ...ref, id: "no-such" }] }, { headers: key() });
    expect(unknown.problem).toMatchObject({ status: 422, code: "unknown_event", errors: [{ pointer: "/events/1" }] });
    const headers = key();
    expect((await api.post("/social/events/remove", { events: [ref] }, { headers })).body).toEqual({ removed: 1, unchanged: 0 });
    expect((await api.post("/social/events/remove", { events: [ref] }, { headers })).body).toEqual({ removed: 1, unchanged: 0 });
    await world.count();
    expect((await api.get(`/social/posts/${post.id}/counts`)).body.totals).toMatchObject({ likes: 1 });
    const { items } = await EngagementEvent.list(world.ctx, { org_id: world.org_id, month: "2026-11", post_id: post.id });
    expect(items.map(({ id, removed_at, platform_user_id }) => [id, removed_at !== undefined, platform_user_id])).toEqual([
      ["like-1", false, "user-1"],
      ["like-2", true, undefined],
    ]);
  });
});

describe("GET /social/posts/{post_id}/counts", () => {
  it("has each UTC day and its hours, in one query", async () => {
    const { api } = world.editor;
    const quiet = await world.post({ status: "published" });
    const at = (event_timestamp: string) => ({ ...view({ post_id: quiet.id }), event_timestamp });
    await world.ingest([at("2026-11-18T23:59:59.999Z"), at("2026-11-19T00:00:00.000Z"), at("2026-11-19T14:30:00.000Z")] as never);
    world.uses.length = 0;
    const { body } = await api.get(`/social/posts/${quiet.id}/counts`, { query: { from: "2026-11-18", to: "2026-11-19" } });
    expect(body.days.map(({ day, views }: { day: string; views: number }) => [day, views])).toEqual([
      ["2026-11-18", 1],
      ["2026-11-19", 2],
    ]);
    expect(body.days[1].hours.views[14]).toBe(1);
    expect(world.uses.filter(({ op }) => op === "Query").map(({ pattern, items }) => [pattern, items])).toEqual([["PostDay.list", 2]]);
  });
  it("400 for a range that is upside down or longer than 93 days", async () => {
    const { api } = world.editor;
    const ask = async (from: string, to: string) => (await api.get(`/social/posts/${post.id}/counts`, { query: { from, to } })).body;
    expect(await ask("2026-11-20", "2026-11-19")).toMatchObject({ status: 400, errors: [{ pointer: "/query/from" }] });
    expect(await ask("2026-08-19", "2026-11-20")).toMatchObject({ status: 400, errors: [{ pointer: "/query/from" }] });
    expect(await ask("2026-08-20", "2026-11-20")).toMatchObject({ from: "2026-08-20" });
  });
});

describe("GET /social/parked-events", () => {
  it("shows what was given up, without the persons in it", async () => {
    await world.ingest([{ ...like(1), post_id: world.ids.uuid(), event_timestamp: "2026-11-20T08:15:00.000Z" }] as never);
    const { body } = await world.editor.api.get("/social/parked-events");
    expect(body.items).toMatchObject([{ state: "given_up", reason: "no_such_post", count: 1 }]);
    expect(JSON.stringify(body)).not.toContain("user-1");
    expect((await world.editor.api.get("/social/parked-events", { query: { state: "waiting" } })).body.items).toEqual([]);
  });
});
