import { type Outcome, mapOk, ok } from "../../kernel/outcome.ts";
import type { SocialAccount } from "../account/social-account.ts";
import type { InsightName } from "../analytics/post-insight.ts";
import { BAD_PARAMETER, FEW_VIEWERS, OBJECT_GONE } from "../instagram/graph-error.ts";
import type { InsightMetric, InstagramClient, InstagramCredentials, MediaProduct } from "../instagram/instagram.client.ts";
import { MOST_VIDEOS as MOST_TIKTOK, type TikTokClient, type TikTokCredentials } from "../tiktok/tiktok.client.ts";
import { MOST_VIDEOS as MOST_YOUTUBE, type YouTubeClient, type YouTubeCredentials } from "../youtube/youtube.client.ts";
import type { PostReading } from "./post-reading.ts";

/** What a network tells of a post, in totals; what it does not tell is missing. */
export type Figures = Partial<Record<Exclude<InsightName, "followers">, number>>;
export type Asked = Pick<PostReading, "platform_post_id" | "is_story" | "is_reel">;

/** A network as readings need it, with the token of one account. */
export interface Network {
  readonly name: string;
  /** Posts that one call may ask for. */
  readonly most: number;
  /** Whether the network would take this for an id of its own: one that is none could spoil a call for all others. */
  isId(platform_post_id: string): boolean;
  followers(): Promise<Outcome<number | undefined>>;
  /** By the network's id; a post that the network does not show is missing. */
  figures(asked: readonly Asked[]): Promise<Outcome<ReadonlyMap<string, Figures>>>;
}

export interface NetworkClients {
  readonly instagram: InstagramClient;
  readonly tiktok: TikTokClient;
  readonly youtube: YouTubeClient;
}

export const NETWORK_NAMES: Readonly<Record<SocialAccount["platform"], string>> = { instagram: "Instagram", tiktok: "TikTok", youtube: "YouTube" };

/** Instagram has no impressions any more; where they are asked for, they are the views. */
const instagramFigures = ({ saved, views, ...same }: Partial<Record<InsightMetric, number>>): Figures => ({
  ...same,
  ...(saved === undefined ? {} : { saves: saved }),
  ...(views === undefined ? {} : { views, impressions: views }),
});

const instagramInsights = async (client: InstagramClient, credentials: InstagramCredentials, { platform_post_id: id, is_story, is_reel }: Asked) => {
  const supposed: MediaProduct = is_story ? "STORY" : is_reel ? "REELS" : "FEED";
  const answer = await client.insights(credentials, id, supposed);
  if (answer.kind !== "permanent" || answer.code !== BAD_PARAMETER) return answer;
  // Somebody who published by hand may have put it elsewhere.
  const product = await client.product(credentials, id);
  if (product.kind !== "ok") return product;
  return product.value === supposed ? answer : client.insights(credentials, id, product.value);
};

const onInstagram = (client: InstagramClient, credentials: InstagramCredentials): Network => ({
  name: NETWORK_NAMES.instagram,
  most: 1,
  isId: (id) => /^\d{1,30}$/.test(id),
  followers: () => client.followers(credentials),
  figures: async ([asked]) => {
    if (!asked) return ok(new Map());
    const answer = await instagramInsights(client, credentials, asked);
    if (answer.kind === "permanent" && answer.code === FEW_VIEWERS) return ok(new Map([[asked.platform_post_id, {}]]));
    if (answer.kind === "permanent" && answer.code === OBJECT_GONE) return ok(new Map());
    return mapOk(answer, (told) => new Map([[asked.platform_post_id, instagramFigures(told)]]));
  },
});

const byId = (videos: readonly (Figures & { readonly id: string })[]): ReadonlyMap<string, Figures> =>
  new Map(videos.map(({ id, ...figures }) => [id, figures]));
const idsOf = (asked: readonly Asked[]): string[] => asked.map(({ platform_post_id }) => platform_post_id);

const onTikTok = (client: TikTokClient, credentials: TikTokCredentials): Network => ({
  name: NETWORK_NAMES.tiktok,
  most: MOST_TIKTOK,
  isId: (id) => /^\d{15,22}$/.test(id),
  followers: () => client.followers(credentials),
  figures: async (asked) => mapOk(await client.videos(credentials, idsOf(asked)), byId),
});

const onYouTube = (client: YouTubeClient, credentials: YouTubeCredentials): Network => ({
  name: NETWORK_NAMES.youtube,
  most: MOST_YOUTUBE,
  isId: (id) => /^[\w-]{11}$/.test(id),
  followers: () => client.followers(credentials),
  figures: async (asked) => mapOk(await client.videos(credentials, idsOf(asked)), byId),
});

/** The network of an account, with what acts for the account there. */
export const networkOf = (clients: NetworkClients, { org_id, platform, external_id }: SocialAccount, access_token: string): Network => {
  switch (platform) {
    case "instagram":
      return onInstagram(clients.instagram, { org_id, user_id: external_id, access_token });
    case "tiktok":
      return onTikTok(clients.tiktok, { org_id, open_id: external_id, access_token });
    case "youtube":
      return onYouTube(clients.youtube, { org_id, channel_id: external_id, access_token });
  }
};
