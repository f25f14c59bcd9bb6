import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { SoundCloudClient } from "../soundcloud/soundcloud.client.ts";
import { keepPreviews, previewKey } from "./keep-previews.ts";
import { TrackPreview, isFresh } from "./track-preview.ts";

/** Fills the preview of a track that was asked for; one that is there is left alone. Throws DomainError unavailable when SoundCloud did not answer. */
export const fetchTrackPreview = async (ctx: OrgCtx & { readonly soundcloud: SoundCloudClient }, track_url: string): Promise<void> => {
  const track_key = previewKey(track_url);
  if (track_key === undefined) return ctx.log.warn("an address without a preview was ordered");
  const stored = await TrackPreview.find(ctx, { org_id: ctx.org_id, track_key }, { consistent: true });
  if (isFresh(stored, ctx.clock.now()) && stored.preview_status !== "pending") return;
  const answer = await ctx.soundcloud.resolve(track_key);
  if (answer.kind !== "ok" && answer.kind !== "permanent")
    throw new DomainError("unavailable", "soundcloud_unavailable", `SoundCloud did not show the track (${answer.kind}); the message is delivered again.`);
  const track = answer.kind === "ok" && answer.value.kind === "track" ? answer.value : undefined;
  await keepPreviews(ctx, [{ track_key, track }]);
};
