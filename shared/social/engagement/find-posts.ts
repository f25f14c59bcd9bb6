import type { OrgCtx } from "../../kernel/context.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { Post } from "../post/post.ts";
import { type QueuedEvent, postKeyOf } from "./arrived-event.ts";

const AT_ONCE = 10;

/** The posts that events name, by `postKeyOf`; those that nobody knows are missing. Deleted posts are found: what is done on them counts. */
export const findPosts = async (ctx: OrgCtx, events: readonly QueuedEvent[]): Promise<Map<string, Post>> => {
  const { org_id } = ctx;
  const named = [...new Map(events.map((event) => [postKeyOf(event), event])).values()];
  const ids = named.flatMap(({ post_id }) => (post_id === undefined ? [] : [{ org_id, id: post_id }]));
  const found = new Map((ids.length === 0 ? [] : await Post.getMany(ctx, ids, { consistent: true })).map((post) => [post.id, post]));
  const foreign = named.filter(({ post_id }) => post_id === undefined);
  await inParallel(foreign, AT_ONCE, async (event) => {
    const platform = PlatformName.safeParse(event.platform).data;
    if (platform === undefined || event.platform_post_id === undefined) return;
    const post = await Post.by.platformPost(ctx, { org_id, platform, platform_post_id: event.platform_post_id });
    if (post) found.set(postKeyOf(event), post);
  });
  return found;
};
