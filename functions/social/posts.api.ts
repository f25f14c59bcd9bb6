import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { createPost } from "../../shared/social/post/create-post.ts";
import { deletePost } from "../../shared/social/post/delete-post.ts";
import { patchPost } from "../../shared/social/post/patch-post.ts";
import { getPost, listPosts } from "../../shared/social/post/read-posts.ts";
import { checkPost } from "../../shared/social/publishing/check-post.ts";
import { markPublished } from "../../shared/social/publishing/mark-published.ts";
import { publishNow } from "../../shared/social/publishing/publish-now.ts";
import { retryPost } from "../../shared/social/publishing/retry-post.ts";
import { schedulePost } from "../../shared/social/publishing/schedule-post.ts";
import { unschedulePost } from "../../shared/social/publishing/unschedule-post.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { posts } from "./posts.routes.ts";

export const postsApi = api(
  posts,
  { records: socialSystem.idempotency, ports: {} },
  {
    createPost: (ctx, { body }) => createPost(ctx, body),
    listPosts: (ctx, { query, page }) => listPosts(ctx, query, page),
    getPost: (ctx, { params }) => getPost(ctx, params.post_id),
    patchPost: (ctx, { params, body, version }) => patchPost(ctx, params.post_id, body, version),
    checkPost: (ctx, { params, body }) => checkPost(ctx, params.post_id, body),
    schedulePost: (ctx, { params, body }) => schedulePost(ctx, params.post_id, body),
    unschedulePost: (ctx, { params }) => unschedulePost(ctx, params.post_id),
    publishNow: (ctx, { params }) => publishNow(ctx, params.post_id),
    retryPost: (ctx, { params }) => retryPost(ctx, params.post_id),
    markPublished: (ctx, { params, body }) => markPublished(ctx, params.post_id, body),
    deletePost: (ctx, { params, version }) => deletePost(ctx, params.post_id, version),
  },
);
export const handler = onLambda(postsApi, authenticate);
