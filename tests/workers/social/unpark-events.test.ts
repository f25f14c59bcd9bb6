import { beforeAll, describe, expect, it } from "vitest";
import { PostPublished } from "../../../events/social/post-published.v1.ts";
import { UnparkEvents } from "../../../events/social/unpark-events.v1.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import { unparkEventsHourlyJob } from "../../../functions/social/unpark-events-hourly.schedule.ts";
import { unparkEventsWorker } from "../../../functions/social/unpark-events.worker.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { ParkedEvent } from "../../../shared/social/engagement/parked-event.ts";
import { social, socialSystem } from "../../../shared/social/table.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";

const HOUR_MS = 3_600_000;
let world: EngagementWorld;
beforeAll(async () => {
  world = await engagementWorld();
});

let posts = 0;
/** Three views of a post that is not known yet; returns the network's id of it. */
const parked = async (): Promise<string> => {
  posts += 1;
  const platform_post_id = `not-yet-${posts}`;
  const view = { platform: "instagram", platform_post_id, event_type: "view" as const, event_timestamp: world.clock.now().toISOString() };
  await world.ingest([view, view, view]);
  return platform_post_id;
};
const tick = () => world.tick(unparkEventsHourlyJob, world.clock.now().toISOString());
const states = async (platform_post_id: string): Promise<string[]> =>
  (await ParkedEvent.query.byPost(world.ctx, { org_id: world.org_id, platform: "instagram", platform_post_id })).items.map(({ state }) => state);

describe("social.unpark-events.v1", () => {
  it("counts what waited for a post as soon as the post is published", async () => {
    const platform_post_id = await parked();
    const post = await world.post({ status: "published", platform_post_id });
    const published = { post_id: post.id, platform: "instagram", published_at: post.published_at! };
    await transact(world.ctx, social, socialSystem.emit(world.ctx, PostPublished, published), { pattern: "test.publish" });
    expect(await world.drain(unparkEventsWorker)).toBe(1);
    await world.drain(ingestEventsWorker);
    expect(await world.counted(post.id)).toMatchObject({ views: 3 });
    expect(await states(platform_post_id)).toEqual([]);
  });
  it("looks again every hour, and counts once however often it looks", async () => {
    const platform_post_id = await parked();
    world.clock.advance(HOUR_MS);
    await tick();
    await world.drain(unparkEventsWorker);
    expect(await states(platform_post_id)).toEqual(["waiting"]);
    const post = await world.post({ status: "published", platform_post_id });
    const order = world.message(UnparkEvents, { post_id: post.id });
    expect(await world.deliver(unparkEventsWorker, [order, order])).toBe(0);
    await world.drain(ingestEventsWorker);
    expect(await world.counted(post.id)).toMatchObject({ views: 3 });
    expect(await world.deliver(unparkEventsWorker, [order])).toBe(0);
    await world.drain(ingestEventsWorker);
    expect(await world.counted(post.id)).toMatchObject({ views: 3 });
  });
  it("goes on in another message when time runs short", async () => {
    const platform_post_id = await parked();
    world.clock.advance(HOUR_MS);
    await tick();
    expect(await world.drain(unparkEventsWorker, { remaining_ms: 5_000 })).toBeGreaterThan(1);
    expect(await states(platform_post_id)).toEqual(["waiting"]);
    const post = await world.post({ status: "published", platform_post_id });
    expect(await world.deliver(unparkEventsWorker, [world.message(UnparkEvents, { post_id: post.id })])).toBe(0);
    await world.drain(ingestEventsWorker);
    expect(await states(platform_post_id)).toEqual([]);
  });
  it("gives up after a day, visibly, and counts nothing then", async () => {
    const platform_post_id = await parked();
    world.clock.advance(24 * HOUR_MS - 1);
    await tick();
    await world.drain(unparkEventsWorker);
    expect(await states(platform_post_id)).toEqual(["waiting"]);
    world.clock.advance(HOUR_MS);
    await tick();
    await world.drain(unparkEventsWorker);
    expect(await states(platform_post_id)).toEqual(["given_up"]);
    expect(world.log.lines.filter(({ level, message }) => level === "error" && message.startsWith("events given up")).length).toBe(1);
    const post = await world.post({ status: "published", platform_post_id });
    expect(await world.deliver(unparkEventsWorker, [world.message(UnparkEvents, { post_id: post.id })])).toBe(0);
    await world.drain(ingestEventsWorker);
    expect(await world.counted(post.id)).toMatchObject({ views: 0 });
  });
  it("refuses a poisoned order and carries out its neighbour", async () => {
    const platform_post_id = await parked();
    const post = await world.post({ status: "published", platform_post_id });
    const poison = world.message(UnparkEvents, { post_id: world.ids.uuid() });
    expect(await world.deliver(unparkEventsWorker, [poison, world.message(UnparkEvents, { post_id: post.id })])).toBe(1);
    await world.drain(ingestEventsWorker);
    expect(await world.counted(post.id)).toMatchObject({ views: 3 });
  });
});
