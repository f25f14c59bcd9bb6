import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { openCommands } from "../../shared/kernel/queue/sqs.ts";
import { orderBaseline } from "../../shared/soundcloud/attribution/order-baseline.ts";
import {
  campaignAttribution,
  campaignDeltas,
  campaignMetrics,
  submissionAttribution,
  submissionDeltas,
  submissionMetrics,
} from "../../shared/soundcloud/attribution/read-metrics.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { attribution } from "./attribution.routes.ts";

export const attributionApi = api(
  attribution,
  { records: soundcloudSystem.idempotency, ports: { commands: (boot) => openCommands(boot) } },
  {
    campaignMetrics: (ctx, { params, page }) => campaignMetrics(ctx, params.campaign_id, page),
    campaignDeltas: (ctx, { params, page }) => campaignDeltas(ctx, params.campaign_id, page),
    campaignAttribution: (ctx, { params }) => campaignAttribution(ctx, params.campaign_id),
    orderBaseline: (ctx, { params }) => orderBaseline(ctx, params.campaign_id),
    submissionMetrics: (ctx, { params, page }) => submissionMetrics(ctx, params.submission_id, page),
    submissionDeltas: (ctx, { params, page }) => submissionDeltas(ctx, params.submission_id, page),
    submissionAttribution: (ctx, { params }) => submissionAttribution(ctx, params.submission_id),
  },
);
export const handler = onLambda(attributionApi, authenticate);
