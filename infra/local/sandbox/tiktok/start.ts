import { type Counted, audience } from "../audience.ts";
import { type SandboxOptions, type SandboxReply, type SandboxRequest, type SandboxRoutes, type SandboxServer, jsonOf, startServer } from "../server.ts";
import { stateFile } from "../state.ts";
import { badParams, badScope, badToken, faultReplies, tiktokReply, tooMany } from "./errors.ts";

const MINUTE_MS = 60_000;
const A_MINUTE = 600;
const MOST_IDS = 20;
const TOKEN_S = 7_200;
const TOKENS = "/v2/oauth/token/";
const VIDEO_FIELDS = ["id", "create_time", "like_count", "comment_count", "share_count", "view_count"];
/** What each field of an account needs. */
const USER_FIELDS: Readonly<Record<string, string>> = {
  open_id: "user.info.basic",
  union_id: "user.info.basic",
  display_name: "user.info.basic",
  follower_count: "user.info.stats",
  likes_count: "user.info.stats",
  video_count: "user.info.stats",
};

interface Account {
  readonly open_id: string;
  followers: number;
  scopes: string[];
  /** How often its tokens were renewed: only the latest pair is good, and its access token for two hours. */
  renewed: number;
  expires_at?: number;
}
interface Video {
  readonly id: string;
  readonly open_id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  is_public: boolean;
  /** In place of what grows with the clock; null is left out of replies. */
  counted: Counted;
}
interface State {
  accounts: Account[];
  videos: Video[];
  /** Ids that are refused, and with them the call that has them. */
  refused: string[];
}

/** TikTok on this machine, as far as figures are read there: accounts and their public videos. A token `act.<open_id>` is that account's. */
export const startTikTokSandbox = async (options: SandboxOptions = {}): Promise<SandboxServer> => {
  const { now = () => new Date(), seed = "groundswell" } = options;
  const state: State = { accounts: [], videos: [], refused: [] };
  const file = stateFile(options.state_file, () => state);
  Object.assign(state, file.saved);
  const time = (): number => now().getTime();
  /** By endpoint, when it was called; older calls than a minute are forgotten. */
  const calls = new Map<string, number[]>();

  const accountOf = (open_id: string): Account => {
    const known = state.accounts.find((account) => account.open_id === open_id);
    if (known) return known;
    const made: Account = { open_id, followers: 5_000, scopes: ["user.info.basic", "user.info.stats", "video.list"], renewed: 0 };
    state.accounts.push(made);
    return made;
  };
  const callerOf = ({ headers }: SandboxRequest): Account | undefined => {
    const [, open_id, number = "0"] = /^Bearer act\.([^\s.]+)(?:\.(\d+))?$/.exec(headers.authorization ?? "") ?? [];
    if (open_id === undefined || open_id === "expired") return undefined;
    const account = accountOf(open_id);
    return Number(number) === account.renewed && time() < (account.expires_at ?? Infinity) ? account : undefined;
  };

  const oauthError = (error: string, error_description: string): SandboxReply => ({
    status: 400,
    body: { error, error_description, log_id: "2026112010000001" },
  });
  /** A refresh token is `rft.<open_id>` before the first renewal, then the one that was given last. */
  const renew = ({ text }: SandboxRequest): SandboxReply => {
    const form = new URLSearchParams(text);
    if (!form.get("client_key") || !form.get("client_secret") || form.get("client_secret") === "wrong-secret")
      return oauthError("invalid_client", "Client key or secret is incorrect.");
    const [, open_id, number = "0"] = /^rft\.([^\s.]+)(?:\.(\d+))?$/.exec(form.get("refresh_token") ?? "") ?? [];
    if (form.get("grant_type") !== "refresh_token" || open_id === undefined) return oauthError("invalid_request", "The request parameters are malformed.");
    const account = accountOf(open_id);
    if (Number(number) !== account.renewed) return oauthError("invalid_grant", "Refresh token is invalid or expired.");
    account.renewed += 1;
    account.expires_at = time() + TOKEN_S * 1000;
    file.changed();
    return {
      status: 200,
      body: {
        open_id,
        scope: account.scopes.join(","),
        access_token: `act.${open_id}.${account.renewed}`,
        expires_in: TOKEN_S,
        refresh_token: `rft.${open_id}.${account.renewed}`,
        refresh_expires_in: 15_552_000,
        token_type: "Bearer",
      },
    };
  };

  const shown = (video: Video, fields: readonly string[]): object => {
    const { likes, comments, shares, views } = { ...audience(seed, video.id, video.at, time()), ...video.counted };
    const all: Readonly<Record<string, unknown>> = {
      id: video.id,
      create_time: Math.floor(video.at / 1000),
      like_count: likes,
      comment_count: comments,
      share_count: shares,
      view_count: views,
    };
    return Object.fromEntries(fields.flatMap((name) => (all[name] === null ? [] : [[name, all[name]]])));
  };

  const queryVideos = (request: SandboxRequest): SandboxReply => {
    const caller = callerOf(request)!;
    if (!caller.scopes.includes("video.list")) return badScope;
    const fields = (request.query.get("fields") ?? "").split(",");
    if (!fields.every((name) => VIDEO_FIELDS.includes(name))) return badParams("Fields are missing or unknown.");
    const ids = (jsonOf(request)?.["filters"] as { video_ids?: unknown } | undefined)?.video_ids;
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_IDS || !ids.every((id) => typeof id === "string" && /^\d{15,22}$/.test(id)))
      return badParams("Give 1 to 20 video ids.");
    if (ids.some((id: string) => state.refused.includes(id))) return badParams("A video id is not valid.");
    const videos = state.videos.filter(({ id, open_id, is_public }) => is_public && open_id === caller.open_id && ids.includes(id));
    return tiktokReply(200, "ok", "", { videos: videos.map((video) => shown(video, fields)) });
  };

  const readUser = (request: SandboxRequest): SandboxReply => {
    const caller = callerOf(request)!;
    const fields = (request.query.get("fields") ?? "").split(",");
    if (!fields.every((name) => name in USER_FIELDS)) return badParams("Fields are missing or unknown.");
    if (!fields.every((name) => caller.scopes.includes(USER_FIELDS[name]!))) return badScope;
    const { open_id, followers } = caller;
    const all: Readonly<Record<string, unknown>> = {
      open_id,
      union_id: open_id,
      display_name: open_id,
      follower_count: followers,
      likes_count: 0,
      video_count: 0,
    };
    return tiktokReply(200, "ok", "", { user: Object.fromEntries(fields.map((name) => [name, all[name]])) });
  };

  const controls: SandboxRoutes = {
    /** `{ open_id, followers?, scopes? }`: what is true of an account. */
    "PUT /sandbox/accounts": (request) => {
      const { open_id, ...more } = jsonOf(request) as unknown as Pick<Account, "open_id"> & Partial<Account>;
      Object.assign(accountOf(open_id), more);
      file.changed();
      return { status: 204 };
    },
    /** `{ id, open_id, at?, is_public?, counted? }`: a video, from its publication (now) on; what is given again changes it. */
    "PUT /sandbox/videos": (request) => {
      const given = jsonOf(request) as unknown as Pick<Video, "id" | "open_id"> & Partial<Video>;
      const known = state.videos.find(({ id }) => id === given.id);
      if (known) Object.assign(known, given);
      else state.videos.push({ at: time(), is_public: true, counted: {}, ...given });
      file.changed();
      return { status: 204 };
    },
    /** `{ id }`: the API takes offence at this id from now on. */
    "PUT /sandbox/refused": (request) => {
      state.refused.push(String(jsonOf(request)?.["id"]));
      return { status: 204 };
    },
    /** How often each endpoint was called within the last minute. */
    "GET /sandbox/calls": () => ({ status: 200, body: Object.fromEntries([...calls].map(([path, times]) => [path, times.length])) }),
  };

  return startServer({
    port: options.port,
    state: file,
    routes: { "GET /v2/user/info/": readUser, "POST /v2/video/query/": queryVideos, [`POST ${TOKENS}`]: renew },
    controls,
    guard: (request) => {
      const recent = (calls.get(request.path) ?? []).filter((at) => at > time() - MINUTE_MS);
      if (recent.length >= A_MINUTE) return tooMany;
      calls.set(request.path, [...recent, time()]);
      return request.path === TOKENS || callerOf(request) ? undefined : badToken;
    },
    notFound: tiktokReply(404, "invalid_params", "There is no such endpoint."),
    fault_replies: () => faultReplies,
  });
};
