import { RefreshPost } from "../../../events/social/refresh-post.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import { type QueuedEvent, kindOf, postKeyOf } from "./arrived-event.ts";
import { countDays } from "./count-days.ts";
import { EventBatch } from "./event-batch.ts";
import { findPosts } from "./find-posts.ts";
import { parkEvents } from "./park-events.ts";
import { type StoringCtx, storeEvents } from "./store-events.ts";
import { type DayTally, tally } from "./tally.ts";

const KEEP_S = 14 * 86_400;
const MOST_SHARDS = 16;

type IngestCtx = StoringCtx & { readonly commands: Commands };

/**
 * Works off one message of events: stores those that have an identity, each once by its id; parks those whose post is
 * not known; and counts views without a person, all under one record of the message. However often the message comes,
 * it counts once. README, Engagement.
 */
export const ingestEvents = async (ctx: IngestCtx, { events }: { readonly events: readonly QueuedEvent[] }): Promise<void> => {
  const batch_id = ctx.request_id;
  const posts = await findPosts(ctx, events);
  const viewed = new Map(
    events
      .filter((event) => kindOf(event) === "view")
      .flatMap((event) => posts.get(postKeyOf(event)) ?? [])
      .map((post) => [post.id, post]),
  );
  if (!(await EventBatch.find(ctx, { org_id: ctx.org_id, id: batch_id }, { consistent: true }))) await workOff(ctx, batch_id, events, posts, viewed);
  // Sent again by a repeat, whose first delivery may have ended before this.
  await ctx.commands.sendEach(
    ctx,
    RefreshPost,
    [...viewed.keys()].map((post_id) => ({ org_id: ctx.org_id, id: uuidOf(`${RefreshPost.type}/${batch_id}/${post_id}`), data: { post_id } })),
  );
};

const workOff = async (
  ctx: IngestCtx,
  batch_id: string,
  events: readonly QueuedEvent[],
  posts: ReadonlyMap<string, Post>,
  viewed: ReadonlyMap<string, Post>,
): Promise<void> => {
  const known = events.filter((event) => posts.has(postKeyOf(event)));
  const identified = known.filter((event) => kindOf(event) !== "view");
  const views = known.filter((event) => kindOf(event) === "view");
  const parked = events.filter((event) => !posts.has(postKeyOf(event)));
  const { stored, known: duplicates, too_late } = await storeEvents(ctx, identified, posts);
  await parkEvents(ctx, batch_id, parked);
  const batch = EventBatch.draft(ctx, {
    org_id: ctx.org_id,
    id: batch_id,
    received: events.length,
    stored,
    duplicates,
    too_late,
    views: views.length,
    parked: parked.length,
    expires_at: Math.floor(ctx.clock.now().getTime() / 1000) + KEEP_S,
  });
  const tallies = tally(
    views.map((event) => {
      const { id: post_id, view_shards } = posts.get(postKeyOf(event))!;
      return { org_id: ctx.org_id, post_id, type: "view" as const, at: event.event_timestamp, by: 1, shard: shardOf(batch_id, view_shards) };
    }),
  );
  await count(ctx, batch, tallies, viewed);
};

/** Another delivery of the same message that was quicker has counted everything. */
const count = async (ctx: OrgCtx, batch: EventBatch, tallies: readonly DayTally[], viewed: ReadonlyMap<string, Post>): Promise<void> => {
  try {
    await contend(async () => {
      const writes = [...EventBatch.writes.put(ctx, batch), ...(await countDays(ctx, tallies))];
      await transact(ctx, social, writes, { pattern: "events.countViews" });
    });
  } catch (error) {
    if (isDomainError(error, "already_exists")) return;
    if (isDomainError(error, "contended")) await spread(ctx, [...viewed.values()]);
    throw error;
  }
};

/** Posts whose counters are fought over get twice as many; the message comes again and finds less of a crowd. README, Engagement. */
const spread = async (ctx: OrgCtx, posts: readonly Post[]): Promise<void> => {
  for (const { org_id, id, view_shards } of posts) {
    if (view_shards >= MOST_SHARDS) continue;
    await Post.patch(ctx, { org_id, id }, { view_shards: view_shards * 2 });
    ctx.log.warn("a post has become hot", { post_id: id, view_shards: view_shards * 2 });
  }
};

/** The same for each delivery of a message. */
const shardOf = (batch_id: string, shards: number): number => (shards === 1 ? 0 : Number.parseInt(batch_id.replaceAll("-", "").slice(-8), 16) % shards);
