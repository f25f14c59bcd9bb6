import { analyticsApi } from "../../../functions/social/analytics.api.ts";
import { postsApi } from "../../../functions/social/posts.api.ts";
import { readInsightsHourlyJob } from "../../../functions/social/read-insights-hourly.schedule.ts";
import { readInsightsWorker } from "../../../functions/social/read-insights.worker.ts";
import { refreshPostWorker } from "../../../functions/social/refresh-post.worker.ts";
import { startInstagramSandbox } from "../../../infra/local/sandbox/instagram/start.ts";
import { startTikTokSandbox } from "../../../infra/local/sandbox/tiktok/start.ts";
import { startYouTubeSandbox } from "../../../infra/local/sandbox/youtube/start.ts";
import { ReadInsights } from "../../../events/social/read-insights.v1.ts";
import { connectAccount } from "../../../shared/social/account/connect-account.ts";
import { SocialAccount } from "../../../shared/social/account/social-account.ts";
import { PostInsight } from "../../../shared/social/analytics/post-insight.ts";
import { instagramClient } from "../../../shared/social/instagram/instagram.client.ts";
import type { PlatformName } from "../../../shared/social/platform/social-platform.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import type { NetworkClients } from "../../../shared/social/reading/networks.ts";
import { PostReading } from "../../../shared/social/reading/post-reading.ts";
import { tiktokClient } from "../../../shared/social/tiktok/tiktok.client.ts";
import { youtubeClient } from "../../../shared/social/youtube/youtube.client.ts";
import { control } from "../../integration/providers/support.ts";
import { type SocialOrg, socialWorld } from "../../support/social.ts";
import type { WorldOptions } from "../../support/world.ts";

type Account = Awaited<ReturnType<typeof connectAccount>>;
type Counted = Readonly<Record<string, number | null>>;

let made = 0;

/** Numbers that a run emitted, the latest last. */
const recordedMetrics = () => {
  const counts: number[] = [];
  return { counts, count: (_name: string, value = 1) => void counts.push(value), took: () => undefined, by: () => undefined, flush: () => undefined };
};

/** Social content with the sandboxes of the three networks beside it; `stop` ends them. */
export const readingWorld = async (options: WorldOptions = {}) => {
  let time = (): Date => new Date("2026-11-20T09:00:00.000Z");
  const how = { now: () => time() };
  const sandboxes = { instagram: await startInstagramSandbox(how), tiktok: await startTikTokSandbox(how), youtube: await startYouTubeSandbox(how) };
  const open = (): NetworkClients => {
    const common = {
      clock: { now: () => time() },
      timeout_ms: 2_000,
      sleep: async () => {},
      random: () => 0,
      ...(options.gate ? { fetch: options.gate.fetch(fetch) } : {}),
    };
    return {
      instagram: instagramClient({ ...common, api_url: `${sandboxes.instagram.url}/v26.0` }),
      tiktok: tiktokClient({ ...common, api_url: sandboxes.tiktok.url }),
      youtube: youtubeClient({ ...common, api_url: `${sandboxes.youtube.url}/youtube/v3`, auth_url: sandboxes.youtube.url }),
    };
  };
  let clients = open();
  // A new process has clients of its own, with no memory of pauses.
  const port = <N extends PlatformName>(name: N): NetworkClients[N] =>
    new Proxy({} as NetworkClients[N], { get: (_, method) => clients[name][method as keyof NetworkClients[N]] });
  const metrics = recordedMetrics();
  const ports = { instagram: port("instagram"), tiktok: port("tiktok"), youtube: port("youtube"), metrics, ...options.ports };
  const world = await socialWorld({ ...options, apis: [analyticsApi, postsApi, ...(options.apis ?? [])], ports });
  time = () => world.clock.now();

  const steer = <T = void>(network: PlatformName, method: string, path: string, body?: unknown) => control<T>(sandboxes[network].url, method, path, body);

  /** A connected account of an org; its name at the network is its number, its token what the sandbox knows it by. */
  const account = (
    org: SocialOrg,
    platform: PlatformName,
    more: { readonly access_token?: string; readonly refresh_token?: string } = {},
  ): Promise<Account> => {
    made += 1;
    const external_id = platform === "instagram" ? `1784150000${String(made).padStart(7, "0")}` : `gym-${made}`;
    return connectAccount(org.ctx, { platform, external_id, username: `gym-${made}`, access_token: `act.gym-${made}`, ...more });
  };

  /** What a network tells of a post from now on. */
  const tell = async ({ platform, platform_post_id: id }: Pick<Post, "platform" | "platform_post_id">, counted: Counted): Promise<void> => {
    if (platform === "instagram") await steer("instagram", "PUT", "insights", { id, counted });
    else await steer(platform, "PUT", "videos", { id, counted });
  };

  /** The network's own id of something that is there from now on. */
  const appear = async ({ platform, external_id }: Account, product: string): Promise<string> => {
    made += 1;
    if (platform === "instagram") return (await steer<{ id: string }>("instagram", "POST", "media", { user_id: external_id, caption: "x", product })).id;
    const id = platform === "tiktok" ? `71065943122924${String(made).padStart(5, "0")}` : `video-${String(made).padStart(5, "0")}`;
    await steer(platform, "PUT", "videos", { id, open_id: external_id, at: time().getTime() });
    return id;
  };

  /** A post that people published on the account and noted here, with what the network tells of it. */
  const published = async (
    org: SocialOrg,
    on: Account,
    counted: Counted = {},
    { product = "FEED", id, ...wish }: Partial<Post> & { readonly product?: string } = {},
  ): Promise<Post> => {
    const platform_post_id = id ?? (await appear(on, product));
    const draft = await org.post({ platform: on.platform, account_id: on.id, ...(on.platform === "instagram" ? {} : { media_type: "video" }), ...wish });
    const noted = await org.editor.api.post(`/social/posts/${draft.id}/mark-published`, { platform_post_id });
    if (noted.status !== 200) throw new Error(`Noting a publication answered ${noted.status}: ${JSON.stringify(noted.body)}`);
    if (id === undefined) await tell(noted.body as Post, counted);
    return noted.body as Post;
  };

  const readingOf = ({ ctx, org_id }: SocialOrg, { id }: Pick<Post, "id">): Promise<PostReading> =>
    PostReading.get(ctx, { org_id, post_id: id }, { consistent: true });
  /** What the network was noted to have said of a post, day by day. */
  const saidOf = async ({ ctx, org_id }: SocialOrg, { id }: Pick<Post, "id">): Promise<PostInsight[]> =>
    (await PostInsight.list(ctx, { org_id, post_id: id }, { consistent: true })).items;
  const accountOf = ({ ctx, org_id }: SocialOrg, { id }: Pick<Account, "id">): Promise<SocialAccount> =>
    SocialAccount.get(ctx, { org_id, id }, { consistent: true });

  /** The order to read one account. */
  const order = (org: SocialOrg, { id }: Pick<Account, "id">): string => org.message(ReadInsights, { account_id: id });
  /** One delivery of these orders by a process of its own; returns how many were reported as failed. */
  const read = (orders: readonly string[], more: { readonly remaining_ms?: number } = {}): Promise<number> => {
    clients = open();
    return world.deliver(readInsightsWorker, orders, more);
  };
  /** The next hour's run, and what it ordered; then the rows that follow. */
  const hour = async (): Promise<number> => {
    clients = open();
    world.clock.advance(3_600_000);
    await world.tick(readInsightsHourlyJob, world.clock.now().toISOString());
    const done = await world.drain(readInsightsWorker);
    await world.drain(refreshPostWorker);
    return done;
  };
  const fault = (network: PlatformName, kind: string, { path = "/", count = 1 } = {}) => steer(network, "POST", "faults", { kind, count, path });
  const clearFaults = async (): Promise<void> => {
    for (const network of ["instagram", "tiktok", "youtube"] as const) await steer(network, "DELETE", "faults");
  };

  return {
    ...world,
    counts: metrics.counts,
    sandboxes,
    steer,
    tell,
    account,
    published,
    readingOf,
    saidOf,
    accountOf,
    order,
    read,
    hour,
    fault,
    clearFaults,
    restart: () => void (clients = open()),
    stop: async () => void (await Promise.all(Object.values(sandboxes).map((one) => one.stop()))),
  };
};
export type ReadingWorld = Awaited<ReturnType<typeof readingWorld>>;
