import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { transact } from "../../kernel/table/table.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";

/** How long whoever publishes a post holds it: far longer than a function may run. */
const LEASE_MS = 15 * 60_000;

const isDue = ({ status, due_at, lease_until, waits_for, deleted }: Post, now: string): boolean => {
  if (deleted) return false;
  if (status === "publishing") return (lease_until ?? "") <= now;
  return status === "scheduled" && waits_for !== "hand" && due_at !== undefined && due_at <= now;
};

/**
 * Takes a post that is due for as long as the lease lasts; undefined when it is not due, or another was first. A lease that
 * ran out belongs to a run that died, which counts as an attempt. README, Publishing.
 */
export const claimPost = async (ctx: OrgCtx, id: string): Promise<Post | undefined> => {
  const key = { org_id: ctx.org_id, id };
  const post = await Post.find(ctx, key, { consistent: true });
  const now = ctx.clock.now();
  if (!post || !isDue(post, now.toISOString())) return undefined;
  const lease_until = new Date(now.getTime() + LEASE_MS).toISOString();
  const patch = { lease_until, due_at: lease_until, waits_for: "retry" as const, next_attempt_at: null };
  const writes =
    post.status === "publishing"
      ? Post.writes.patch(ctx, post, { ...patch, attempts: post.attempts + 1 })
      : Post.writes.transition(ctx, post, "publishing", { patch });
  try {
    await transact(ctx, social, writes, { pattern: "posts.claim" });
  } catch (error) {
    if (isDomainError(error, "concurrent_change")) return undefined;
    throw error;
  }
  return Post.get(ctx, key, { consistent: true });
};
