import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { PlatformName } from "../platform/social-platform.ts";
import { FailureClass, Post } from "../post/post.ts";

/** Late enough that a person should know. */
const LATE_MS = 15 * 60_000;

/** Why a post has not appeared at its time. README, Worklist. */
export const LateReason = z.enum(["not_begun", "by_hand", "waits_for_retry", "publishing", "failed"]);

export const LatePost = z.strictObject({
  post_id: z.uuid(),
  platform: PlatformName,
  account_id: z.uuid().optional(),
  title: z.string().optional(),
  scheduled_at: z.iso.datetime().optional(),
  reason: LateReason,
  /** Why the last attempt did not succeed. */
  detail: z.string().optional(),
  failure_class: FailureClass.optional(),
  attempts: z.int(),
  next_attempt_at: z.iso.datetime().optional(),
});
export type LatePost = z.input<typeof LatePost>;
type Reason = LatePost["reason"];

const late = (post: Post, reason: Reason): LatePost => ({
  post_id: post.id,
  platform: post.platform,
  account_id: post.account_id,
  title: post.title,
  scheduled_at: post.scheduled_at,
  reason,
  detail: post.failure_detail,
  failure_class: post.failure_class,
  attempts: post.attempts,
  next_attempt_at: post.next_attempt_at,
});

type Look = (ctx: OrgCtx, page: PageRequest, until: string) => Promise<PageOf<LatePost>>;

const overdue =
  (waits_for: "time" | "hand", reason: Reason): Look =>
  async (ctx, page, until) => {
    const { items, position } = await Post.query.due(ctx, { org_id: ctx.org_id, waits_for }, { ...page, to: { due_at: until } });
    return { items: items.map((post) => late(post, reason)), position };
  };

/** What waits for another attempt is past its time already, nearly all of it by more than a quarter of an hour. */
const retrying: Look = async (ctx, page, until) => {
  const { items, position } = await Post.query.due(ctx, { org_id: ctx.org_id, waits_for: "retry" }, page);
  const past = items.filter(({ scheduled_at }) => scheduled_at !== undefined && scheduled_at <= until);
  return { items: past.map((post) => late(post, post.status === "publishing" ? "publishing" : "waits_for_retry")), position };
};

const failed: Look = async (ctx, page) => {
  const { items, position } = await Post.query.byStatus(ctx, { org_id: ctx.org_id, status: "failed" }, page);
  return { items: items.map((post) => late(post, "failed")), position };
};

/** One after the other: each reads an index of its own. */
const LOOKS: readonly Look[] = [overdue("time", "not_begun"), overdue("hand", "by_hand"), retrying, failed];

interface Position {
  readonly look: number;
  readonly inner?: unknown;
}

/**
 * Every post that is late by a quarter of an hour, with the reason: what nobody has begun, what people have to publish, what
 * waits for another attempt, what failed. README, Worklist.
 */
export const readWorklist = async (ctx: OrgCtx, { limit, position }: PageRequest): Promise<PageOf<LatePost>> => {
  const until = new Date(ctx.clock.now().getTime() - LATE_MS).toISOString();
  const items: LatePost[] = [];
  let { look, inner } = (position as Position | undefined) ?? { look: 0 };
  while (look < LOOKS.length && items.length < limit) {
    const found = await LOOKS[look]!(ctx, { limit: limit - items.length, position: inner }, until);
    items.push(...found.items);
    inner = found.position;
    if (inner === undefined) look += 1;
  }
  return look < LOOKS.length ? { items, position: { look, ...(inner === undefined ? {} : { inner }) } } : { items };
};
