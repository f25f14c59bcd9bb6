/**
 * What a SoundCloud URL points at. `private` is a track behind a secret link; a set keeps its kind and may have a secret token too.
 * `profile` is an account, or in an imported cell any page that names no track.
 */
export type TrackUrlKind = "track" | "private" | "set" | "profile" | "short";

/** A SoundCloud address in its canonical form: https, no `www.` or `m.`, no query, no fragment, no trailing slash, no secret token. */
export interface TrackUrl {
  kind: TrackUrlKind;
  track_url: string;
  /** Handle of the account; absent when the path names none. */
  user?: string;
  /** Last name in the path of a track or a set. */
  slug?: string;
  /** Opens a private track or set. It is a credential: seal it and never log it. */
  secret_token?: string;
}

export type TrackUrlFault =
  | "empty"
  | "too_long"
  | "not_a_url"
  | "wrong_scheme"
  | "wrong_host"
  | "credentials_or_port"
  | "no_path"
  | "site_page"
  | "malformed_path";

const MAX_URL_LENGTH = 2_048;
/** Signs without width, which pages and messengers slip into what is copied from them. */
const INVISIBLE = /[\u200B-\u200D\u2060\uFEFF]/g;
const NAME = /^[\w-]{1,255}$/;
const SECRET_TOKEN = /^s-[\w-]{1,100}$/;

const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
/** First path segments that belong to the site and not to an account. SoundCloud publishes no list, so this one is a heuristic. */
const SITE_PAGES = words(
  "discover stations charts search you tags pages upload settings terms-of-use messages notifications stream library jobs imprint " +
    "popular people groups tracks sets getstarted logout login signin signup mobile pro go creators community-guidelines feed explore",
);
const PROFILE_TABS = words("tracks albums sets reposts likes spotlight comments popular-tracks toptracks followers following");
const TRACK_PAGES = words("recommended albums sets likes reposts comments");

/** The path segments of a track URL read by SoundCloud's grammar; undefined when they fit none of its forms. */
const readPath = (segments: readonly string[]): Pick<TrackUrl, "kind" | "user" | "slug" | "secret_token"> | undefined => {
  const [user, second, third, fourth] = segments;
  if (user === undefined || segments.length > 4 || !segments.every((segment) => NAME.test(segment))) return undefined;
  if (SITE_PAGES.has(user.toLowerCase())) return undefined;
  if (second === undefined) return { kind: "profile", user };
  if (second.toLowerCase() === "sets" && third !== undefined) {
    if (fourth === undefined) return { kind: "set", user, slug: third };
    return SECRET_TOKEN.test(fourth) ? { kind: "set", user, slug: third, secret_token: fourth } : undefined;
  }
  if (PROFILE_TABS.has(second.toLowerCase())) return third === undefined ? { kind: "profile", user } : undefined;
  if (fourth !== undefined) return undefined;
  if (third === undefined) return { kind: "track", user, slug: second };
  if (SECRET_TOKEN.test(third)) return { kind: "private", user, slug: second, secret_token: third };
  return TRACK_PAGES.has(third.toLowerCase()) ? { kind: "track", user, slug: second } : undefined;
};

const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

/** A track that needs a token is a private one, wherever the token stood. */
const withToken = (kind: TrackUrlKind, secret_token: string | undefined): Pick<TrackUrl, "kind" | "secret_token"> =>
  secret_token === undefined ? { kind } : { kind: kind === "track" ? "private" : kind, secret_token };

const tokenInQuery = (query: string): string | undefined => new URLSearchParams(query).get("secret_token") ?? undefined;

/** Says why a text is not an address that `parseTrackUrl` takes. */
const faultOf = (text: string): TrackUrlFault => {
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);
  } catch {
    return "not_a_url";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "wrong_scheme";
  if (!/^((www|m|on)\.)?soundcloud\.com$/.test(url.hostname)) return url.hostname.includes(".") ? "wrong_host" : "not_a_url";
  if (/^[^/?#]*\/\/[^/?#]*[@:]/.test(text)) return "credentials_or_port";
  return segmentsOf(url.pathname).length === 0 ? "no_path" : "malformed_path";
};

/**
 * Reads the one SoundCloud address that a person typed into a form. The host is compared, never searched for.
 * Takes `http` or no scheme and gives https; account and track names come out in lower case, the code of a short link as it is.
 * Gives `{ fault }` and no address for anything else, among it pages of the site and the machine hosts `api.` and `w.`.
 */
export const parseTrackUrl = (input: string): TrackUrl | { fault: TrackUrlFault } => {
  const text = input.replace(INVISIBLE, "").trim();
  if (text === "") return { fault: "empty" };
  if (text.length > MAX_URL_LENGTH) return { fault: "too_long" };
  const match = /^(?:https?:\/\/)?(?:(www|m|on)\.)?soundcloud\.com(\/[\w/-]*)?(?:\?([^#\s]*))?(?:#\S*)?$/i.exec(text);
  if (!match) return { fault: faultOf(text) };
  const [, host, path = "", query = ""] = match;
  const segments = segmentsOf(path);
  if (segments.length === 0) return { fault: "no_path" };
  if (host?.toLowerCase() === "on") {
    const [code] = segments;
    if (segments.length > 1 || !code || !NAME.test(code)) return { fault: "malformed_path" };
    return { kind: "short", track_url: `https://on.soundcloud.com/${code}` };
  }
  const found = readPath(segments);
  if (!found?.user) return { fault: SITE_PAGES.has(segments[0]!.toLowerCase()) ? "site_page" : "malformed_path" };
  const user = found.user.toLowerCase();
  if (found.slug === undefined) return { kind: found.kind, track_url: `https://soundcloud.com/${user}`, user };
  const slug = found.slug.toLowerCase();
  const secret_token = found.secret_token ?? tokenInQuery(query);
  if (secret_token !== undefined && !SECRET_TOKEN.test(secret_token)) return { fault: "malformed_path" };
  const track_url = `https://soundcloud.com/${user}/${found.kind === "set" ? "sets/" : ""}${slug}`;
  return { track_url, user, slug, ...withToken(found.kind, secret_token) };
};

/** How the address stood in the cell before it was made canonical. */
export type TrackUrlForm =
  | "http"
  | "no_scheme"
  | "www"
  | "mobile_host"
  | "upper_host"
  | "query"
  | "fragment"
  | "trailing_slash"
  | "padding"
  | "text_around"
  | "two_urls_first_counts"
  | "set"
  | "profile_url"
  | "private_link"
  | "short_link";

export interface FoundTrackUrl extends TrackUrl {
  /** Path of the address as it counts for equality: case-sensitive, with a secret token if the path holds one. A credential too. */
  path_with_token: string;
  forms: readonly TrackUrlForm[];
}

/** Cells are searched this far, which bounds the time that a hostile one can take. */
const SEARCHED_LENGTH = 10_000;

/**
 * Addresses in free text, from left to right. A whole address is consumed at once, so that one inside another's query is never seen.
 * The look-behind keeps `notsoundcloud.com`, `me@soundcloud.com` and `?u=soundcloud.com` from counting as an address without a scheme.
 */
const ADDRESS = /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s<>",;|]+|(?<![\p{L}\p{N}@.=&%/:_-])(?:[a-z0-9-]+\.)+[a-z]{2,}[/?#][^\s<>",;|]*/giu;

/** The address without the marks of the text around it. */
const bareAddress = (text: string): string => text.replace(/['‘’“”«»`\\^{}()[\]].*$/s, "").replace(/(?<![.!?:*])[.!?:*]+$/, "");

const readAddress = (text: string): URL | undefined => {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  } catch {
    return undefined;
  }
};

/** An address on SoundCloud with a path, whatever the path is; `host` and not `hostname`, because another port is another site. */
const isOnSoundCloud = (url: URL): boolean =>
  (url.protocol === "https:" || url.protocol === "http:") && /^((www|m|on)\.)?soundcloud\.com$/.test(url.host) && segmentsOf(url.pathname).length > 0;

const formsOf = (cell: string, address: string, url: URL, found: TrackUrl, count: number): TrackUrlForm[] => {
  const forms: [TrackUrlForm, boolean][] = [
    ["http", url.protocol === "http:"],
    ["no_scheme", !address.includes("://")],
    ["www", url.host.startsWith("www.")],
    ["mobile_host", url.host.startsWith("m.")],
    ["upper_host", /^([a-z]+:\/\/)?[^/]*[A-Z]/.test(address)],
    ["query", url.search !== ""],
    ["fragment", url.hash !== ""],
    ["trailing_slash", url.pathname.endsWith("/")],
    ["padding", cell !== cell.trim()],
    ["text_around", count === 1 && cell.trim() !== address],
    ["two_urls_first_counts", count > 1],
    ["set", found.kind === "set"],
    ["profile_url", found.user !== undefined && found.kind === "profile"],
    ["private_link", found.secret_token !== undefined],
    ["short_link", found.kind === "short"],
  ];
  return forms.flatMap(([form, holds]) => (holds ? [form] : []));
};

/**
 * Finds the first SoundCloud address in a spreadsheet cell; text and other addresses around it are ignored.
 * Any path on the four hosts counts, and it keeps its case: imported rows are compared by it until SoundCloud resolves the track.
 */
export const findTrackUrl = (written: string): FoundTrackUrl | undefined => {
  const cell = written.slice(0, SEARCHED_LENGTH).replace(INVISIBLE, "");
  const addresses = [...cell.matchAll(ADDRESS)].map(([text]) => bareAddress(text));
  for (const address of addresses) {
    const url = readAddress(address);
    if (!url || !isOnSoundCloud(url)) continue;
    const isShort = url.host.startsWith("on.");
    const origin = isShort ? "https://on.soundcloud.com" : "https://soundcloud.com";
    const path = url.pathname.replace(/\/+$/, "");
    const found = isShort ? { kind: "short" as const } : (readPath(segmentsOf(path)) ?? { kind: "profile" as const });
    const { secret_token: inPath, slug } = { secret_token: undefined, slug: undefined, ...found };
    const inQuery = slug === undefined ? undefined : tokenInQuery(url.search);
    const secret_token = inPath ?? (inQuery !== undefined && SECRET_TOKEN.test(inQuery) ? inQuery : undefined);
    const track_url = origin + (inPath === undefined ? path : path.slice(0, -inPath.length - 1));
    const result: TrackUrl = { ...found, track_url, ...withToken(found.kind, secret_token) };
    return { ...result, path_with_token: origin + path, forms: formsOf(cell, address, url, result, addresses.length) };
  }
  return undefined;
};
