import { conflict, isDomainError } from "../../kernel/errors.ts";
import { type Outcome, ok, retryLater } from "../../kernel/outcome.ts";
import { contend } from "../../kernel/table/table.ts";
import { type VaultCtx, openRefreshToken, openToken, sealRefreshToken, sealToken } from "../account/account-token.ts";
import { SocialAccount } from "../account/social-account.ts";
import type { TikTokClient } from "../tiktok/tiktok.client.ts";
import type { YouTubeClient } from "../youtube/youtube.client.ts";
import { AppPlatform, NetworkApp, appSecret } from "./network-app.ts";
import type { AppCredentials, IssuedTokens } from "./oauth-reply.ts";

/** Renewed so long before it expires. */
const EARLY_MS = 5 * 60_000;
/** One renews at a time: a refresh token that is used twice is void for both. */
const LEASE_MS = 60_000;
const BUSY_MS = 1_000;

export type RenewCtx = VaultCtx & { readonly tiktok: TikTokClient; readonly youtube: YouTubeClient };

/** An account with a token that is good for now, as far as anybody knows. */
export interface Opened {
  readonly account: SocialAccount;
  readonly token: string;
}

const wantsRenewal = (now: Date, { refresh_token, token_expires_at }: SocialAccount): boolean =>
  refresh_token !== undefined && (token_expires_at === undefined || Date.parse(token_expires_at) <= now.getTime() + EARLY_MS);

/** The org's app at the account's network; undefined where tokens need none, and where the org has not told it. */
const appOf = async (ctx: RenewCtx, { platform }: SocialAccount): Promise<(AppCredentials & { readonly platform: AppPlatform }) | undefined> => {
  const named = AppPlatform.safeParse(platform);
  const app = named.success ? await NetworkApp.find(ctx, { org_id: ctx.org_id, platform: named.data }) : undefined;
  return app && { ...app, client_secret: await ctx.vault.open(ctx, app.client_secret, appSecret(ctx.org_id, app.platform)) };
};

/** Under the version that was read: undefined when somebody has changed the account meanwhile. */
const patchAs = async (ctx: RenewCtx, account: SocialAccount, patch: Parameters<typeof SocialAccount.patch>[2]): Promise<SocialAccount | undefined> => {
  try {
    return await SocialAccount.patch(ctx, account, patch, { version: account.version });
  } catch (error) {
    if (isDomainError(error, "stale")) return undefined;
    throw error;
  }
};

const changed = (): Outcome<never> => retryLater(BUSY_MS, "The account's token is being changed by somebody else.");

/**
 * The new pair, stored in one conditional update, before anything else is done with it. The one that it replaces may be
 * void by now, so it is stored beside whatever somebody changed meanwhile, and given up only for another refresh token.
 */
const keep = async (ctx: RenewCtx, leased: SocialAccount, { access_token, refresh_token, expires_in }: IssuedTokens): Promise<Outcome<Opened>> => {
  const renewed = {
    access_token: await sealToken(ctx, leased.id, access_token),
    ...(refresh_token === undefined ? {} : { refresh_token: await sealRefreshToken(ctx, leased.id, refresh_token) }),
    token_expires_at: new Date(ctx.clock.now().getTime() + expires_in * 1000).toISOString(),
    renewing_until: null,
    last_error: null,
  };
  return contend(async (attempt) => {
    const stored = attempt === 1 ? leased : await SocialAccount.find(ctx, leased, { consistent: true });
    if (!stored || stored.status === "disconnected" || stored.refresh_token !== leased.refresh_token) return changed();
    const account = await patchAs(ctx, stored, renewed);
    if (!account) throw conflict("concurrent_change", "The account was changed while its token was renewed.");
    return ok({ account, token: access_token });
  });
};

const renew = async (ctx: RenewCtx, account: SocialAccount, app: AppCredentials & { readonly platform: AppPlatform }): Promise<Outcome<Opened>> => {
  const now = ctx.clock.now();
  if ((account.renewing_until ?? "") > now.toISOString()) return changed();
  const leased = await patchAs(ctx, account, { renewing_until: new Date(now.getTime() + LEASE_MS).toISOString() });
  if (!leased) return changed();
  const issued = await ctx[app.platform].refresh(app, await openRefreshToken(ctx, leased));
  return issued.kind === "ok" ? keep(ctx, leased, issued.value) : issued;
};

/**
 * What acts for a connected account, renewed if it is about to expire and the org has told its app. `auth_expired` when it
 * is not connected, or the network does not renew its token. Whoever dies between the network's answer and our note of it
 * has lost TikTok's new refresh token, and the next to come is told so by the network. README, Tokens.
 */
export const currentToken = async (ctx: RenewCtx, account: SocialAccount): Promise<Outcome<Opened>> => {
  const token = await openToken(ctx, account);
  if (token === undefined) return { kind: "auth_expired" };
  const app = wantsRenewal(ctx.clock.now(), account) ? await appOf(ctx, account) : undefined;
  return app ? renew(ctx, account, app) : ok({ account, token });
};
