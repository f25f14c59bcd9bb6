import { isDomainError } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import { retryLater, unknownOutcome } from "../../kernel/outcome.ts";
import { transact } from "../../kernel/table/table.ts";
import { type VaultCtx, openToken } from "../account/account-token.ts";
import { SocialAccount } from "../account/social-account.ts";
import type { InstagramClient, InstagramCredentials } from "../instagram/instagram.client.ts";
import { CONTAINER_GONE } from "../instagram/graph-error.ts";
import { Post } from "../post/post.ts";
import { social } from "../table.ts";
import { claimPost } from "./claim-post.ts";
import { publicationWrites } from "./publication-writes.ts";
import { readBack } from "./read-back.ts";
import { readyContainer } from "./ready-container.ts";
import { isExhausted, isTrouble, settleFailure, waitFor } from "./settle-failure.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TROUBLE_MS = 1_000;

export type PublishCtx = OrgJobCtx & VaultCtx & { readonly instagram: InstagramClient };

/** The account as the network knows it, and what acts for it; undefined while it is not connected. */
const credentialsOf = async (ctx: PublishCtx, account: SocialAccount | undefined): Promise<InstagramCredentials | undefined> => {
  const access_token = account && (await openToken(ctx, account));
  return access_token === undefined ? undefined : { org_id: ctx.org_id, user_id: account!.external_id, access_token };
};

/** Followers as they are on the day of publication; a network that does not say leaves what was known. */
const noteFollowers = async (ctx: PublishCtx, credentials: InstagramCredentials, account: SocialAccount): Promise<void> => {
  const now = ctx.clock.now();
  if (account.followers_read_at !== undefined && now.getTime() - Date.parse(account.followers_read_at) < DAY_MS) return;
  const answer = await ctx.instagram.followers(credentials);
  if (answer.kind !== "ok" || answer.value === undefined) return;
  await SocialAccount.patch(ctx, account, { follower_count: answer.value, followers_read_at: now.toISOString() });
};

/** Of a post whose id at the network is stored: address and time as far as the network tells them, then all that follows from its publication. */
const finish = async (ctx: PublishCtx, credentials: InstagramCredentials, account: SocialAccount, post: Post): Promise<void> => {
  const platform_post_id = post.platform_post_id!;
  const seen = await ctx.instagram.media(credentials, platform_post_id);
  await noteFollowers(ctx, credentials, account);
  const now = ctx.clock.now().toISOString();
  const appearance = seen.kind === "ok" ? { platform_url: seen.value.permalink, published_at: seen.value.published_at } : { published_at: now };
  await transact(ctx, social, await publicationWrites(ctx, post, { platform_post_id, ...appearance }), { pattern: "posts.publish" });
};

/** The network's id, stored as soon as it is known. */
const keepId = (ctx: PublishCtx, post: Post, platform_post_id: string): Promise<Post> =>
  Post.patch(ctx, post, { platform_post_id }, { from: post, version: post.version });

/** Puts the post on the network, from its container to its id; undefined where it did not appear, which is settled then. */
const appear = async (ctx: PublishCtx, credentials: InstagramCredentials, held: Post): Promise<Post | undefined> => {
  const container = await readyContainer(ctx, credentials, held);
  if (container.kind === "processing") return void (await waitFor(ctx, container.post, container.wait_ms, "Instagram still works on the file."));
  if (container.kind === "failed") return void (await settleFailure(ctx, container.post, container.failure, container.spoilt ? { sending: null } : {}));
  const { post } = container;
  const limit = await ctx.instagram.publishingLimit(credentials);
  if (limit.kind !== "ok") return void (await settleFailure(ctx, post, limit));
  if (limit.value.used >= limit.value.total)
    return void (await settleFailure(
      ctx,
      post,
      retryLater(HOUR_MS, `The account has published ${limit.value.used} of ${limit.value.total} posts within a day.`),
    ));
  // Noted before the network is asked: whoever comes after a lost answer, or after us, reads back instead of asking again.
  const sending = { ...post.sending, asked_at: ctx.clock.now().toISOString() };
  const asked = await Post.patch(ctx, post, { sending }, { from: post, version: post.version });
  const answer = await ctx.instagram.publish(credentials, sending.container_id);
  if (answer.kind === "ok") return keepId(ctx, asked, answer.value);
  if (answer.kind === "permanent" && answer.code === CONTAINER_GONE)
    return void (await settleFailure(ctx, asked, retryLater(TROUBLE_MS, answer.detail), { sending: null }));
  if (answer.kind === "unknown_outcome") ctx.log.warn("the outcome of a publication is unknown", { post_id: post.id, detail: answer.detail });
  return void (await settleFailure(ctx, asked, answer));
};

const carryOut = async (ctx: PublishCtx, held: Post): Promise<void> => {
  const account = held.account_id === undefined ? undefined : await SocialAccount.find(ctx, { org_id: ctx.org_id, id: held.account_id }, { consistent: true });
  const credentials = await credentialsOf(ctx, account);
  if (!account || !credentials) return settleFailure(ctx, held, { kind: "auth_expired" });
  if (held.platform_post_id !== undefined) return finish(ctx, credentials, account, held);
  const { sending } = held;
  if (sending?.asked_at !== undefined) {
    const found = await readBack(ctx, credentials, held, { ...sending, asked_at: sending.asked_at });
    // While it cannot be read back, nobody knows, and nothing may be asked.
    if (found.kind !== "ok") return settleFailure(ctx, held, found.kind === "retry_later" && isTrouble(found) ? unknownOutcome(found.reason) : found);
    if (found.value !== undefined) return finish(ctx, credentials, account, await keepId(ctx, held, found.value));
  }
  if (isExhausted(held)) return settleFailure(ctx, held, retryLater(TROUBLE_MS, "Every attempt to publish it broke off."));
  const post = await appear(ctx, credentials, held);
  if (post) await finish(ctx, credentials, account, post);
};

/**
 * Publishes one post that is due, exactly once: claimed by a conditional write under a lease, its container and that the
 * network was asked noted before each is acted on, its id stored at once, and read back before anything is asked again.
 * Does nothing for a post that is not due, or that another holds. README, Publishing.
 */
export const publishPost = async (ctx: PublishCtx, post_id: string): Promise<void> => {
  const held = await claimPost(ctx, post_id);
  if (!held) return;
  try {
    await carryOut(ctx, held);
  } catch (error) {
    // The lease ran out, and another goes on from what is stored.
    if (!isDomainError(error, "stale") && !isDomainError(error, "concurrent_change")) throw error;
    ctx.log.warn("a post was taken over while it was being published", { post_id });
  }
};
