import type { OrgCtx } from "../../kernel/context.ts";
import { getPost } from "../post/read-posts.ts";
import { PostReading } from "./post-reading.ts";

/** When a post is read from its network, and what came of it. Throws DomainError not_found, also for a post that is not read at all. */
export const getReading = async (ctx: OrgCtx, post_id: string): Promise<PostReading> => {
  await getPost(ctx, post_id);
  return PostReading.get(ctx, { org_id: ctx.org_id, post_id });
};
