import * as z from "zod";
import { type HttpClientOptions, httpClient, oneEach } from "../../kernel/http-client.ts";
import { type Outcome, mapOk } from "../../kernel/outcome.ts";
import { retryBudget } from "../../kernel/retry-budget.ts";
import { type AppCredentials, type IssuedTokens, TokenReply, oauthFailure } from "../oauth/oauth-reply.ts";
import { pauseIn, youtubeFailure } from "./youtube-error.ts";

/** Videos that one call may ask for; each call costs one unit of the day's quota. */
export const MOST_VIDEOS = 50;

/** A video's totals; what its owner hides, or has turned off, is missing. */
export interface YouTubeVideo {
  readonly id: string;
  readonly views?: number;
  readonly likes?: number;
  readonly comments?: number;
}

/** A channel of the org, and the token that acts for it. */
export interface YouTubeCredentials {
  readonly org_id: string;
  readonly channel_id: string;
  readonly access_token: string;
}

/** Reading from YouTube with an account's own token. */
export interface YouTubeClient {
  /** Of at most 50 ids the videos that the token may see. */
  videos(credentials: YouTubeCredentials, ids: readonly string[]): Promise<Outcome<YouTubeVideo[]>>;
  /** Subscribers of a channel, to three significant digits; undefined while it hides them. */
  followers(credentials: YouTubeCredentials): Promise<Outcome<number | undefined>>;
  /** A new access token; the refresh token stays. `auth_expired`: it is void. */
  refresh(app: AppCredentials, refresh_token: string): Promise<Outcome<IssuedTokens>>;
}

export interface YouTubeOptions extends Pick<HttpClientOptions, "clock" | "fetch" | "sleep" | "random" | "timeout_ms" | "budget_ms"> {
  /** `https://www.googleapis.com/youtube/v3` */
  readonly api_url: string;
  /** `https://oauth2.googleapis.com` */
  readonly auth_url: string;
}

/** Numbers come as texts. */
const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .optional();
const Videos = z.looseObject({
  items: z
    .array(z.looseObject({ id: z.string().min(1), statistics: z.looseObject({ viewCount: count, likeCount: count, commentCount: count }).optional() }))
    .default([]),
});
const Channels = z.looseObject({
  items: z
    .array(
      z.looseObject({ id: z.string(), statistics: z.looseObject({ subscriberCount: count, hiddenSubscriberCount: z.boolean().default(false) }).optional() }),
    )
    .default([]),
});

/** YouTube's Data API. The token travels in a header, so that no address and no failure shows it. */
export const youtubeClient = ({ api_url, auth_url, ...options }: YouTubeOptions): YouTubeClient => {
  const now = (): Date => options.clock.now();
  const shared = { ...options, retries: retryBudget() };
  /** Quotas are those of the app that a token was given to, and each org has its own: a pause of one channel holds up no other, nor the same one of another org. */
  const clientOf = oneEach(
    ({ org_id, channel_id }: YouTubeCredentials) => `${org_id}/${channel_id}`,
    () => httpClient({ ...shared, base_url: api_url, classify: (reply) => youtubeFailure(reply, now()), quota: (reply) => pauseIn(reply, now()) }),
  );
  const tokensOf = oneEach(
    ({ org_id }: AppCredentials) => org_id,
    () => httpClient({ ...shared, base_url: auth_url, classify: oauthFailure }),
  );
  const statistics = <S extends z.ZodType>(
    kind: "videos" | "channels",
    credentials: YouTubeCredentials,
    ids: readonly string[],
    reply: S,
  ): Promise<Outcome<z.output<S>>> => {
    const query = new URLSearchParams({ part: "statistics", id: ids.join(",") });
    return clientOf(credentials).call({ method: "GET", path: `/${kind}?${query}`, headers: { authorization: `Bearer ${credentials.access_token}` }, reply });
  };
  return {
    videos: async (credentials, ids) =>
      mapOk(await statistics("videos", credentials, ids, Videos), ({ items }) =>
        items.map(({ id, statistics: { viewCount, likeCount, commentCount } = {} }) => ({
          id,
          ...(viewCount === undefined ? {} : { views: viewCount }),
          ...(likeCount === undefined ? {} : { likes: likeCount }),
          ...(commentCount === undefined ? {} : { comments: commentCount }),
        })),
      ),
    followers: async (credentials) =>
      mapOk(await statistics("channels", credentials, [credentials.channel_id], Channels), ({ items: [channel] }) =>
        channel?.statistics?.hiddenSubscriberCount === false ? channel.statistics.subscriberCount : undefined,
      ),
    refresh: (app, refresh_token) =>
      tokensOf(app).call({
        method: "POST",
        path: "/token",
        form: { client_id: app.client_id, client_secret: app.client_secret, grant_type: "refresh_token", refresh_token },
        repeatable: true,
        reply: TokenReply,
      }),
  };
};
