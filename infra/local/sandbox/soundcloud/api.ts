import type { SandboxReply, SandboxRequest, SandboxRoutes } from "../server.ts";
import type { Tokens } from "./tokens.ts";
import { type Account, type Track, type World, titleOf } from "./world.ts";

const GENRES = ["House", "Drum & Bass", "Techno", "Hip-hop & Rap", "Ambient", "Trap"];
const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

const words: Record<number, string> = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 422: "Unprocessable Entity" };

/** The body of every refusal but those of the gateway. */
export const refusal = (code: number, message = words[code] ?? "Error"): SandboxReply => ({
  status: code,
  body: {
    code,
    message,
    link: "https://developers.soundcloud.com/docs/api/explorer/open-api",
    status: `${code} - ${words[code]}`,
    errors: [],
    error: null,
  },
});

/** The public API below `https://api.soundcloud.com`, as far as Groundswell calls it. */
export const apiRoutes = (world: World, tokens: Tokens): SandboxRoutes => {
  const user = (account: Account) => userJson(world, account);
  const item = (track: Track) => (track.kind === "track" ? trackJson(world, track) : playlistJson(world, track));
  const find = (kind: string, request: SandboxRequest): Track | undefined =>
    world.track(urnOf(kind, request.params["urn"]!), request.query.get("secret_token") ?? undefined);

  /** The account whose token the request carries, or the refusal. */
  const reposter = (request: SandboxRequest): string | SandboxReply => tokens.find(tokenOf(request))?.user_urn ?? refusal(403, "A user's token is needed.");

  return {
    "GET /resolve": (request) => {
      const found = world.resolve(request.query.get("url") ?? "");
      if (!found) return refusal(404);
      const location = `${request.base_url}${pathOf(found.account, found.track)}`;
      return { status: 302, headers: { location }, body: { status: "302 - Found", location } };
    },
    "GET /tracks": (request) => {
      const urns = (request.query.get("urns") ?? "").split(",").filter(Boolean);
      const access = (request.query.get("access") ?? "playable,preview").split(",");
      const found = urns.map((urn) => world.track(urn)).filter((track) => track !== undefined && track.kind === "track" && access.includes(track.access));
      const page = found.slice(0, limitOf(request)).map((track) => item(track!));
      return { status: 200, body: request.query.has("linked_partitioning") ? { collection: page } : page };
    },
    "GET /tracks/{urn}": (request) => {
      const track = find("tracks", request);
      return track ? { status: 200, body: item(track) } : refusal(404);
    },
    "GET /playlists/{urn}": (request) => {
      const playlist = find("playlists", request);
      return playlist ? { status: 200, body: item(playlist) } : refusal(404);
    },
    "GET /users": (request) => {
      const urns = (request.query.get("urns") ?? "").split(",").filter(Boolean);
      const found = urns.flatMap((urn) => world.account(urn) ?? []).slice(0, limitOf(request));
      const page = found.map(user);
      return { status: 200, body: request.query.has("linked_partitioning") ? { collection: page } : page };
    },
    "GET /users/{urn}": (request) => {
      const account = world.account(urnOf("users", request.params["urn"]!));
      return account ? { status: 200, body: user(account) } : refusal(404);
    },
    "GET /tracks/{urn}/reposters": (request) => {
      const track = find("tracks", request);
      if (!track) return refusal(404);
      const all = world.reposts.of(track.urn, Number(request.query.get("cursor") ?? Infinity));
      const page = all.slice(0, limitOf(request));
      const collection = page.map((repost) => user(world.account(repost.user_urn)!));
      if (!request.query.has("linked_partitioning")) return { status: 200, body: collection };
      const query = new URLSearchParams({ linked_partitioning: "true", limit: String(limitOf(request)), cursor: String(page.at(-1)?.seq) });
      const next_href = page.length < all.length ? `${request.base_url}${request.path}?${query}` : null;
      return { status: 200, body: { collection, next_href } };
    },
    "POST /reposts/tracks/{urn}": (request) => {
      const by = reposter(request);
      const track = find("tracks", request);
      if (typeof by !== "string") return by;
      if (!track) return refusal(404);
      world.reposts.add(track.urn, by);
      return { status: 201, body: { status: "201 - Created" } };
    },
    "DELETE /reposts/tracks/{urn}": (request) => {
      const by = reposter(request);
      if (typeof by !== "string") return by;
      return world.reposts.remove(urnOf("tracks", request.params["urn"]!), by) ? { status: 200, body: { status: "200 - OK" } } : refusal(404);
    },
  };
};

/** The token endpoint below `https://secure.soundcloud.com`. */
export const tokenRoute =
  (tokens: Tokens) =>
  (request: SandboxRequest): SandboxReply => {
    const form = new URLSearchParams(request.text);
    const [name, secret] = clientOf(request, form);
    if (!name || !secret) return { status: 401, body: { error: "invalid_client" } };
    if (form.get("grant_type") === "client_credentials") {
      const issued = tokens.issueForApp(name);
      return issued === "limited" ? { status: 429, body: { error: "Rate Limit Exceeded" } } : { status: 200, body: issued };
    }
    if (form.get("grant_type") !== "refresh_token") return { status: 400, body: { error: "unsupported_grant_type" } };
    const renewed = tokens.refresh(form.get("refresh_token") ?? "", name);
    return renewed ? { status: 200, body: renewed } : { status: 400, body: { error: "invalid_grant" } };
  };

const clientOf = ({ headers }: SandboxRequest, form: URLSearchParams): (string | null | undefined)[] => {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
  return basic ? Buffer.from(basic, "base64").toString("utf8").split(":", 2) : [form.get("client_id"), form.get("client_secret")];
};

export const tokenOf = ({ headers }: SandboxRequest): string => /^OAuth (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";

const urnOf = (kind: string, name: string): string => (/^\d+$/.test(name) ? `soundcloud:${kind}:${name}` : name);

const limitOf = ({ query }: SandboxRequest): number => Math.min(MAX_PAGE, Math.max(1, Number(query.get("limit") ?? DEFAULT_PAGE) || DEFAULT_PAGE));

const pathOf = (account: Account, track: Track | undefined): string => {
  if (!track) return `/users/${account.urn}`;
  return `/${track.kind}s/${track.urn}${track.secret_token === undefined ? "" : `?secret_token=${track.secret_token}`}`;
};

const numberOf = (urn: string): number => Number(urn.split(":").at(-1));

/** `2019/01/15 15:40:49 +0000`. */
export const timeOf = (at: Date): string => `${at.toISOString().slice(0, 10).replaceAll("-", "/")} ${at.toISOString().slice(11, 19)} +0000`;

const userJson = (world: World, account: Account): Record<string, unknown> => ({
  urn: account.urn,
  id: numberOf(account.urn),
  kind: "user",
  permalink: account.handle,
  permalink_url: `https://soundcloud.com/${account.handle}`,
  username: account.username,
  followers_count: world.numbers.followers(account),
  followings_count: numberOf(account.urn) % 500,
  track_count: (numberOf(account.urn) % 40) + 1,
  avatar_url: "https://a1.sndcdn.com/images/default_avatar_large.png",
});

/** Hidden counts come as null on some tracks and not at all on others, as from the real service. */
const trackJson = (world: World, track: Track): Record<string, unknown> => {
  const account = world.account(track.user_urn)!;
  const { plays, likes, comments, downloads } = world.numbers.counts(track);
  const number = numberOf(track.urn);
  const hidden = number % 2 === 0 ? { playback_count: null, favoritings_count: null, reposts_count: null, download_count: null } : {};
  const shown = { playback_count: plays, favoritings_count: likes, reposts_count: world.reposts.of(track.urn).length, download_count: downloads };
  return {
    urn: track.urn,
    id: number,
    kind: "track",
    title: titleOf(track.slug),
    permalink_url: `https://soundcloud.com/${account.handle}/${track.slug}`,
    duration: 90_000 + (number % 300_000),
    genre: GENRES[number % GENRES.length],
    tag_list: "",
    isrc: null,
    created_at: timeOf(world.numbers.createdAt(track)),
    sharing: track.secret_token === undefined ? "public" : "private",
    access: track.access,
    streamable: track.access !== "blocked",
    ...(track.reveal_stats ? shown : hidden),
    comment_count: track.reveal_comments ? comments : null,
    reveal_stats: track.reveal_stats,
    reveal_comments: track.reveal_comments,
    artwork_url: null,
    user: userJson(world, account),
  };
};

const playlistJson = (world: World, playlist: Track): Record<string, unknown> => {
  const account = world.account(playlist.user_urn)!;
  return {
    urn: playlist.urn,
    id: numberOf(playlist.urn),
    kind: "playlist",
    title: titleOf(playlist.slug),
    permalink_url: `https://soundcloud.com/${account.handle}/sets/${playlist.slug}`,
    track_count: (numberOf(playlist.urn) % 20) + 1,
    likes_count: numberOf(playlist.urn) % 1_000,
    user: userJson(world, account),
  };
};
