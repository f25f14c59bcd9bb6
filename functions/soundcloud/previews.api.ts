import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { getTrackPreview } from "../../shared/soundcloud/preview/get-track-preview.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { previews } from "./previews.routes.ts";

export const previewsApi = api(
  previews,
  { records: soundcloudSystem.idempotency, ports: { commands: (boot) => openCommands(boot) } },
  { getTrackPreview: (ctx, { query }) => getTrackPreview(ctx, query.track_url) },
);
export const handler = onLambda(previewsApi, authenticate);
