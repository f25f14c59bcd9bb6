import * as z from "zod";
import { type HttpClientOptions, httpClient, oneEach } from "../../kernel/http-client.ts";
import { type Outcome, mapOk } from "../../kernel/outcome.ts";
import { retryBudget } from "../../kernel/retry-budget.ts";
import { type AppCredentials, type IssuedTokens, TokenReply, oauthFailure } from "../oauth/oauth-reply.ts";
import { isMissingScope, tiktokFailure } from "./tiktok-error.ts";

/** Videos that one call may ask for. */
export const MOST_VIDEOS = 20;
const FIELDS = "id,like_count,comment_count,share_count,view_count";

/** A video's totals; what TikTok does not tell is missing. */
export interface TikTokVideo {
  readonly id: string;
  readonly likes?: number;
  readonly comments?: number;
  readonly shares?: number;
  readonly views?: number;
}

/** An account of the org at TikTok, and the token that acts for it. */
export interface TikTokCredentials {
  readonly org_id: string;
  readonly open_id: string;
  readonly access_token: string;
}

/** Reading from TikTok with an account's own token. */
export interface TikTokClient {
  /** Of at most 20 ids the videos that TikTok shows: the account's own public ones. A scope that is missing is `auth_expired`. */
  videos(credentials: TikTokCredentials, ids: readonly string[]): Promise<Outcome<TikTokVideo[]>>;
  /** A scope that is missing is `permanent`: figures can be read without it. */
  followers(credentials: TikTokCredentials): Promise<Outcome<number | undefined>>;
  /** New tokens; the refresh token is void once the answer was sent, wherever that went (`unknown_outcome`). `auth_expired`: it is void already. */
  refresh(app: AppCredentials, refresh_token: string): Promise<Outcome<IssuedTokens>>;
}

export interface TikTokOptions extends Pick<HttpClientOptions, "clock" | "fetch" | "sleep" | "random" | "timeout_ms" | "budget_ms"> {
  /** `https://open.tiktokapis.com` */
  readonly api_url: string;
}

const count = z.int().min(0).nullish();
const said = <N extends string>(name: N, value: number | null | undefined): { readonly [K in N]?: number } =>
  (typeof value === "number" ? { [name]: value } : {}) as { readonly [K in N]?: number };
const Ok = z.looseObject({ code: z.literal("ok") });
const Video = z
  .looseObject({ id: z.string().min(1), like_count: count, comment_count: count, share_count: count, view_count: count })
  .transform(({ id, like_count, comment_count, share_count, view_count }): TikTokVideo => ({
    id,
    ...said("likes", like_count),
    ...said("comments", comment_count),
    ...said("shares", share_count),
    ...said("views", view_count),
  }));
const Videos = z.looseObject({ error: Ok, data: z.looseObject({ videos: z.array(Video) }) });
const User = z.looseObject({ error: Ok, data: z.looseObject({ user: z.looseObject({ follower_count: count }) }) });

/** TikTok's API v2. The token travels in a header, so that no address and no failure shows it. */
export const tiktokClient = ({ api_url, ...options }: TikTokOptions): TikTokClient => {
  const shared = { ...options, base_url: api_url, retries: retryBudget() };
  /** Limits are those of the app that a token was given to, and each org has its own: a pause of one account holds up no other, nor the same one of another org. */
  const clientOf = oneEach(
    ({ org_id, open_id }: TikTokCredentials) => `${org_id}/${open_id}`,
    () => httpClient({ ...shared, classify: tiktokFailure }),
  );
  const tokensOf = oneEach(
    ({ org_id }: AppCredentials) => org_id,
    () => httpClient({ ...shared, attempts: 1, classify: oauthFailure }),
  );
  const headersOf = ({ access_token }: TikTokCredentials) => ({ authorization: `Bearer ${access_token}` });
  return {
    videos: async (credentials, ids) => {
      const answer = await clientOf(credentials).call({
        method: "POST",
        path: `/v2/video/query/?fields=${FIELDS}`,
        headers: headersOf(credentials),
        json: { filters: { video_ids: ids } },
        // A question, though it is posted.
        repeatable: true,
        reply: Videos,
      });
      if (answer.kind !== "ok" && isMissingScope(answer)) return { kind: "auth_expired" };
      return mapOk(answer, ({ data }) => data.videos);
    },
    followers: async (credentials) =>
      mapOk(
        await clientOf(credentials).call({ method: "GET", path: "/v2/user/info/?fields=open_id,follower_count", headers: headersOf(credentials), reply: User }),
        ({ data }) => data.user.follower_count ?? undefined,
      ),
    refresh: (app, refresh_token) =>
      tokensOf(app).call({
        method: "POST",
        path: "/v2/oauth/token/",
        form: { client_key: app.client_id, client_secret: app.client_secret, grant_type: "refresh_token", refresh_token },
        reply: TokenReply,
      }),
  };
};
