import { FetchTrackPreview } from "../../../events/soundcloud/fetch-track-preview.v1.ts";
import { fetchTrackPreviewWorker } from "../../../functions/soundcloud/fetch-track-preview.worker.ts";
import { TrackPreview } from "../../../shared/soundcloud/preview/track-preview.ts";
import { crashCase, requireDone } from "./crash-case.ts";
import { gatedQueues } from "./queue-state.ts";

const track_url = "https://soundcloud.com/jane/crash-preview";

export const fetchTrackPreviewCrash = crashCase("fetching a preview", {
  place: gatedQueues,
  start: async (world) => {
    const org = await world.org();
    world.restart();
    return { org, order: org.message(FetchTrackPreview, { track_url }) };
  },
  run: (world, { order }) => {
    world.restart();
    return requireDone(world.deliver(fetchTrackPreviewWorker, [order]));
  },
  state: async (_, { org }) => {
    const { preview_status, title, track_urn } = await TrackPreview.get(org.ctx, { org_id: org.org_id, track_key: track_url }, { consistent: true });
    return { preview_status, title, track_urn };
  },
  ends: { preview_status: "ready", title: "Crash Preview" },
  stop: (world) => world.stop(),
});
