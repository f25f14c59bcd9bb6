import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { social } from "../table.ts";
import { publicationWrites } from "./publication-writes.ts";

export const PublishedByHand = z.strictObject({
  /** The network's own id of it. */
  platform_post_id: z.string().trim().min(1).max(100),
  platform_url: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .optional(),
  /** Now, when it is left out. */
  published_at: z.iso.datetime({ offset: true }).optional(),
});
export type PublishedByHand = z.output<typeof PublishedByHand>;

/**
 * Notes that people have published a post themselves. Throws DomainError not_found, conflict `invalid_transition`,
 * `being_published` while the job holds it, `platformPost_taken`, and `in_the_future`. README, Publishing.
 */
export const markPublished = async (ctx: OrgCtx, id: string, { published_at, ...where }: PublishedByHand): Promise<Post> => {
  const now = ctx.clock.now();
  const at = published_at === undefined ? now : new Date(published_at);
  if (at > now) {
    const detail = "A post that has appeared did so before now.";
    throw unprocessable("in_the_future", detail, [{ pointer: "/published_at", code: "in_the_future", detail }]);
  }
  return contend(async () => {
    const post = await getPost(ctx, id, { consistent: true });
    if (post.status === "publishing" && (post.lease_until ?? "") > now.toISOString())
      throw conflict("being_published", "The job is publishing this post right now; see what came of it first.");
    const writes = await publicationWrites(ctx, post, { ...where, published_at: at.toISOString() });
    const result = Post.after(writes);
    await transact(ctx, social, writes, { pattern: "posts.markPublished", result });
    return result;
  });
};
