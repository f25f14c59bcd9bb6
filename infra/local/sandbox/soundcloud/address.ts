import { digits } from "../state.ts";

/** Where a short link leads that nobody set: always to the same track. */
export const linkTarget = (seed: string, code: string): string =>
  `https://soundcloud.com/artist-${digits(seed, `link user ${code}`, 4)}/track-${digits(seed, `link track ${code}`, 6)}`;

export type Address =
  | { readonly code: string }
  | { readonly handle: string; readonly slug?: string; readonly kind: "track" | "playlist"; readonly secret_token?: string | undefined };

const tabs = new Set("tracks albums sets reposts likes spotlight comments popular-tracks followers following".split(" "));

/** The parts of an address on soundcloud.com or on.soundcloud.com, case-insensitive but for codes and tokens. */
export const addressOf = (input: string): Address | undefined => {
  const url = URL.parse(input);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const segments = url.pathname.split("/").filter(Boolean);
  if (!segments.every((segment) => /^[\w-]+$/.test(segment))) return undefined;
  const [first, second, third, fourth] = segments;
  if (first === undefined) return undefined;
  if (url.hostname === "on.soundcloud.com") return { code: first };
  if (!/^(www\.|m\.)?soundcloud\.com$/.test(url.hostname)) return undefined;
  const handle = first.toLowerCase();
  const secret = (segment: string | undefined): string | undefined =>
    segment?.startsWith("s-") ? segment : (url.searchParams.get("secret_token") ?? undefined);
  if (second === "sets" && third !== undefined) return { handle, slug: third.toLowerCase(), kind: "playlist", secret_token: secret(fourth) };
  if (second === undefined || tabs.has(second.toLowerCase())) return { handle, kind: "track" };
  return { handle, slug: second.toLowerCase(), kind: "track", secret_token: secret(third) };
};
