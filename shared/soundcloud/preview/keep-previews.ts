import type { OrgCtx } from "../../kernel/context.ts";
import { getSettings } from "../settings/get-settings.ts";
import type { SoundCloudTrack } from "../soundcloud/resources.ts";
import { parseTrackUrl } from "../track-url.ts";
import { TrackPreview, isFresh } from "./track-preview.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A track as it was found under an address; undefined when SoundCloud shows none there. */
export interface Seen {
  readonly track_key: string;
  readonly track: SoundCloudTrack | undefined;
}

/** The address by which previews of a public track are kept; undefined for what has none: sets, profiles, private links. */
export const previewKey = (track_url: string): string | undefined => {
  const found = parseTrackUrl(track_url);
  return "fault" in found || (found.kind !== "track" && found.kind !== "short") ? undefined : found.track_url;
};

const draft = (ctx: OrgCtx, { track_key, track }: Seen, days: number) => {
  const now = ctx.clock.now();
  const kept_ms = track ? days * DAY_MS : HOUR_MS;
  const common = { org_id: ctx.org_id, track_key, fetched_at: now.toISOString(), expires_at: new Date(now.getTime() + kept_ms).toISOString() };
  if (!track) return { ...common, preview_status: "not_found" as const };
  const { urn, title, artwork_url, duration_ms, user } = track;
  return {
    ...common,
    preview_status: "ready" as const,
    track_urn: urn,
    ...(title === null ? {} : { title: title.slice(0, 300) }),
    ...(user.username === null ? {} : { artist_name: user.username.slice(0, 300) }),
    ...(artwork_url === null || artwork_url.length > 2000 ? {} : { artwork_url }),
    ...(duration_ms === null ? {} : { duration_ms }),
  };
};

/** Keeps what was seen where there is no fresh preview, in one reading and one writing for many. A private track is kept as not found. */
export const keepPreviews = async (ctx: OrgCtx, seen: readonly Seen[]): Promise<void> => {
  if (seen.length === 0) return;
  const { org_id } = ctx;
  const [{ preview_cache_days }, stored] = await Promise.all([
    getSettings(ctx),
    TrackPreview.getMany(
      ctx,
      seen.map(({ track_key }) => ({ org_id, track_key })),
    ),
  ]);
  const now = ctx.clock.now();
  const known = new Set(stored.flatMap((preview) => (preview.preview_status !== "pending" && isFresh(preview, now) ? [preview.track_key] : [])));
  const open = seen.filter(({ track_key }) => !known.has(track_key));
  const visible = open.map(({ track_key, track }) => ({ track_key, track: track?.sharing === "private" ? undefined : track }));
  await TrackPreview.putMany(
    ctx,
    visible.map((one) => draft(ctx, one, preview_cache_days)),
  );
};
