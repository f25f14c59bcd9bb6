import type { OrgCtx } from "../../kernel/context.ts";
import type { Failure } from "../../kernel/outcome.ts";
import { type Write, transact } from "../../kernel/table/table.ts";
import { SocialAccount } from "../account/social-account.ts";
import { type FailureClass, Post } from "../post/post.ts";
import { social } from "../table.ts";
import { unmarkWrites } from "./post-mark.ts";

/** After each attempt that failed; after the last one the post has failed. */
const RETRY_MINUTES = [1, 2, 4, 8, 16] as const;
/** A wait of theirs from this on is a limit, not a trouble of the post's: it counts no attempt. */
const LIMIT_MS = 60_000;
const DETAIL_LENGTH = 500;

/** Fields that change with the outcome, beside it. */
export type With = Pick<Parameters<typeof Post.writes.patch>[2], "sending">;

const put = (ctx: OrgCtx, ms: number): string => new Date(ctx.clock.now().getTime() + ms).toISOString();

/** Back to being planned, for later; `attempts` as they are then. */
const laterWrites = (ctx: OrgCtx, post: Post, ms: number, detail: string, more: With & { readonly attempts?: number }): Write[] => {
  const next_attempt_at = put(ctx, ms);
  const patch = {
    ...more,
    due_at: next_attempt_at,
    next_attempt_at,
    lease_until: null,
    waits_for: "retry" as const,
    failure_detail: detail.slice(0, DETAIL_LENGTH),
  };
  return Post.writes.transition(ctx, post, "scheduled", { patch });
};

const failedWrites = async (ctx: OrgCtx, post: Post, failure_class: FailureClass, detail: string, more: With): Promise<Write[]> => {
  const failure_detail = detail.slice(0, DETAIL_LENGTH);
  const patch = { ...more, failure_class, failure_detail, due_at: null, lease_until: null, next_attempt_at: null, waits_for: "time" as const };
  return [...Post.writes.transition(ctx, post, "failed", { patch, reason: failure_detail }), ...(await unmarkWrites(ctx, post))];
};

const trialWrites = (ctx: OrgCtx, post: Post, failure_class: FailureClass, detail: string, more: With): Write[] | Promise<Write[]> => {
  const minutes = RETRY_MINUTES[post.attempts];
  return minutes === undefined
    ? failedWrites(ctx, post, failure_class, detail, more)
    : laterWrites(ctx, post, minutes * 60_000, detail, { ...more, attempts: post.attempts + 1 });
};

/** The account must be given a new token; of one that got one meanwhile nothing is said. */
const lostAccountWrites = async (ctx: OrgCtx, { org_id, account_id }: Post, detail: string): Promise<Write[]> => {
  const account = account_id === undefined ? undefined : await SocialAccount.find(ctx, { org_id, id: account_id }, { consistent: true });
  return account?.status === "connected" ? SocialAccount.writes.patch(ctx, account, { status: "needs_reconnect", last_error: detail }) : [];
};

const REFUSED_TOKEN = "The account has no token that Instagram accepts. Connect it again.";

const writesFor = async (ctx: OrgCtx, post: Post, failure: Failure, more: With): Promise<Write[]> => {
  switch (failure.kind) {
    case "retry_later":
      return isTrouble(failure) ? trialWrites(ctx, post, "gave_up", failure.reason, more) : laterWrites(ctx, post, failure.after_ms, failure.reason, more);
    case "unknown_outcome":
      return trialWrites(ctx, post, "unknown_outcome", failure.detail, more);
    case "permanent":
      return failedWrites(ctx, post, "permanent", failure.detail, more);
    case "auth_expired":
      return [...(await failedWrites(ctx, post, "auth_expired", REFUSED_TOKEN, more)), ...(await lostAccountWrites(ctx, post, REFUSED_TOKEN))];
  }
};

/**
 * Notes that a post that is held has not appeared, or not as far as we know: it waits for the limit to pass, or for its
 * next attempt after 1, 2, 4, 8 and 16 minutes, or has failed. README, Publishing.
 */
export const settleFailure = async (ctx: OrgCtx, post: Post, failure: Failure, more: With = {}): Promise<void> =>
  transact(ctx, social, await writesFor(ctx, post, failure, more), { pattern: "posts.settle" });

/** The same for a post that only needs more time there: no attempt counts. */
export const waitFor = (ctx: OrgCtx, post: Post, ms: number, detail: string): Promise<void> =>
  transact(ctx, social, laterWrites(ctx, post, ms, detail, {}), { pattern: "posts.settle" });

/** A trouble that may pass, by which an attempt has failed; a limit of theirs is none. */
export const isTrouble = (failure: Failure): boolean => failure.kind === "retry_later" && failure.after_ms < LIMIT_MS;

/** No attempt is left: every one of them was begun and not one came to an end. */
export const isExhausted = ({ attempts }: Post): boolean => attempts > RETRY_MINUTES.length;
