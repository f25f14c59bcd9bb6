import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { SocialAccount } from "../account/social-account.ts";
import type { Post } from "../post/post.ts";
import { isStillRead } from "./cadence.ts";
import { PostReading } from "./post-reading.ts";

/**
 * From its publication on a post is read from its network, with the token of its account. One without an account of the
 * network, or that appeared too long ago, is not. README, Readings.
 */
export const readingWrites = (
  ctx: OrgCtx,
  { id: post_id, platform, placement, media_type }: Post,
  account: SocialAccount | undefined,
  { platform_post_id, published_at }: { readonly platform_post_id: string; readonly published_at: string },
): Write[] => {
  const is_story = placement === "story";
  if (account?.platform !== platform || !isStillRead({ published_at, is_story }, ctx.clock.now())) return [];
  return PostReading.writes.create(ctx, {
    org_id: ctx.org_id,
    post_id,
    account_id: account.id,
    platform,
    platform_post_id,
    published_at,
    is_story,
    is_reel: !is_story && (placement === "reel" || media_type === "video"),
    due_at: ctx.clock.now().toISOString(),
  });
};
