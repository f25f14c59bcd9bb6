import type { OrgCtx } from "../../kernel/context.ts";
import { type Violation, unprocessable } from "../../kernel/errors.ts";
import type { Write } from "../../kernel/table/table.ts";
import { SocialAccount } from "../account/social-account.ts";
import { type PlatformName, SocialPlatform } from "../platform/social-platform.ts";
import { Post } from "../post/post.ts";
import { limitViolations } from "./limits.ts";
import { markWrites } from "./post-mark.ts";
import { captionHash, publishedText } from "./published-text.ts";

/** Networks on which the publishing job publishes; on the others people do. */
const BY_API: ReadonlySet<PlatformName> = new Set(["instagram"]);
export const isPublishedByApi = (platform: PlatformName): boolean => BY_API.has(platform);

/** A planned time may lie so far back: a request takes its time, and clocks differ. */
const LATE_MS = 60_000;

const accountViolations = ({ platform, account_id }: Post, account: SocialAccount | undefined): Violation[] => {
  const at = (code: string, detail: string): Violation[] => [{ pointer: "/account_id", code, detail }];
  if (account_id === undefined) return isPublishedByApi(platform) ? at("account_missing", "Name the account on which it is to appear.") : [];
  if (!account) return at("account_unknown", "There is no such account in the org.");
  if (account.platform !== platform) return at("account_mismatch", `The post is for ${platform}; the account is at ${account.platform}.`);
  if (isPublishedByApi(platform) && account.status !== "connected")
    return at("account_not_connected", "The account is not connected; give it a new token first.");
  return [];
};

const timeViolations = (ctx: OrgCtx, scheduled_at: string): Violation[] =>
  Date.parse(scheduled_at) < ctx.clock.now().getTime() - LATE_MS
    ? [{ pointer: "/scheduled_at", code: "in_the_past", detail: `${scheduled_at} has passed; choose a later time, or publish now.` }]
    : [];

/** Everything that keeps a post from being planned, with its limits as they stand now. README, Limits. */
export const planViolations = async (ctx: OrgCtx, post: Post, scheduled_at?: string): Promise<Violation[]> => {
  const { org_id } = ctx;
  const [limits, account] = await Promise.all([
    SocialPlatform.get(ctx, { org_id, name: post.platform }),
    post.account_id === undefined ? undefined : SocialAccount.find(ctx, { org_id, id: post.account_id }),
  ]);
  return [...limitViolations(post, limits), ...accountViolations(post, account), ...(scheduled_at === undefined ? [] : timeViolations(ctx, scheduled_at))];
};

export interface Plan {
  readonly scheduled_at: string;
  readonly time_zone?: string;
}

/**
 * What makes a draft, or a post that failed, a planned one. Throws DomainError `not_publishable` with everything that its
 * network would refuse, and conflict `invalid_transition`. README, Planning.
 */
export const planWrites = async (ctx: OrgCtx, post: Post, { scheduled_at, time_zone }: Plan): Promise<Write[]> => {
  const patch = {
    scheduled_at,
    ...(time_zone === undefined ? {} : { time_zone }),
    caption_hash: captionHash(publishedText(post)),
    due_at: scheduled_at,
    waits_for: isPublishedByApi(post.platform) ? ("time" as const) : ("hand" as const),
    attempts: 0,
    next_attempt_at: null,
    lease_until: null,
    failure_class: null,
    failure_detail: null,
  };
  const writes = Post.writes.transition(ctx, post, "scheduled", { patch });
  const violations = await planViolations(ctx, post, scheduled_at);
  if (violations.length > 0)
    throw unprocessable("not_publishable", `${post.platform} would refuse the post as it is: ${violations.map(({ detail }) => detail).join(" ")}`, violations);
  return [...writes, ...markWrites(ctx, { id: post.id, account_id: post.account_id, caption_hash: patch.caption_hash, scheduled_at })];
};
