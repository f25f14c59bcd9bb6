import type { TrackUrl } from "../track-url.ts";
import { oneLine } from "./values.ts";

export interface Title {
  track_title?: string;
  artist_name?: string;
}

/** A permalink as words: `light-us` becomes `Light Us`. */
const spelled = (permalink: string): string =>
  permalink
    .split(/[-_]+/)
    .filter((part) => part !== "")
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join(" ");

/** A title without case, accents and punctuation, to compare it with a permalink. */
const bare = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");

/** A dash between two spaces. */
const SEPARATOR_LENGTH = 3;

/** At the first dash that stands alone. */
const splitInfo = (info: string): { artist?: string; title: string } => {
  const at = info.search(/ [-–—] /u);
  return at < 0 ? { title: info } : { artist: info.slice(0, at), title: info.slice(at + SEPARATOR_LENGTH) };
};

/**
 * Title and artist of a track. The address says which track it is; the text `Artist - Title` beside it lends the spelling
 * where both name the same title, and stands alone where the address names no track.
 */
export const titleOf = (url: TrackUrl, trackInfo: string): Title => {
  const info = splitInfo(oneLine(trackInfo));
  const fromInfo: Title = {
    ...(info.title === "" ? {} : { track_title: info.title }),
    ...(info.artist === undefined ? {} : { artist_name: info.artist }),
  };
  const artist = url.user === undefined ? {} : { artist_name: spelled(url.user) };
  if (url.slug === undefined || bare(info.title) === bare(url.slug)) return { ...artist, ...fromInfo };
  const track_title = spelled(url.slug);
  return { ...artist, ...(track_title === "" ? {} : { track_title }) };
};
