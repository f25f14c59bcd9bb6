import { ReadInsights } from "../../events/social/read-insights.v1.ts";
import { openVault } from "../../shared/kernel/crypto/kms.ts";
import { jobOnLambda } from "../../shared/kernel/job-on-lambda.ts";
import { metrics } from "../../shared/kernel/metrics.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { worker } from "../../shared/kernel/queue/worker.ts";
import { openInstagram } from "../../shared/social/instagram/open-instagram.ts";
import { readInsights } from "../../shared/social/reading/read-insights.ts";
import { openTikTok } from "../../shared/social/tiktok/open-tiktok.ts";
import { openYouTube } from "../../shared/social/youtube/open-youtube.ts";

export const readInsightsWorker = worker(
  ReadInsights,
  {
    ports: {
      commands: (boot) => openCommands(boot),
      metrics: () => metrics(),
      vault: openVault,
      instagram: openInstagram,
      tiktok: openTikTok,
      youtube: openYouTube,
    },
  },
  (ctx, order) => readInsights(ctx, order),
);
export const handler = jobOnLambda(readInsightsWorker);
