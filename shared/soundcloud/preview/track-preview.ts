import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** Whether the preview is there, was asked for, or SoundCloud shows no such track. */
export const PreviewStatus = z.enum(["ready", "pending", "not_found"]);

/** What a page shows of a public track, as SoundCloud told it, by the track's canonical address. README, Previews. */
export const TrackPreview = entity(soundcloud, "TrackPreview", {
  fields: () => ({
    org_id: id,
    /** The canonical address. */
    track_key: z.string().max(1500),
    preview_status: PreviewStatus,
    track_urn: z.string().max(100).optional(),
    title: z.string().max(300).optional(),
    artist_name: z.string().max(300).optional(),
    artwork_url: z.string().max(2000).optional(),
    duration_ms: z.int().min(0).optional(),
    fetched_at: timestamp.optional(),
    /** Not used any more from then on, whether it is deleted yet or not. */
    expires_at: timestamp,
  }),
  key: ["{org_id}#TP#{track_key}", "TP"],
  ttl: ({ expires_at }) => Math.floor(Date.parse(expires_at) / 1000),
});
export type TrackPreview = Item<typeof TrackPreview>;

/** A preview that may still be used. */
export const isFresh = (preview: TrackPreview | undefined, now: Date): preview is TrackPreview =>
  preview !== undefined && preview.expires_at > now.toISOString();
