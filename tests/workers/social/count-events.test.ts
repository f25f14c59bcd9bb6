import type { DynamoDBRecord } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import type { QueuedEvent } from "../../../shared/social/engagement/arrived-event.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { readCounts } from "../../../shared/social/engagement/read-counts.ts";
import { removeEvents } from "../../../shared/social/engagement/remove-events.ts";
import { socialCheckpoints } from "../../../shared/social/table.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";

const none = { likes: 0, comments: 0, shares: 0, saves: 0, views: 0 };
let world: EngagementWorld;
beforeAll(async () => {
  world = await engagementWorld();
});

const acts = (post: Post, count: number, more: Partial<QueuedEvent> = {}): QueuedEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `act-${n}`,
    post_id: post.id,
    event_type: "like" as const,
    event_timestamp: `2026-11-20T0${n % 9}:00:00.000Z`,
    platform_user_id: `user-${n}`,
    ...more,
  }));
/** A post of its own, its events stored and the records that the stream has of them. */
const stored = async (count: number): Promise<{ post: Post; shard: string; records: DynamoDBRecord[] }> => {
  const post = await world.post({ status: "published" });
  await world.ingest(acts(post, count));
  const shards = await world.told();
  const isOf = ({ dynamodb }: DynamoDBRecord): boolean => dynamodb?.Keys?.["pk"]?.S?.endsWith(post.id) === true;
  const { shard, records } = shards.find(({ records: all }) => all.some(isOf))!;
  return { post, shard, records: records.filter(isOf) };
};

describe("social.count-events", () => {
  it("counts new events by day and hour, and the events of the month", async () => {
    const { post, shard, records } = await stored(12);
    world.sent.length = 0;
    expect(await world.bring(records, shard)).toBeUndefined();
    const counts = await readCounts(world.ctx, post.id, {});
    expect(counts.totals).toEqual({ ...none, likes: 12 });
    expect(counts.days).toMatchObject([{ day: "2026-11-20", likes: 12 }]);
    expect(counts.days[0]!.hours.likes).toEqual([2, 2, 2, 1, 1, 1, 1, 1, 1, ...Array<number>(15).fill(0)]);
    expect(await PostMonth.get(world.ctx, { org_id: world.org_id, month: "2026-11", post_id: post.id })).toMatchObject({ events: 12 });
    expect(world.sent.map(({ envelope }) => [envelope.type, envelope.data])).toEqual([[RefreshPost.type, { post_id: post.id }]]);
  });
  it("changes nothing when a batch comes again, whole or cut otherwise", async () => {
    const { post, shard, records } = await stored(9);
    await world.bring(records.slice(0, 5), shard);
    // The answer was lost: the stream goes on from before, in other batches.
    await world.bring(records.slice(0, 3), shard);
    await world.bring(records.slice(2, 8), shard);
    await world.bring(records.slice(7), shard);
    await world.bring(records, shard);
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 9 });
  });
  it("counts each record once when two deliveries run at the same time", async () => {
    const { post, shard, records } = await stored(6);
    await Promise.all([world.bring(records, shard), world.bring(records.slice(0, 4), shard)]);
    await world.bring(records, shard);
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 6 });
  });
  it("keeps the shards of the stream apart", async () => {
    const { post, shard, records } = await stored(4);
    await world.bring(records.slice(2), `${shard}-other`);
    await world.bring(records.slice(0, 2), shard);
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 4 });
    const place = { consumer: "social.count-events", shard: `${shard}-other` };
    expect(await socialCheckpoints.get(world.ctx, place)).toMatchObject({ sequence: records.at(-1)!.dynamodb!.SequenceNumber });
  });
  it("cuts what one transaction cannot hold", async () => {
    const post = await world.post({ status: "published" });
    const days = Array.from({ length: 130 }, (_, n) => new Date(Date.parse("2026-06-01T00:00:00.000Z") + n * 86_400_000).toISOString());
    await world.ingest(acts(post, 130).map((act, n) => ({ ...act, event_timestamp: days[n]! })));
    await world.count(200);
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 130 });
  });
  it("passes over a record that it cannot read, and counts those beside it", async () => {
    const { post, shard, records } = await stored(3);
    const broken = structuredClone(records[1]!);
    broken.dynamodb!.NewImage!["event_type"] = { S: "stare" };
    expect(await world.bring([records[0]!, broken, records[2]!], shard)).toBeUndefined();
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 2 });
    expect(world.log.lines.at(-1)).toMatchObject({ level: "error", message: "stream record passed over" });
  });
  it("does not count again what leaves for the archive and comes back", async () => {
    const { post } = await stored(4);
    await world.count();
    const { items } = await EngagementEvent.list(world.ctx, { org_id: world.org_id, month: "2026-11", post_id: post.id });
    for (const event of items) await EngagementEvent.delete(world.ctx, event);
    world.clock.advance(3 * 86_400_000);
    await EngagementEvent.putMany(world.ctx, items);
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 4 });
  });
  it("subtracts what moderation removes, once, and does not count a repetition of it", async () => {
    const post = await world.post({ status: "published" });
    await world.ingest(acts(post, 3));
    await world.count();
    const removal = { events: [0, 1].map((n) => ({ post_id: post.id, month: "2026-11", id: `act-${n}` })) };
    expect(await removeEvents(world.ctx, removal)).toEqual({ removed: 2, unchanged: 0 });
    expect(await removeEvents(world.ctx, removal)).toEqual({ removed: 0, unchanged: 2 });
    await world.ingest(acts(post, 3));
    await world.count();
    await world.count();
    expect(await world.counted(post.id)).toEqual({ ...none, likes: 1 });
    const { items } = await EngagementEvent.query.byPerson(world.ctx, { org_id: world.org_id, platform: "instagram", platform_user_id: "user-0" });
    expect(items.filter(({ post_id }) => post_id === post.id)).toEqual([]);
  });
});
