import { beforeAll, describe, expect, it } from "vitest";
import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import type { QueuedEvent } from "../../../shared/social/engagement/arrived-event.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { EventBatch } from "../../../shared/social/engagement/event-batch.ts";
import { ParkedEvent } from "../../../shared/social/engagement/parked-event.ts";
import { Touch } from "../../../shared/social/engagement/touch.ts";
import { PostDay } from "../../../shared/social/engagement/post-day.ts";
import { Post } from "../../../shared/social/post/post.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";
import { faultGate } from "../../support/faults/gate.ts";

const AT = "2026-11-20T08:15:00.000Z";
let world: EngagementWorld;
let post: Post;
beforeAll(async () => {
  world = await engagementWorld();
  post = await world.post({ status: "published" });
});

const like = (n: number, more: Partial<QueuedEvent> = {}): QueuedEvent => ({
  id: `like-${n}`,
  post_id: post.id,
  event_type: "like",
  event_timestamp: AT,
  platform_user_id: `user-${n}`,
  ...more,
});
const view = (more: Partial<QueuedEvent> = {}): QueuedEvent => ({ post_id: post.id, event_type: "view", event_timestamp: AT, ...more });
const none = { likes: 0, comments: 0, shares: 0, saves: 0, views: 0 };

describe("social.ingest-events.v1", () => {
  it("stores events once, counts views at once, and tells what came of the batch", async () => {
    const id = world.ids.uuid();
    await world.ingest([like(1), like(2), view(), view(), view({ event_timestamp: "2026-11-20T09:00:00.000Z" })], id);
    expect(await EventBatch.get(world.ctx, { org_id: world.org_id, id })).toMatchObject({ received: 5, stored: 2, duplicates: 0, views: 3, parked: 0 });
    expect(await world.counted(post.id)).toEqual({ ...none, views: 3 });
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 2, views: 3 });
    expect(await EngagementEvent.get(world.ctx, { org_id: world.org_id, month: "2026-11", post_id: post.id, id: "like-1" })).toMatchObject({
      platform: "instagram",
      platform_user_id: "user-1",
    });
  });
  it("counts nothing of a second delivery, and has the post refreshed again", async () => {
    const [before, id] = [await world.counted(post.id), world.ids.uuid()];
    await world.ingest([like(3), view()], id);
    world.sent.length = 0;
    await world.ingest([like(3), view()], id);
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...before, likes: before.likes + 1, views: before.views + 1 });
    expect(world.sent.map(({ envelope }) => [envelope.type, envelope.data])).toContainEqual([RefreshPost.type, { post_id: post.id }]);
  });
  it("drops what another message brings again, and says so", async () => {
    const [before, id] = [await world.counted(post.id), world.ids.uuid()];
    await world.ingest([like(1), like(4), like(4)], id);
    await world.count();
    expect(await EventBatch.get(world.ctx, { org_id: world.org_id, id })).toMatchObject({ stored: 1, duplicates: 2 });
    expect(await world.counted(post.id)).toEqual({ ...before, likes: before.likes + 1 });
  });
  it("knows an event without an id by its post, type, person and time", async () => {
    const before = await world.counted(post.id);
    const { id: _, ...anonymous } = like(5);
    await world.ingest([anonymous, { ...anonymous, event_type: "save" }]);
    await world.ingest([anonymous]);
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...before, likes: before.likes + 1, saves: before.saves + 1 });
  });
  it("keeps a known person's view as a touch for as long as conversions look back, and counts it once", async () => {
    const before = await world.counted(post.id);
    const seen = view({ platform_user_id: "viewer-1", event_timestamp: "2026-11-20T08:30:00.000Z" });
    await world.ingest([seen, seen, { ...seen, event_type: "website_click" }]);
    await world.ingest([seen]);
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...before, views: before.views + 1 });
    const { items } = await Touch.list(world.ctx, { org_id: world.org_id, platform: "instagram", platform_user_id: "viewer-1" });
    expect(items.map(({ type }) => type).toSorted()).toEqual(["view", "website_click"]);
    expect(new Date(items[0]!.expires_at * 1000).toISOString()).toBe("2026-12-20T08:30:00.000Z");
  });
  it("finds a post by its network's id, and parks what nobody knows, once", async () => {
    const [before, id] = [await world.counted(post.id), world.ids.uuid()];
    const { post_id: _, ...foreign } = like(6);
    const named = { ...foreign, platform: "instagram", platform_post_id: post.platform_post_id! };
    const unknown = { ...like(7), platform: "instagram", platform_post_id: "unheard-of", post_id: undefined };
    const batch = [named, unknown, { ...unknown, id: "like-8" }] as QueuedEvent[];
    await world.ingest(batch, id);
    await world.ingest(batch, id);
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...before, likes: before.likes + 1 });
    const { items } = await ParkedEvent.query.byState(world.ctx, { org_id: world.org_id, state: "waiting" });
    expect(items).toEqual([expect.objectContaining({ platform_post_id: "unheard-of", count: 2, give_up_at: "2026-11-21T09:00:00.000Z" })]);
  });
  it("gives events on a post of ours that does not exist up at once, for people to see", async () => {
    await world.ingest([like(9, { post_id: world.ids.uuid() })]);
    const { items } = await ParkedEvent.query.byState(world.ctx, { org_id: world.org_id, state: "given_up" });
    expect(items).toEqual([expect.objectContaining({ reason: "no_such_post", count: 1 })]);
  });
  it("refuses a poisoned message and works off its neighbours", async () => {
    const before = await world.counted(post.id);
    const good = world.message(IngestEvents, { events: [view()] });
    const poison = JSON.stringify({ ...(JSON.parse(good) as object), id: world.ids.uuid(), data: { events: [{ ...view(), event_type: "stare" }] } });
    expect(await world.deliver(ingestEventsWorker, [poison, good])).toBe(1);
    expect(await world.counted(post.id)).toEqual({ ...before, views: before.views + 1 });
  });
  it("spreads a hot post's views over its counters by the message, and sums them up", async () => {
    const hot = await world.post({ status: "published", view_shards: 4 });
    for (let n = 0; n < 8; n += 1) await world.ingest([view({ post_id: hot.id }), view({ post_id: hot.id })]);
    expect(await world.counted(hot.id)).toEqual({ ...none, views: 16 });
    const { items } = await PostDay.list(world.ctx, { org_id: world.org_id, post_id: hot.id });
    expect(items.length).toBeGreaterThan(1);
  });
  it("doubles the counters of a post that messages fight over, and counts the message when it comes again", async () => {
    const gate = faultGate({ seed: 1, rate: 1, kinds: ["conflict"] });
    const crowded = await engagementWorld({ wrap: gate.wrap });
    const { id } = await crowded.post({ status: "published" });
    const message = crowded.message(IngestEvents, { events: [view({ post_id: id })] });
    gate.start();
    expect(await crowded.deliver(ingestEventsWorker, [message])).toBe(1);
    await gate.stop();
    expect(await Post.get(crowded.ctx, { org_id: crowded.org_id, id })).toMatchObject({ view_shards: 2 });
    expect(await crowded.deliver(ingestEventsWorker, [message])).toBe(0);
    expect(await crowded.counted(id)).toEqual({ ...none, views: 1 });
  });
});
