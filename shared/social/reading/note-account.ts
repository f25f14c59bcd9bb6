import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { Outcome } from "../../kernel/outcome.ts";
import { SocialAccount } from "../account/social-account.ts";
import type { CountedKind } from "../analytics/post-insight.ts";
import type { Network } from "./networks.ts";

type Patch = Parameters<typeof SocialAccount.patch>[2];

/**
 * Changes the account as it was read. One that somebody has changed meanwhile is left as it is, and stays known as it was
 * read: what is found out with an old token says nothing of a new one.
 */
const note = async (ctx: OrgCtx, account: SocialAccount, patch: Patch): Promise<SocialAccount> => {
  try {
    return await SocialAccount.patch(ctx, account, patch, { version: account.version });
  } catch (error) {
    if (!isDomainError(error, "stale")) throw error;
    return account;
  }
};

/** The account must be given a new token, unless it was already. */
export const loseAccount = async (ctx: OrgCtx, account: SocialAccount, last_error: string): Promise<void> => {
  if (account.status !== "connected") return;
  await note(ctx, account, { status: "needs_reconnect", last_error: last_error.slice(0, 500) });
  ctx.log.warn("an account must be connected again", { account_id: account.id, platform: account.platform });
};

/** The account's token was not renewed for a reason that is not its own: it stays connected, its owner is told why, and whoever comes next tries again. */
export const noteUnrenewed = async (ctx: OrgCtx, account: SocialAccount, last_error: string): Promise<void> => {
  if (account.status !== "connected") return;
  await note(ctx, account, { last_error: last_error.slice(0, 500), renewing_until: null });
  ctx.log.warn("a token was not renewed", { account_id: account.id, platform: account.platform, detail: last_error });
};

/**
 * The account's followers, read once a UTC day, whether or not a post is due: the same call shows that the token still is
 * the owner's. A network that does not say leaves what was known, and is asked again the next hour.
 */
export const noteFollowers = async (ctx: OrgCtx, account: SocialAccount, network: Network): Promise<Outcome<SocialAccount>> => {
  if (account.followers_read_at?.slice(0, 10) === todayOf(ctx)) return { kind: "ok", value: account };
  const answer = await network.followers();
  if (answer.kind !== "ok" && answer.kind !== "permanent") return answer;
  const said = answer.kind === "ok" ? answer.value : undefined;
  if (said === undefined) return { kind: "ok", value: account };
  const value = await note(ctx, account, { follower_count: said, followers_read_at: ctx.clock.now().toISOString() });
  return { kind: "ok", value };
};

/** Kinds of which something of its posts is counted here, beside those that were known. One write for each that is new. */
export const noteCounted = async (ctx: OrgCtx, account: SocialAccount, kinds: readonly CountedKind[]): Promise<SocialAccount> => {
  const known = new Set(account.counted_kinds);
  const all = known.union(new Set(kinds));
  return all.size === known.size ? account : note(ctx, account, { counted_kinds: [...all] });
};

/** Followers as they are today; undefined where the network has not said so today. */
export const followersToday = (ctx: OrgCtx, { follower_count, followers_read_at }: SocialAccount): number | undefined =>
  followers_read_at?.slice(0, 10) === todayOf(ctx) ? follower_count : undefined;
