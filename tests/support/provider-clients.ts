import type { FaultKind } from "../../infra/local/sandbox/faults.ts";
import { startPlannerSandbox } from "../../infra/local/sandbox/influence-planner/start.ts";
import { startInstagramSandbox } from "../../infra/local/sandbox/instagram/start.ts";
import { startResendSandbox } from "../../infra/local/sandbox/resend/start.ts";
import type { SandboxServer } from "../../infra/local/sandbox/server.ts";
import { startSlackSandbox } from "../../infra/local/sandbox/slack/start.ts";
import { startSoundCloudSandbox } from "../../infra/local/sandbox/soundcloud/start.ts";
import { startTikTokSandbox } from "../../infra/local/sandbox/tiktok/start.ts";
import { startYouTubeSandbox } from "../../infra/local/sandbox/youtube/start.ts";
import type { HttpClientOptions } from "../../shared/kernel/http-client.ts";
import type { Access } from "../../shared/kernel/lambda.ts";
import type { Outcome } from "../../shared/kernel/outcome.ts";
import { type ResendClient, resendClient } from "../../shared/mail/resend.client.ts";
import { type InstagramClient, instagramClient } from "../../shared/social/instagram/instagram.client.ts";
import { type TikTokClient, tiktokClient } from "../../shared/social/tiktok/tiktok.client.ts";
import { type YouTubeClient, youtubeClient } from "../../shared/social/youtube/youtube.client.ts";
import { type PlannerClient, plannerClient } from "../../shared/soundcloud/planner/influence-planner.client.ts";
import { type SlackClient, slackClient } from "../../shared/soundcloud/slack/slack.client.ts";
import { type SoundCloudClient, soundCloudClient } from "../../shared/soundcloud/soundcloud/soundcloud.client.ts";
import { memoryTokens } from "../integration/providers/support.ts";

export type ProviderId = NonNullable<Access["calls"]>[number];
type Options = Pick<HttpClientOptions, "clock" | "fetch" | "sleep" | "random">;
/** Every call of a client, by its name. */
type Asks<Client> = { readonly [Call in keyof Client]: () => Promise<Outcome<unknown>> };

interface Provider<Client> {
  readonly start: (now: () => Date) => Promise<SandboxServer>;
  /** One client, with the limits of time and attempts that it has in production, and its calls for the n-th account. */
  readonly open: (url: string, options: Options) => (account: number) => Asks<Client>;
  /** The ways in which it says that it is asked too much. */
  readonly throttles: readonly FaultKind[];
}
const THROTTLES = ["429_json", "429_gateway", "429_text", "403_html"] as const;

const APP = { client_id: "app", client_secret: "secret" };
const TRACK = "soundcloud:tracks:1";
const ARTIST = "soundcloud:users:1";

const soundcloud: Provider<SoundCloudClient> = {
  start: (now) => startSoundCloudSandbox({ now }),
  throttles: THROTTLES,
  open: (url, options) => {
    const tokens = memoryTokens(options.clock);
    tokens.put({ access_token: "a-token", refresh_token: "void", expires_at: "2099-01-01T00:00:00.000Z" });
    const client = soundCloudClient({ ...options, ...APP, api_url: url, auth_url: url, tokens });
    return () => ({
      resolve: () => client.resolve("https://soundcloud.com/jane/neon-nights"),
      track: () => client.track(TRACK),
      tracks: () => client.tracks([TRACK]),
      user: () => client.user(ARTIST),
      users: () => client.users([ARTIST]),
      userByUrl: () => client.userByUrl("https://soundcloud.com/jane"),
      reposters: async () => (await client.reposters(TRACK)[Symbol.asyncIterator]().next()).value as Outcome<unknown>,
      hasReposted: () => client.hasReposted(TRACK, ARTIST),
    });
  },
};

const resend: Provider<ResendClient> = {
  start: (now) => startResendSandbox({ now }),
  throttles: THROTTLES,
  open: (url, options) => {
    const client = resendClient({ ...options, api_url: url, api_key: "re_test" });
    return (account) => ({
      send: () => client.send({ from: "a@example.com", to: "b@example.com", subject: "s", html: "h", text: "t" }, `key-${account}`),
      get: () => client.get("a-mail"),
    });
  },
};

const planner: Provider<PlannerClient> = {
  start: (now) => startPlannerSandbox({ now }),
  throttles: THROTTLES,
  open: (url, options) => {
    const client = plannerClient({ ...options, api_url: `${url}/partner/v1` });
    return (account) => {
      const credentials = { username: `agency-${account}`, api_key: "ip-1234" };
      return {
        create: () => client.create(credentials, { track_url: "https://soundcloud.com/jane/neon-nights", targets: ["SOUNDCLOUD-USER-1"] }),
        findMember: () => client.findMember(credentials, "jane"),
      };
    };
  },
};

const slack: Provider<SlackClient> = {
  start: (now) => startSlackSandbox({ now }),
  throttles: ["429_text", "403_html"],
  open: (url, options) => {
    const client = slackClient({ ...options, api_url: url });
    return (account) => ({ post: () => client.post(`https://hooks.slack.com/services/T0AAA/B0BBB/secret${account}`, "hello") });
  },
};

const instagram: Provider<InstagramClient> = {
  start: (now) => startInstagramSandbox({ now }),
  throttles: THROTTLES,
  open: (url, options) => {
    const client = instagramClient({ ...options, api_url: `${url}/v26.0` });
    return (account) => {
      const credentials = { org_id: "one", user_id: `178414${String(account).padStart(11, "0")}`, access_token: "IGAA-token" };
      return {
        createContainer: () => client.createContainer(credentials, { image_url: "https://media.example.com/1.jpg" }),
        containerState: () => client.containerState(credentials, "1"),
        publish: () => client.publish(credentials, "1"),
        publishingLimit: () => client.publishingLimit(credentials),
        recentMedia: () => client.recentMedia(credentials, "media"),
        media: () => client.media(credentials, "1"),
        followers: () => client.followers(credentials),
        product: () => client.product(credentials, "1"),
        insights: () => client.insights(credentials, "1", "FEED"),
      };
    };
  },
};

const tiktok: Provider<TikTokClient> = {
  start: (now) => startTikTokSandbox({ now }),
  throttles: THROTTLES,
  open: (url, options) => {
    const client = tiktokClient({ ...options, api_url: url });
    return (account) => {
      const credentials = { org_id: `org-${account}`, open_id: "gym", access_token: "act.gym" };
      return {
        videos: () => client.videos(credentials, ["7106594312292400001"]),
        followers: () => client.followers(credentials),
        refresh: () => client.refresh({ ...APP, org_id: credentials.org_id }, "rft.gym"),
      };
    };
  },
};

const youtube: Provider<YouTubeClient> = {
  start: (now) => startYouTubeSandbox({ now }),
  throttles: THROTTLES,
  open: (url, options) => {
    const client = youtubeClient({ ...options, api_url: `${url}/youtube/v3`, auth_url: url });
    return (account) => {
      const credentials = { org_id: `org-${account}`, channel_id: "UCgymnight", access_token: "ya29.token" };
      return {
        videos: () => client.videos(credentials, ["video-00001"]),
        followers: () => client.followers(credentials),
        refresh: () => client.refresh({ ...APP, org_id: credentials.org_id }, "1//refresh"),
      };
    };
  },
};

/** Every outside service that a function can be declared to call: its sandbox, and every call of the real client. */
export const providers: Readonly<Record<ProviderId, Provider<object>>> = {
  soundcloud,
  resend,
  "influence-planner": planner,
  slack,
  instagram,
  tiktok,
  youtube,
};
