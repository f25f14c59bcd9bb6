import type { OrgCtx } from "../../kernel/context.ts";
import { type List, type ListRecord, recordOf } from "../../kernel/export/list.ts";
import { every } from "../../kernel/table/every.ts";
import { Post, PostStatus } from "../post/post.ts";

const columns = [
  "id",
  "org_id",
  "user_id",
  "account_id",
  "platform",
  "placement",
  "title",
  "caption",
  "hashtags",
  "mentions",
  "media_type",
  "media_urls",
  "thumbnail_url",
  "platform_post_id",
  "platform_url",
  "status",
  "scheduled_at",
  "published_at",
  "content_category",
  "target_audience",
  "content_goals",
  "template_id",
  "ai_generated",
  "ai_prompt",
  "ai_model",
  "followers_at_publication",
  "created_at",
  "updated_at",
] as const satisfies readonly (keyof Post)[];

/** Status after status, along the way that posts take, each post once; one that goes back meanwhile may be passed over. Deleted ones are left out. */
async function* posts(ctx: OrgCtx): AsyncGenerator<ListRecord> {
  const { org_id } = ctx;
  const met = new Set<string>();
  for (const status of PostStatus.options)
    for await (const post of every((page) => Post.query.byStatus(ctx, { org_id, status }, page))) {
      if (met.has(post.id)) continue;
      met.add(post.id);
      yield recordOf(columns, post);
    }
}

export const postList: List = { columns, records: posts };
