import { type Counted, audience } from "../audience.ts";
import { type SandboxOptions, type SandboxReply, type SandboxRequest, type SandboxRoutes, type SandboxServer, jsonOf, startServer } from "../server.ts";
import { stateFile } from "../state.ts";
import { badToken, faultReplies, usedUp, youtubeError } from "./errors.ts";

const MOST_IDS = 50;
const UNITS_A_DAY = 10_000;
const TOKEN_S = 3_600;

interface Channel {
  readonly id: string;
  /** Null while the channel hides it. */
  subscribers: number | null;
}
interface Video {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  is_public: boolean;
  /** In place of what grows with the clock; null is left out of replies. */
  counted: Counted;
}
interface State {
  channels: Channel[];
  videos: Video[];
  /** How often tokens were renewed; each access token `ya29.renewed-<n>` is good for an hour. */
  renewed: number[];
  /** Units that were used on a day, and how many a day has. */
  used: { day: string; units: number };
  units_a_day: number;
}

const pacificDay = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles", dateStyle: "short" });
const text = (count: number | null | undefined): string | undefined => (typeof count === "number" ? String(count) : undefined);
/** Three significant digits, as subscribers are told. */
const rounded = (count: number): number => Number(count.toPrecision(3));

/** YouTube's Data API on this machine, as far as figures are read there: videos and channels, their statistics as texts, and the day's quota. */
export const startYouTubeSandbox = async (options: SandboxOptions = {}): Promise<SandboxServer> => {
  const { now = () => new Date(), seed = "groundswell" } = options;
  const state: State = { channels: [], videos: [], renewed: [], used: { day: "", units: 0 }, units_a_day: UNITS_A_DAY };
  const file = stateFile(options.state_file, () => state);
  Object.assign(state, file.saved);
  const time = (): number => now().getTime();

  const idsOf = ({ query }: SandboxRequest): string[] => (query.get("id") ?? "").split(",").filter(Boolean);
  const objection = (request: SandboxRequest): SandboxReply | undefined => {
    if (request.query.get("part") !== "statistics") return youtubeError(400, "unknownPart", "The part is missing or not known here.");
    const ids = idsOf(request);
    return ids.length === 0 || ids.length > MOST_IDS ? youtubeError(400, "invalidFilters", "Give 1 to 50 ids.") : undefined;
  };

  const listVideos = (request: SandboxRequest): SandboxReply => {
    const refused = objection(request);
    if (refused) return refused;
    const ids = idsOf(request);
    const items = state.videos
      .filter(({ id, is_public }) => is_public && ids.includes(id))
      .map(({ id, at, counted }) => {
        const { views, likes, comments } = { ...audience(seed, id, at, time()), ...counted };
        return { kind: "youtube#video", id, statistics: { viewCount: text(views), likeCount: text(likes), favoriteCount: "0", commentCount: text(comments) } };
      });
    return { status: 200, body: { kind: "youtube#videoListResponse", pageInfo: { totalResults: items.length, resultsPerPage: items.length }, items } };
  };

  const listChannels = (request: SandboxRequest): SandboxReply => {
    const refused = objection(request);
    if (refused) return refused;
    const items = idsOf(request).map((id) => {
      const { subscribers } = state.channels.find((channel) => channel.id === id) ?? { subscribers: 2_000 };
      const hidden = subscribers === null;
      const told = hidden ? {} : { subscriberCount: String(rounded(subscribers)) };
      return { kind: "youtube#channel", id, statistics: { viewCount: "0", ...told, hiddenSubscriberCount: hidden, videoCount: String(state.videos.length) } };
    });
    return { status: 200, body: { kind: "youtube#channelListResponse", items } };
  };

  const renew = ({ text }: SandboxRequest): SandboxReply => {
    const form = new URLSearchParams(text);
    if (!form.get("client_id") || !form.get("client_secret") || form.get("client_secret") === "wrong-secret")
      return { status: 401, body: { error: "invalid_client", error_description: "The OAuth client was not found." } };
    if (form.get("grant_type") !== "refresh_token" || !/^1\/\/\S+$/.test(form.get("refresh_token") ?? ""))
      return { status: 400, body: { error: "invalid_grant", error_description: "Token has been expired or revoked." } };
    state.renewed.push(time());
    file.changed();
    const scope = "https://www.googleapis.com/auth/youtube.readonly";
    return { status: 200, body: { access_token: `ya29.renewed-${state.renewed.length}`, expires_in: TOKEN_S, scope, token_type: "Bearer" } };
  };
  const isGood = (token: string | undefined): boolean => {
    const renewed = /^ya29\.renewed-(\d+)$/.exec(token ?? "")?.[1];
    if (renewed !== undefined) return time() < (state.renewed[Number(renewed) - 1] ?? 0) + TOKEN_S * 1000;
    return token !== undefined && token !== "expired";
  };

  /** Every call costs a unit, also one that is refused. */
  const spend = (): SandboxReply | undefined => {
    const day = pacificDay.format(now());
    if (state.used.day !== day) state.used = { day, units: 0 };
    if (state.used.units >= state.units_a_day) return usedUp;
    state.used.units += 1;
    file.changed();
    return undefined;
  };

  const controls: SandboxRoutes = {
    /** `{ id, subscribers }`: a channel; null hides the count. */
    "PUT /sandbox/channels": (request) => {
      const given = jsonOf(request) as unknown as Channel;
      state.channels = [...state.channels.filter(({ id }) => id !== given.id), given];
      file.changed();
      return { status: 204 };
    },
    /** `{ id, at?, is_public?, counted? }`: a video, from its publication (now) on; what is given again changes it. */
    "PUT /sandbox/videos": (request) => {
      const given = jsonOf(request) as unknown as Pick<Video, "id"> & Partial<Video>;
      const known = state.videos.find(({ id }) => id === given.id);
      if (known) Object.assign(known, given);
      else state.videos.push({ at: time(), is_public: true, counted: {}, ...given });
      file.changed();
      return { status: 204 };
    },
    /** `{ units_a_day }`: the quota from now on. */
    "PUT /sandbox/quota": (request) => {
      state.units_a_day = Number(jsonOf(request)?.["units_a_day"] ?? UNITS_A_DAY);
      return { status: 204 };
    },
    "GET /sandbox/quota": () => ({ status: 200, body: { ...state.used, units_a_day: state.units_a_day } }),
  };

  return startServer({
    port: options.port,
    state: file,
    routes: { "GET /youtube/v3/videos": listVideos, "GET /youtube/v3/channels": listChannels, "POST /token": renew },
    controls,
    guard: ({ headers, path }) => {
      if (path === "/token") return undefined;
      return spend() ?? (isGood(/^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1]) ? undefined : badToken);
    },
    notFound: youtubeError(404, "notFound", "There is no such endpoint.", "global"),
    fault_replies: () => faultReplies,
  });
};
