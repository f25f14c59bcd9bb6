import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { PreviewQuery, PreviewView } from "../../shared/soundcloud/preview/get-track-preview.ts";

const everyone = roles("soundcloud", { admin: "all", moderator: "all", member: "own" });

export const previews = resource("soundcloud", "previews", "What pages show of a track before it is submitted.", {
  getTrackPreview: route({
    method: "GET",
    path: "/soundcloud/track-previews",
    summary: "Read the preview of a public track",
    description:
      "From the cache; `pending` while a job fetches it, so ask again in a few seconds. `not_found` when SoundCloud shows no public track there, kept for an hour.",
    policy: everyone,
    query: PreviewQuery,
    rate_limit: { by: "actor", max: 600, per_seconds: 3600 },
    reply: { status: 200, body: PreviewView },
    errors: { no_preview: { status: 422, when: "`track_url` is not the address of a public track on SoundCloud" } },
  }),
});
