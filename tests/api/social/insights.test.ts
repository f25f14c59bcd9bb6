import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { counted } from "../../support/analytics.ts";
import { type ReadingWorld, readingWorld } from "../../workers/social/reading-world.ts";

let world: ReadingWorld;
beforeAll(async () => {
  world = await readingWorld();
});
afterAll(() => world.stop());

const DAY_MS = 86_400_000;
const said = (body: { items: { day: string; views: number | null; accuracy: { views: string | null } | null }[] }) =>
  body.items.map(({ day, views, accuracy }) => [day, views, accuracy?.views ?? null]);

describe("GET /social/posts/{post_id}/insights", () => {
  it("lists what the network said, the latest day first, page by page, with our accuracy; 404 for another org's post", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 1_000 });
    await counted(org, post, "2026-11-20", { views: 999 });
    await world.read([world.order(org, account)]);
    world.clock.advance(DAY_MS);
    await world.tell(post, { views: 2_000 });
    await world.read([world.order(org, account)]);
    const path = `/social/posts/${post.id}/insights`;
    const first = await org.viewer.api.get(path, { query: { limit: 1 } });
    const second = await org.viewer.api.get(path, { query: { limit: 1, cursor: first.body.next_cursor } });
    expect([...said(first.body), ...said(second.body)]).toEqual([
      ["2026-11-21", 2_000, "0.4995"],
      ["2026-11-20", 1_000, "0.9990"],
    ]);
    expect((await world.viewer.api.get(path)).status).toBe(404);
  });

  it("has no accuracy for what people noted themselves, also over what was read", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    const post = await world.published(org, account, { views: 1_000 });
    await world.read([world.order(org, account)]);
    const noted = await org.editor.api.post(`/social/posts/${post.id}/insights`, { views: 1_100 });
    expect([noted.status, noted.body.views, noted.body.accuracy]).toEqual([201, 1_100, null]);
    const { body } = await org.viewer.api.get(`/social/posts/${post.id}/insights`);
    expect([body.items.length, body.items[0].views, body.items[0].accuracy]).toEqual([1, 1_100, null]);
  });
});

describe("GET /social/posts/{post_id}/reading", () => {
  it("tells what came of the last look and when the next one is; 404 for another org's post", async () => {
    const org = await world.org();
    const account = await world.account(org, "youtube");
    world.clock.set("2027-06-01T09:30:00.000Z");
    const post = await world.published(org, account, { views: 5 });
    const path = `/social/posts/${post.id}/reading`;
    expect((await org.viewer.api.get(path)).body).toMatchObject({ outcome: "waiting", due_at: "2027-06-01T09:30:00.000Z" });
    await world.read([world.order(org, account)]);
    expect((await org.viewer.api.get(path)).body).toMatchObject({ outcome: "read", read_at: "2027-06-01T09:30:00.000Z", due_at: "2027-06-01T10:00:00.000Z" });
    expect((await world.viewer.api.get(path)).status).toBe(404);
  });
});
