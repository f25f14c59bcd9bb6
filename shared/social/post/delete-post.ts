import { PostDeleted } from "../../../events/social/post-deleted.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { unmarkWrites } from "../publishing/post-mark.ts";
import { social, socialSystem } from "../table.ts";
import { Post } from "./post.ts";
import { getPost } from "./read-posts.ts";

/** Hides a post; what was counted and earned stays. Throws DomainError conflict `not_deletable` while it is being published, and stale. */
export const deletePost = async (ctx: OrgCtx, id: string, version: number): Promise<void> => {
  const post = await getPost(ctx, id);
  if (post.status === "publishing") throw conflict("not_deletable", "The post is being published; delete it when that has ended.");
  // Whoever made it could not be found there when they erase their account.
  const gone = { user_id: null, deleted: true, deleted_at: ctx.clock.now().toISOString(), due_at: null };
  // Nothing is to be compared with what will never appear.
  const marks = post.status === "scheduled" ? await unmarkWrites(ctx, post) : [];
  const writes = [...Post.writes.patch(ctx, post, gone, { version }), ...marks, ...socialSystem.emit(ctx, PostDeleted, { post_id: id })];
  await transact(ctx, social, writes, { pattern: "posts.delete" });
};
