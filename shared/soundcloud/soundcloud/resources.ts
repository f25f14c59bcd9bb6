import * as z from "zod";

/** A count that the service hides or leaves out is absent, never 0. */
const count = z
  .int()
  .min(0)
  .nullish()
  .catch(null)
  .transform((n) => n ?? null);
const text = z
  .string()
  .nullish()
  .transform((s) => s || null);

/** `2019/01/15 15:40:49 +0000` as RFC 3339 UTC; null for anything else. */
export const timeFromSoundCloud = (value: string | null | undefined): string | null => {
  const parts = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(value ?? "");
  if (!parts) return null;
  const [, year, month, day, time, hours, minutes] = parts;
  const at = new Date(`${year}-${month}-${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
};

/** The URN is the only name that stays: older replies give the number alone. */
const withUrn = <T extends { urn?: string | undefined; id?: number | undefined }>(kind: string, resource: T): T & { urn: string } => ({
  ...resource,
  urn: resource.urn ?? `soundcloud:${kind}:${resource.id}`,
});
const identified = { urn: z.string().optional(), id: z.int().optional() };
const hasName = (resource: { urn?: string | undefined; id?: number | undefined }): boolean => resource.urn !== undefined || resource.id !== undefined;
const nameless = { error: "neither urn nor id", path: ["urn"] };

export const UserReply = z
  .object({
    ...identified,
    username: text,
    permalink: text,
    permalink_url: z.string(),
    followers_count: count,
    followings_count: count,
    track_count: count,
  })
  .refine(hasName, nameless)
  .transform((user) => {
    const { id: _, ...named } = withUrn("users", user);
    return named;
  });
/** An account. Counts are null when the service does not tell them. */
export type SoundCloudUser = z.output<typeof UserReply>;

export const TrackReply = z
  .object({
    ...identified,
    title: text,
    permalink_url: z.string(),
    duration: count,
    genre: text,
    tag_list: text,
    isrc: text,
    created_at: z.string().nullish(),
    sharing: z.enum(["public", "private"]).catch("public"),
    access: z.enum(["playable", "preview", "blocked"]).nullish().catch(null),
    artwork_url: text,
    playback_count: count,
    favoritings_count: count,
    likes_count: count,
    reposts_count: count,
    comment_count: count,
    download_count: count,
    reveal_stats: z.boolean().nullish(),
    reveal_comments: z.boolean().nullish(),
    user: UserReply,
  })
  .refine(hasName, nameless)
  .transform((track) => {
    const hidden = track.reveal_stats === false;
    const shown = (n: number | null): number | null => (hidden ? null : n);
    return {
      urn: withUrn("tracks", track).urn,
      title: track.title,
      permalink_url: track.permalink_url,
      /** Milliseconds. */
      duration_ms: track.duration,
      genre: track.genre,
      tag_list: track.tag_list,
      isrc: track.isrc,
      created_at: timeFromSoundCloud(track.created_at),
      sharing: track.sharing,
      access: track.access ?? null,
      artwork_url: track.artwork_url,
      playback_count: shown(track.playback_count),
      likes_count: shown(track.favoritings_count ?? track.likes_count),
      reposts_count: shown(track.reposts_count),
      comment_count: hidden || track.reveal_comments === false ? null : track.comment_count,
      download_count: shown(track.download_count),
      user: track.user,
    };
  });
/** A track and its artist. Counts are null when hidden; they may go down between two readings. */
export type SoundCloudTrack = z.output<typeof TrackReply>;

export const PlaylistReply = z
  .object({ ...identified, title: text, permalink_url: z.string(), track_count: count, user: UserReply })
  .refine(hasName, nameless)
  .transform((playlist) => {
    const { id: _, ...named } = withUrn("playlists", playlist);
    return named;
  });

/** What a URL led to: the resource, with its `kind`. */
export const ResourceReply = z.union([
  z.object({ kind: z.literal("track") }).and(TrackReply),
  z.object({ kind: z.literal("user") }).and(UserReply),
  z.object({ kind: z.literal("playlist") }).and(PlaylistReply),
]);
export type SoundCloudResource = z.output<typeof ResourceReply>;

export const TokenReply = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  /** Seconds. */
  expires_in: z.number().positive(),
});
export const ResolveReply = z.object({ location: z.string() });
export const UsersReply = z.object({ collection: z.array(UserReply), next_href: z.string().nullish() });
export const TracksReply = z.union([z.array(TrackReply), z.object({ collection: z.array(TrackReply) }).transform((page) => page.collection)]);

/** Accounts asked for by name come as a bare list. */
export const UsersListReply = z.union([z.array(UserReply), UsersReply.transform((page) => page.collection)]);

/** The limit that a 429 names, if it names one, in any of the shapes seen. */
export const RateLimitReply = z.object({ errors: z.array(z.object({ meta: z.object({ reset_time: z.string() }) })).min(1) });
