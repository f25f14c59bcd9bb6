import { FetchTrackPreview } from "../../events/soundcloud/fetch-track-preview.v1.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { fetchTrackPreview } from "../../shared/soundcloud/preview/fetch-track-preview.ts";
import { openSoundCloud } from "../../shared/soundcloud/soundcloud/open-soundcloud.ts";

export const fetchTrackPreviewWorker = worker(FetchTrackPreview, { ports: { soundcloud: openSoundCloud }, parallel: 1 }, (ctx, { track_url }) =>
  fetchTrackPreview(ctx, track_url),
);
export const handler = jobOnLambda(fetchTrackPreviewWorker);
