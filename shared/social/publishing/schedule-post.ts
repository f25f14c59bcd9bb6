import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { getPost } from "../post/read-posts.ts";
import { getSettings } from "../settings/get-settings.ts";
import { social } from "../table.ts";
import { planWrites } from "./plan-post.ts";
import { type PlannedTime, plannedAt } from "./planned-time.ts";

/**
 * Plans a draft for a time. Throws DomainError not_found, `invalid_transition`, `not_publishable` with everything that the
 * network would refuse, `local_time_nonexistent` and `local_time_ambiguous`. README, Planning.
 */
export const schedulePost = async (ctx: OrgCtx, id: string, time: PlannedTime): Promise<Post> => {
  const plan = plannedAt(time, (await getSettings(ctx)).time_zone);
  return contend(async () => {
    const post = await getPost(ctx, id, { consistent: true });
    const writes = await planWrites(ctx, post, plan);
    const result = Post.after(writes);
    await transact(ctx, social, writes, { pattern: "posts.schedule", result });
    return result;
  });
};
