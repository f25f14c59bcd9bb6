import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { social } from "../table.ts";
import { unmarkWrites } from "./post-mark.ts";

/**
 * Takes a planned post back to a draft, which can be changed; its time is kept as a wish. Throws DomainError not_found or
 * conflict `invalid_transition`, which a post that is being published answers.
 */
export const unschedulePost = async (ctx: OrgCtx, id: string): Promise<Post> => {
  return contend(async () => {
    const post = await getPost(ctx, id, { consistent: true });
    const patch = { due_at: null, next_attempt_at: null, waits_for: "time" as const };
    const writes = Post.writes.transition(ctx, post, "draft", { patch });
    const result = Post.after(writes);
    await transact(ctx, social, [...writes, ...(await unmarkWrites(ctx, post))], { pattern: "posts.unschedule", result });
    return result;
  });
};
