import { chance, digits, drawn } from "../state.ts";
import { addressOf, linkTarget } from "./address.ts";
import { type Numbers, numbers } from "./numbers.ts";
import { type Repost, type Reposts, reposts } from "./reposts.ts";

export interface Account {
  readonly urn: string;
  handle: string;
  username: string;
  /** At `since`; grows from there. */
  followers: number;
  since: number;
}

export interface Track {
  readonly urn: string;
  readonly user_urn: string;
  readonly slug: string;
  readonly kind: "track" | "playlist";
  reveal_stats: boolean;
  reveal_comments: boolean;
  /** Present on private tracks: only who knows it sees them. */
  secret_token?: string | undefined;
  access: "playable" | "preview" | "blocked";
  /** Plays that the service has taken away since, as it does with those of bots. */
  removed_plays?: number | undefined;
  /** Plays that were counted at a time, in milliseconds since 1970, in the place of those that are drawn; they grow from there. */
  counted?: { readonly plays: number; readonly at: number } | undefined;
}

export interface WorldState {
  readonly accounts: Account[];
  readonly tracks: Track[];
  readonly short_links: [code: string, url: string][];
  readonly reposts: Repost[];
  /** Handles given up by a rename: nobody is there until somebody takes them. */
  readonly retired: string[];
}

export const emptyWorld = (): WorldState => ({ accounts: [], tracks: [], short_links: [], reposts: [], retired: [] });

export interface TrackSettings {
  readonly reveal_stats?: boolean;
  readonly reveal_comments?: boolean;
  /** null makes the track public. */
  readonly secret_token?: string | null;
  readonly access?: Track["access"];
  readonly removed_plays?: number;
  /** What is counted now. */
  readonly plays?: number;
}

export type Found = { readonly account: Account; readonly track?: Track };

/**
 * A SoundCloud in which every address exists as soon as somebody asks for it, always with the same urn and numbers for
 * the same seed. Addresses that begin with `missing` do not exist; slugs that begin with `private` are private.
 */
export interface World {
  /** What a URL leads to; undefined for what is not there, is private, or is no address of an account, track or playlist. */
  resolve(url: string): Found | undefined;
  account(urn: string): Account | undefined;
  /** A track or playlist by urn; undefined if private and the token is not its own. */
  track(urn: string, secret_token?: string): Track | undefined;
  ensureAccount(handle: string, settings?: { followers_count?: number; username?: string }): Account;
  ensureTrack(account: Account, slug: string, kind?: Track["kind"]): Track;
  configureTrack(track: Track, settings: TrackSettings): void;
  /** False when there is no such account or the new name is taken. */
  rename(from: string, to: string): boolean;
  addShortLink(code: string, url: string): void;
  readonly reposts: Reposts;
  readonly numbers: Numbers;
  readonly state: WorldState;
}

export const world = (seed: string, now: () => Date, state: WorldState, changed: () => void): World => {
  const accounts = new Map(state.accounts.map((account) => [account.urn, account]));
  const handles = new Map(state.accounts.map((account) => [account.handle, account]));
  const tracks = new Map(state.tracks.map((track) => [track.urn, track]));
  const slugs = new Map(state.tracks.map((track) => [`${track.kind} ${track.user_urn} ${track.slug}`, track]));
  const links = new Map(state.short_links);

  /** The number of a name, or the next free one: two names never share a urn. */
  const freshUrn = (kind: string, name: string, taken: Map<string, unknown>): string => {
    let number = drawn(seed, `${kind} ${name}`, 10_000_000, 2_000_000_000);
    while (taken.has(`soundcloud:${kind}:${number}`)) number += 1;
    return `soundcloud:${kind}:${number}`;
  };

  const ensureAccount: World["ensureAccount"] = (given, settings = {}) => {
    const handle = given.toLowerCase();
    let account = handles.get(handle);
    if (!account) {
      const followers = Math.round(100 * 1_000 ** chance(seed, `followers ${handle}`));
      account = { urn: freshUrn("users", handle, accounts), handle, username: titleOf(handle), followers, since: now().getTime() };
      accounts.set(account.urn, account);
      handles.set(handle, account);
      state.accounts.push(account);
      changed();
    }
    const { followers_count, username } = settings;
    if (followers_count !== undefined) Object.assign(account, { followers: followers_count, since: now().getTime() });
    if (username !== undefined) account.username = username;
    if (followers_count !== undefined || username !== undefined) changed();
    return account;
  };

  const ensureTrack: World["ensureTrack"] = (account, given, kind = "track") => {
    const slug = given.toLowerCase();
    const key = `${kind} ${account.urn} ${slug}`;
    const known = slugs.get(key);
    if (known) return known;
    const track: Track = {
      urn: freshUrn(`${kind}s`, `${account.urn}/${slug}`, tracks),
      user_urn: account.urn,
      slug,
      kind,
      reveal_stats: chance(seed, `stats ${key}`) >= 0.05,
      reveal_comments: chance(seed, `comments ${key}`) >= 0.05,
      access: chance(seed, `access ${key}`) >= 0.03 ? "playable" : "blocked",
      ...(slug.startsWith("private") ? { secret_token: `s-${digits(seed, `secret ${key}`, 11)}` } : {}),
    };
    tracks.set(track.urn, track);
    slugs.set(key, track);
    state.tracks.push(track);
    changed();
    return track;
  };

  const resolve = (input: string, depth = 0): Found | undefined => {
    const address = addressOf(input);
    if (!address || depth > 1) return undefined;
    if ("code" in address) return resolve(links.get(address.code) ?? linkTarget(seed, address.code), depth + 1);
    const { handle, slug, kind, secret_token } = address;
    if (handle.startsWith("missing") || slug?.startsWith("missing")) return undefined;
    if (state.retired.includes(handle) && !handles.has(handle)) return undefined;
    const account = ensureAccount(handle);
    if (slug === undefined) return { account };
    const isNew = !slugs.has(`${kind} ${account.urn} ${slug}`);
    const track = ensureTrack(account, slug, kind);
    // Whoever comes first by a secret link found a private track.
    if (isNew && secret_token !== undefined) track.secret_token = secret_token;
    return isVisible(track, secret_token) ? { account, track } : undefined;
  };

  return {
    state,
    reposts: reposts(state.reposts, changed),
    numbers: numbers(seed, now),
    resolve: (url) => resolve(url),
    account: (urn) => accounts.get(urn),
    track: (urn, secret_token) => {
      const track = tracks.get(urn);
      return track && isVisible(track, secret_token) ? track : undefined;
    },
    ensureAccount,
    ensureTrack,
    configureTrack: (track, { secret_token, plays, ...settings }) => {
      Object.assign(track, settings);
      if (plays !== undefined) track.counted = { plays, at: now().getTime() };
      if (secret_token !== undefined) track.secret_token = secret_token ?? undefined;
      changed();
    },
    rename: (from, to) => {
      const account = handles.get(from.toLowerCase());
      const handle = to.toLowerCase();
      if (!account || handles.has(handle)) return false;
      handles.delete(account.handle);
      state.retired.push(account.handle);
      handles.set(handle, account);
      account.handle = handle;
      changed();
      return true;
    },
    addShortLink: (code, url) => {
      links.set(code, url);
      state.short_links.push([code, url]);
      changed();
    },
  };
};

const isVisible = (track: Track, secret_token: string | undefined): boolean => track.secret_token === undefined || track.secret_token === secret_token;

/** `neon-nights` as `Neon Nights`. */
export const titleOf = (slug: string): string => slug.replaceAll(/(^|[-_]+)(\w)/g, (_, gap: string, letter: string) => (gap ? " " : "") + letter.toUpperCase());
