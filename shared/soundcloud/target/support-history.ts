import type { OrgCtx } from "../../kernel/context.ts";
import { addDays } from "../../kernel/days.ts";
import { every } from "../../kernel/table/every.ts";
import { SupportRecord, supportDigest } from "../queue/support-record.ts";
import type { Submission } from "../submission/submission.ts";

/** Who has had a track, and who had its artist lately: what conflicts are decided by. */
export interface SupportHistory {
  readonly track: ReadonlySet<string>;
  /** The last day each supporter took the artist, within the days looked back. */
  readonly artist: ReadonlyMap<string, string>;
}

type Keyed = Pick<Submission, "track_key" | "artist_key" | "track_url">;

/**
 * What a track is known by: its key, and its address in lower case, which stays the same when the key becomes a URN.
 * Each with the artist's key of the same kind.
 */
export const supportKeys = ({ track_key, artist_key, track_url }: Keyed): { readonly track_key: string; readonly artist_key: string }[] => {
  const address = track_url.toLowerCase();
  const handle = new URL(address).pathname.split("/")[1] ?? "";
  return track_key === address
    ? [{ track_key, artist_key }]
    : [
        { track_key, artist_key },
        { track_key: address, artist_key: handle },
      ];
};

export const trackKeys = (submission: Keyed): string[] => supportKeys(submission).map((keys) => keys.track_key);
export const artistKeys = (submission: Keyed): string[] => [...new Set(supportKeys(submission).map((keys) => keys.artist_key))].filter((key) => key !== "");

/** Reads the records of a submission's track and artist: two to four queries, each of exactly what it needs. */
export const supportHistory = async (
  ctx: OrgCtx,
  submission: Keyed,
  { today, recent_artist_days }: { today: string; recent_artist_days: number },
): Promise<SupportHistory> => {
  const { org_id } = ctx;
  const from = { supported_on: addDays(today, -recent_artist_days) };
  const digests = (keys: readonly string[]): string[] => keys.map((key) => supportDigest(org_id, key));
  const [tracks, artists] = [digests(trackKeys(submission)), digests(artistKeys(submission))];
  const [track, artist] = await Promise.all([
    Promise.all(tracks.map((track_key) => Array.fromAsync(every((page) => SupportRecord.list(ctx, { org_id, track_key }, page))))),
    Promise.all(artists.map((artist_key) => Array.fromAsync(every((page) => SupportRecord.query.byArtist(ctx, { org_id, artist_key }, { ...page, from }))))),
  ]);
  const byDay = artist.flat().toSorted((a, b) => (a.supported_on < b.supported_on ? -1 : 1));
  return {
    track: new Set(track.flat().map((record) => record.supporter_id)),
    artist: new Map(byDay.map((record) => [record.supporter_id, record.supported_on])),
  };
};
