import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { metricDefinitions } from "../../shared/social/analytics/metrics.ts";
import { getRefresh, listRefreshes, orderRefresh } from "../../shared/social/analytics/order-refresh.ts";
import { getMetrics, listAnalytics } from "../../shared/social/analytics/read-analytics.ts";
import { listDailyMetrics } from "../../shared/social/analytics/read-daily-metrics.ts";
import { readDashboard } from "../../shared/social/analytics/read-dashboard.ts";
import { listInsights } from "../../shared/social/analytics/read-insights.ts";
import { readTopContent } from "../../shared/social/analytics/read-top-content.ts";
import { recordInsight } from "../../shared/social/analytics/record-insight.ts";
import { getReading } from "../../shared/social/reading/get-reading.ts";
import { socialSystem } from "../../shared/social/table.ts";
import { analytics } from "./analytics.routes.ts";

export const analyticsApi = api(
  analytics,
  { records: socialSystem.idempotency, ports: {} },
  {
    listMetricDefinitions: async () => ({ items: [...metricDefinitions] }),
    listAnalytics: (ctx, { params, page }) => listAnalytics(ctx, params.post_id, page),
    getMetrics: (ctx, { params }) => getMetrics(ctx, params.post_id),
    recordInsight: (ctx, { params, body }) => recordInsight(ctx, params.post_id, body),
    listInsights: (ctx, { params, page }) => listInsights(ctx, params.post_id, page),
    getReading: (ctx, { params }) => getReading(ctx, params.post_id),
    readTopContent: (ctx, { query }) => readTopContent(ctx, query),
    listDailyMetrics: (ctx, { query, page }) => listDailyMetrics(ctx, query, page),
    orderRefresh: (ctx) => orderRefresh(ctx),
    listRefreshes: (ctx, { page }) => listRefreshes(ctx, page),
    getRefresh: (ctx, { params }) => getRefresh(ctx, params.refresh_id),
    readDashboard: (ctx) => readDashboard(ctx),
  },
);
export const handler = onLambda(analyticsApi, authenticate);
