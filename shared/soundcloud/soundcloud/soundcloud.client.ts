import type * as z from "zod";
import type { Clock } from "../../kernel/context.ts";
import { type HttpClient, type HttpRequest, httpClient } from "../../kernel/http-client.ts";
import type { HttpReply } from "../../kernel/http-reply.ts";
import { type Failure, type Outcome, mapOk, ok, permanent, retryLater } from "../../kernel/outcome.ts";
import { realRandom, realSleep } from "../../kernel/wait.ts";
import * as replies from "./resources.ts";
import { type AccessToken, type TokenStore, sharedToken } from "./token.ts";

const BATCH = 200;
const PAGE = 200;
const MAX_PAGES = 50;
const PER_SECOND = 5;
const THROTTLE_MS = 30_000;

export interface SoundCloudOptions {
  /** `https://api.soundcloud.com`. */
  readonly api_url: string;
  /** `https://secure.soundcloud.com`. */
  readonly auth_url: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly tokens: TokenStore;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  /** Requests a second of this process; 5 unless told, because no overall limit is published. */
  readonly per_second?: number;
  readonly timeout_ms?: number;
  readonly budget_ms?: number;
}

export interface SoundCloudClient {
  /** What a soundcloud.com or on.soundcloud.com URL leads to; `permanent` `not_found` also for what is private. */
  resolve(url: string): Promise<Outcome<replies.SoundCloudResource>>;
  /** One track; a private one needs the token of its secret link. */
  track(urn: string, secret_token?: string): Promise<Outcome<replies.SoundCloudTrack>>;
  /** Any number of tracks, blocked ones included, in the order asked; those that are missing or private are left out. */
  tracks(urns: readonly string[]): Promise<Outcome<replies.SoundCloudTrack[]>>;
  user(urn: string): Promise<Outcome<replies.SoundCloudUser>>;
  /** Any number of accounts, in the order asked; those that are gone are left out. */
  users(urns: readonly string[]): Promise<Outcome<replies.SoundCloudUser[]>>;
  /** The account behind a profile URL; `permanent` `not_a_user` when the URL leads elsewhere. */
  userByUrl(url: string): Promise<Outcome<replies.SoundCloudUser>>;
  /** Who reposted a track, newest first, a page of up to 200 at a time; ends after the first failure. */
  reposters(track_urn: string): AsyncIterable<Outcome<replies.SoundCloudUser[]>>;
  /** Whether an account stands in the list of reposters; `permanent` `too_many_reposters` beyond `max_pages` (50) pages. */
  hasReposted(track_urn: string, user_urn: string, max_pages?: number): Promise<Outcome<boolean>>;
}

type Reposters = z.output<typeof replies.UsersReply>;

/** SoundCloud's public API under the app's own credentials. Reads only, so every failure is safe to repeat. */
export const soundCloudClient = (options: SoundCloudOptions): SoundCloudClient => {
  const { clock, random = realRandom, sleep = realSleep } = options;
  const { fetch, timeout_ms, budget_ms, per_second = PER_SECOND } = options;
  const common = {
    clock,
    random,
    sleep,
    throttle_ms: THROTTLE_MS,
    classify: (reply: HttpReply) => rateLimit(reply, clock),
    ...(fetch && { fetch }),
    ...(timeout_ms !== undefined && { timeout_ms }),
    ...(budget_ms !== undefined && { budget_ms }),
  };
  const api = httpClient({ ...common, base_url: options.api_url, per_second });
  const issue = tokenIssuer(httpClient({ ...common, base_url: options.auth_url }), options);
  const tokens = sharedToken({ store: options.tokens, issue, clock, sleep, random });

  const call = async <S extends z.ZodType>(request: HttpRequest<S>): Promise<Outcome<z.output<S>>> => {
    const send = (token: string): Promise<Outcome<z.output<S>>> => api.call({ ...request, headers: { authorization: `OAuth ${token}` } });
    const token = await tokens.current();
    if (token.kind !== "ok") return token;
    const first = await send(token.value);
    if (first.kind !== "auth_expired") return first;
    const renewed = await tokens.replace(token.value);
    return renewed.kind === "ok" ? send(renewed.value) : renewed;
  };
  const get = <S extends z.ZodType>(path: string, reply: S): Promise<Outcome<z.output<S>>> => call({ method: "GET", path, reply });

  const resolve = async (url: string): Promise<Outcome<replies.SoundCloudResource>> => {
    const path = `/resolve?${new URLSearchParams({ url })}`;
    const found = await call({ method: "GET", path, accept: [302], reply: replies.ResolveReply });
    if (found.kind !== "ok") return found;
    const location = api.pathOf(found.value.location);
    return location === undefined ? elsewhere("resolve") : get(location, replies.ResourceReply);
  };

  /** Pages of reposters; one that leads outside the API is followed by that failure. */
  const repostPages = async function* (track_urn: string): AsyncGenerator<Outcome<Reposters>> {
    const first = `/tracks/${encodeURIComponent(track_urn)}/reposters?linked_partitioning=true&limit=${PAGE}`;
    for (let path: string | undefined = first; path !== undefined;) {
      const page: Outcome<Reposters> = await get(path, replies.UsersReply);
      yield page;
      if (page.kind !== "ok" || !page.value.next_href) return;
      path = api.pathOf(page.value.next_href);
      if (path === undefined) yield elsewhere("the next page");
    }
  };

  return {
    resolve,
    reposters: async function* (track_urn) {
      for await (const page of repostPages(track_urn)) yield mapOk(page, (users) => users.collection);
    },
    track: (urn, secret_token) => {
      const query = secret_token === undefined ? "" : `?${new URLSearchParams({ secret_token })}`;
      return get(`/tracks/${encodeURIComponent(urn)}${query}`, replies.TrackReply);
    },
    tracks: (urns) => inBatches(urns, (batch) => get(`/tracks?urns=${batch}&access=playable,preview,blocked&limit=${BATCH}`, replies.TracksReply)),
    users: (urns) => inBatches(urns, (batch) => get(`/users?urns=${batch}&limit=${BATCH}`, replies.UsersListReply)),
    user: (urn) => get(`/users/${encodeURIComponent(urn)}`, replies.UserReply),
    userByUrl: async (url) => {
      const found = await resolve(url);
      if (found.kind !== "ok") return found;
      return found.value.kind === "user" ? ok(found.value) : permanent("not_a_user", `The URL leads to a ${found.value.kind}, not to a profile.`);
    },
    hasReposted: async (track_urn, user_urn, max_pages = MAX_PAGES) => {
      let pages = 0;
      for await (const page of repostPages(track_urn)) {
        if (page.kind !== "ok") return page;
        if (page.value.collection.some((user) => user.urn === user_urn)) return ok(true);
        pages += 1;
        if (pages >= max_pages && page.value.next_href) return tooMany(max_pages);
      }
      return ok(false);
    },
  };
};

/** Resources by URN, a batch a request, in the order asked; those that the answers leave out are left out. */
const inBatches = async <T extends { readonly urn: string }>(
  urns: readonly string[],
  read: (batch: string) => Promise<Outcome<T[]>>,
): Promise<Outcome<T[]>> => {
  const asked = [...new Set(urns)];
  const found = new Map<string, T>();
  for (let at = 0; at < asked.length; at += BATCH) {
    const page = await read(
      asked
        .slice(at, at + BATCH)
        .map(encodeURIComponent)
        .join(","),
    );
    if (page.kind !== "ok") return page;
    for (const one of page.value) found.set(one.urn, one);
  }
  return ok(asked.flatMap((urn) => found.get(urn) ?? []));
};

/** Asks the token endpoint for a token: with a refresh token, or with the app's credentials. */
const tokenIssuer =
  (auth: HttpClient, { client_id, client_secret, clock }: SoundCloudOptions) =>
  async (refresh_token?: string): Promise<Outcome<AccessToken>> => {
    const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`;
    const answer = await auth.call({
      method: "POST",
      path: "/oauth/token",
      reply: replies.TokenReply,
      ...(refresh_token === undefined
        ? { headers: { authorization: basic }, form: { grant_type: "client_credentials" } }
        : { form: { grant_type: "refresh_token", client_id, client_secret, refresh_token } }),
    });
    if (answer.kind === "auth_expired") return permanent("invalid_client", "SoundCloud does not accept the app's credentials; check them in the deployment.");
    // A token whose answer got lost only counts against the limit of tokens; asking again later does no other harm.
    if (answer.kind === "unknown_outcome") return retryLater(THROTTLE_MS, answer.detail);
    return mapOk(answer, ({ access_token, refresh_token: next, expires_in }) => ({
      access_token,
      refresh_token: next ?? undefined,
      expires_at: new Date(clock.now().getTime() + expires_in * 1_000).toISOString(),
    }));
  };

const elsewhere = (what: string): Failure => permanent("foreign_address", `SoundCloud's answer for ${what} leads outside its API and was not followed.`);

const tooMany = (pages: number): Failure =>
  permanent("too_many_reposters", `The account is not among the newest ${pages * PAGE} reposters; the list is not read further.`);

/** A 429 that names when its window ends. All other refusals follow the general rules. */
const rateLimit = (reply: HttpReply, clock: Clock): Failure | undefined => {
  if (reply.status !== 429) return undefined;
  const limit = replies.RateLimitReply.safeParse(reply.body);
  const reset = replies.timeFromSoundCloud(limit.data?.errors[0]?.meta.reset_time);
  if (reset === null) return undefined;
  return retryLater(Math.max(1_000, Date.parse(reset) - clock.now().getTime()), "SoundCloud's limit is used up until its window ends.");
};
