import { PublicationOrdered } from "../../../events/social/publication-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { social, socialSystem } from "../table.ts";
import { isPublishedByApi, planWrites } from "./plan-post.ts";
import { markWrites, unmarkWrites } from "./post-mark.ts";

/** A plan that was checked before stands; only its time is now. */
const advanceWrites = async (ctx: OrgCtx, post: Post, now: string): Promise<Write[]> => [
  ...Post.writes.patch(ctx, post, { scheduled_at: now, due_at: now, next_attempt_at: null }),
  ...(post.scheduled_at === now ? [] : [...(await unmarkWrites(ctx, post)), ...markWrites(ctx, { ...post, scheduled_at: now })]),
];

/**
 * Makes a post in one of the given states due now, with the fact that has the job publish it without waiting for the next
 * minute. Throws DomainError not_found, `published_by_hand`, `invalid_transition` and `not_publishable`.
 */
export const orderPublication = async (ctx: OrgCtx, id: string, from: readonly Post["status"][], pattern: string): Promise<Post> => {
  return contend(async () => {
    const post = await getPost(ctx, id, { consistent: true });
    if (!isPublishedByApi(post.platform))
      throw unprocessable("published_by_hand", `Nothing publishes on ${post.platform} but people. Publish it there, then mark it as published.`);
    if (!from.includes(post.status))
      throw conflict("invalid_transition", `This is for a post that is ${from.join(" or ")}; this one is ${post.status}.`, {
        current: post.status,
        allowed: [],
      });
    const now = ctx.clock.now().toISOString();
    const writes = post.status === "scheduled" ? await advanceWrites(ctx, post, now) : await planWrites(ctx, post, { scheduled_at: now });
    const result = Post.after(writes);
    await transact(ctx, social, [...writes, ...socialSystem.emit(ctx, PublicationOrdered, { post_id: id })], { pattern, result });
    return result;
  });
};
