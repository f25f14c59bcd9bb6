import { type SandboxReply, type SandboxRequest, type SandboxRoutes, jsonOf } from "../server.ts";
import type { Tokens } from "./tokens.ts";
import type { Found, Track, TrackSettings, World } from "./world.ts";

const bad = (message: string): SandboxReply => ({ status: 400, body: { message } });
const nothing: SandboxReply = { status: 204 };
const isHandle = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,255}$/.test(value);

/** What people do on the real site, and what a demonstration sets up. None of it exists in the real API. */
export const controlRoutes = (world: World, tokens: Tokens): SandboxRoutes => {
  /** The track that a control names, private ones included. */
  const trackAt = (body: Record<string, unknown> | undefined): (Found & { track: Track }) | undefined => {
    const found = world.resolve(String(body?.["track_url"] ?? ""));
    return found?.track ? { ...found, track: found.track } : undefined;
  };
  const repost = (request: SandboxRequest, act: (track_urn: string, user_urn: string) => unknown): SandboxReply => {
    const body = jsonOf(request);
    const found = trackAt(body);
    const handle = body?.["user"];
    if (!found || !isHandle(handle)) return bad("Give user, a handle, and track_url, the address of a track that is there.");
    act(found.track.urn, world.ensureAccount(handle).urn);
    return nothing;
  };
  return {
    /** `{ accounts: [{ handle, followers_count?, username? }] }` */
    "PUT /sandbox/accounts": (request) => {
      const given = jsonOf(request)?.["accounts"];
      if (!Array.isArray(given) || !given.every((account) => isHandle(account?.handle))) return bad("Give accounts, a list of { handle, followers_count? }.");
      const items = given.map((account) => {
        const { urn, handle } = world.ensureAccount(account.handle, account);
        return { urn, handle, permalink_url: `https://soundcloud.com/${handle}` };
      });
      return { status: 200, body: { items } };
    },
    /** `{ track_url, reveal_stats?, reveal_comments?, secret_token?, access?, removed_plays?, plays? }`; a null secret_token makes it public. */
    "PUT /sandbox/tracks": (request) => {
      const { track_url, ...settings } = jsonOf(request) ?? {};
      const found = trackAt({ track_url });
      if (!found) return bad("Give track_url, the address of a track that is there.");
      world.configureTrack(found.track, settings as TrackSettings);
      return { status: 200, body: { urn: found.track.urn } };
    },
    /** `{ from, to }`: an account takes another permalink; its urn stays. */
    "POST /sandbox/renames": (request) => {
      const { from, to } = jsonOf(request) ?? {};
      return isHandle(from) && isHandle(to) && world.rename(from, to) ? nothing : bad("Give from, a handle that exists, and to, one that is free.");
    },
    /** `{ code, url }`: where on.soundcloud.com/{code} leads. */
    "PUT /sandbox/short-links": (request) => {
      const { code, url } = jsonOf(request) ?? {};
      if (!isHandle(code) || typeof url !== "string") return bad("Give code and url.");
      world.addShortLink(code, url);
      return nothing;
    },
    /** `{ user, track_url }`: the account reposts the track, or takes the repost back. */
    "POST /sandbox/reposts": (request) => repost(request, world.reposts.add),
    "DELETE /sandbox/reposts": (request) => repost(request, world.reposts.remove),
    /** `{ user }`: a token as if the account had signed in with the app. */
    "POST /sandbox/user-tokens": (request) => {
      const handle = jsonOf(request)?.["user"];
      return isHandle(handle) ? { status: 200, body: tokens.issue("sandbox", world.ensureAccount(handle).urn) } : bad("Give user, a handle.");
    },
    "GET /sandbox/state": () => ({
      status: 200,
      body: { tokens_issued: tokens.issued(), accounts: world.state.accounts.length, tracks: world.state.tracks.length, reposts: world.state.reposts.length },
    }),
  };
};
