import * as z from "zod";
import { FetchTrackPreview } from "../../../events/soundcloud/fetch-track-preview.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError, unprocessable } from "../../kernel/errors.ts";
import { timestamp } from "../../kernel/fields.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { previewKey } from "./keep-previews.ts";
import { PreviewStatus, TrackPreview, isFresh } from "./track-preview.ts";

/** As long a preview counts as asked for; then it is asked for again. */
const PENDING_MS = 120_000;

export const PreviewQuery = z.strictObject({ track_url: z.string().trim().min(1).max(2048) });

export const PreviewView = z.object({
  track_url: z.string(),
  preview_status: PreviewStatus,
  track_urn: z.string().nullable(),
  title: z.string().nullable(),
  artist_name: z.string().nullable(),
  artwork_url: z.string().nullable(),
  duration_ms: z.int().nullable(),
  fetched_at: timestamp.nullable(),
});
export type PreviewView = z.output<typeof PreviewView>;

const present = (preview: TrackPreview): PreviewView => {
  const { track_key, preview_status, track_urn = null, title = null, artist_name = null, artwork_url = null, duration_ms = null, fetched_at = null } = preview;
  return { track_url: track_key, preview_status, track_urn, title, artist_name, artwork_url, duration_ms, fetched_at };
};

/** Notes that the preview is asked for. False when another request did so first. */
const claim = async (ctx: OrgCtx, track_key: string, stored: TrackPreview | undefined): Promise<boolean> => {
  const pending = { preview_status: "pending" as const, expires_at: new Date(ctx.clock.now().getTime() + PENDING_MS).toISOString() };
  try {
    if (stored) await TrackPreview.patch(ctx, stored, pending, { version: stored.version });
    else await TrackPreview.create(ctx, { org_id: ctx.org_id, track_key, ...pending });
    return true;
  } catch (error) {
    if (isDomainError(error, "already_exists") || isDomainError(error, "stale")) return false;
    throw error;
  }
};

/**
 * What a page shows of a public track, from the cache only: a track that is not in it is asked for by a job, once, and
 * `pending` until then. Throws DomainError `no_preview` for what is no public track's address. README, Previews.
 */
export const getTrackPreview = async (ctx: OrgCtx & { readonly commands: Commands }, text: string): Promise<PreviewView> => {
  const { org_id } = ctx;
  const track_key = previewKey(text);
  if (track_key === undefined)
    throw unprocessable("no_preview", "track_url is not the address of a public track on SoundCloud.", [
      {
        pointer: "/query/track_url",
        code: "no_preview",
        detail: "Give an address like https://soundcloud.com/artist/track; sets, profiles and private links have none.",
      },
    ]);
  const stored = await TrackPreview.find(ctx, { org_id, track_key }, { consistent: true });
  if (isFresh(stored, ctx.clock.now())) return present(stored);
  if (await claim(ctx, track_key, stored)) await ctx.commands.send(ctx, FetchTrackPreview, org_id, [{ track_url: track_key }]);
  return {
    track_url: track_key,
    preview_status: "pending",
    track_urn: null,
    title: null,
    artist_name: null,
    artwork_url: null,
    duration_ms: null,
    fetched_at: null,
  };
};
