import { PostPublished } from "../../../events/social/post-published.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { SocialAccount } from "../account/social-account.ts";
import { Post } from "../post/post.ts";
import { readingWrites } from "../reading/begin-reading.ts";
import { socialSystem } from "../table.ts";
import { ContentTemplate } from "../template/content-template.ts";
import { markWrites } from "./post-mark.ts";
import { captionHash, publishedText } from "./published-text.ts";

/** A post as its network has it. */
export interface Appearance {
  readonly platform_post_id: string;
  readonly platform_url?: string | undefined;
  readonly published_at: string;
}

/** Its template has been used once more; one that was deleted since counts nothing. */
const usageWrites = async (ctx: OrgCtx, { org_id, template_id }: Post): Promise<Write[]> => {
  if (template_id === undefined) return [];
  const template = await ContentTemplate.find(ctx, { org_id, id: template_id }, { consistent: true });
  return template ? ContentTemplate.writes.increment(ctx, { org_id, id: template_id }, { usage_count: 1 }) : [];
};

/** Everything that is true once a post has appeared, for one transaction: the post, the fact, its template's count, its marks, its readings. */
export const publicationWrites = async (ctx: OrgCtx, post: Post, { platform_post_id, platform_url, published_at }: Appearance): Promise<Write[]> => {
  const { org_id, id, account_id, platform, status } = post;
  const caption_hash = captionHash(publishedText(post));
  const account = account_id === undefined ? undefined : await SocialAccount.find(ctx, { org_id, id: account_id });
  const patch = {
    platform_post_id,
    ...(platform_url === undefined ? {} : { platform_url }),
    published_at,
    caption_hash,
    ...(account?.follower_count === undefined ? {} : { followers_at_publication: account.follower_count }),
    due_at: null,
    lease_until: null,
    next_attempt_at: null,
    failure_class: null,
    failure_detail: null,
    sending: null,
    waits_for: "time" as const,
  };
  const isMarked = status === "scheduled" || status === "publishing";
  return [
    ...Post.writes.transition(ctx, post, "published", { patch }),
    ...(isMarked ? [] : markWrites(ctx, { id, account_id, caption_hash, scheduled_at: published_at })),
    ...(await usageWrites(ctx, post)),
    ...readingWrites(ctx, post, account, { platform_post_id, published_at }),
    ...socialSystem.emit(ctx, PostPublished, { post_id: id, platform, published_at }),
  ];
};
