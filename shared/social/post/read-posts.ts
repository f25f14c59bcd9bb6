import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { Post, PostStatus } from "./post.ts";

export const PostFilter = z
  .strictObject({
    status: PostStatus.optional(),
    platform: PlatformName.optional(),
    user_id: z.uuid().optional(),
    content_category: z.string().max(50).optional(),
  })
  .refine((filter) => Object.values(filter).filter((value) => value !== undefined).length <= 1, "takes one filter at a time");
export type PostFilter = z.output<typeof PostFilter>;

/** Throws DomainError not_found, also for a post that was deleted. */
export const getPost = async (ctx: OrgCtx, id: string, options: { readonly consistent?: boolean } = {}): Promise<Post> => {
  const post = await Post.get(ctx, { org_id: ctx.org_id, id }, options);
  if (post.deleted) throw notFound("post");
  return post;
};

/** Posts by one filter, the newest first; published ones by network and category, drafts unless a filter is given. */
export const listPosts = (ctx: OrgCtx, filter: PostFilter, page: PageRequest): Promise<PageOf<Post>> => {
  const { org_id } = ctx;
  const newest = { ...page, desc: true };
  if (filter.platform !== undefined) return Post.query.byPlatform(ctx, { org_id, platform: filter.platform }, newest);
  if (filter.user_id !== undefined) return Post.query.byUser(ctx, { org_id, user_id: filter.user_id }, newest);
  if (filter.content_category !== undefined) return Post.query.byCategory(ctx, { org_id, content_category: filter.content_category }, newest);
  return Post.query.byStatus(ctx, { org_id, status: filter.status ?? "draft" }, newest);
};
