import * as z from "zod";
import { resource, roles, route } from "../../shared/kernel/http/route.ts";
import { DailyMetricsView } from "../../shared/social/analytics/daily-platform-metrics.ts";
import { MetricDefinition } from "../../shared/social/analytics/metrics.ts";
import { MetricsRefresh } from "../../shared/social/analytics/metrics-refresh.ts";
import { PostAnalytics } from "../../shared/social/analytics/post-analytics.ts";
import { InsightView } from "../../shared/social/analytics/present-insight.ts";
import { PostMetrics } from "../../shared/social/analytics/read-analytics.ts";
import { DailyMetricsFilter } from "../../shared/social/analytics/read-daily-metrics.ts";
import { Dashboard } from "../../shared/social/analytics/read-dashboard.ts";
import { TopContentFilter, TopContentRow } from "../../shared/social/analytics/read-top-content.ts";
import { NewInsight } from "../../shared/social/analytics/record-insight.ts";
import { PostReading } from "../../shared/social/reading/post-reading.ts";

const everyone = roles("social", { owner: "all", editor: "all", viewer: "all" });
const editors = roles("social", { owner: "all", editor: "all" });
const owners = roles("social", { owner: "all" });
const PostParams = z.strictObject({ post_id: z.uuid() });
const RefreshParams = z.strictObject({ refresh_id: z.uuid() });
const not_published = { status: 409, when: "the post is not published" } as const;

export const analytics = resource("social", "analytics", "What posts come to: day by day, by every metric, by network and among the best.", {
  listMetricDefinitions: route({
    method: "GET",
    path: "/social/metrics",
    summary: "List the metrics with their formulas",
    description: "Names are for ever: what a name means never changes.",
    policy: everyone,
    reply: { status: 200, body: z.object({ items: z.array(MetricDefinition) }) },
  }),
  listAnalytics: route({
    method: "GET",
    path: "/social/posts/{post_id}/analytics",
    summary: "List a post's totals, day by day",
    description: "One row a UTC day on which something happened, the first day first. What is missing nobody has said; 0 was measured.",
    policy: everyone,
    params: PostParams,
    list: true,
    reply: { status: 200, body: PostAnalytics.api.response },
  }),
  getMetrics: route({
    method: "GET",
    path: "/social/posts/{post_id}/metrics",
    summary: "Read every metric of a post",
    description: "Totals are those of the latest row; velocities count the clock hours after publication and are null until these are over.",
    policy: everyone,
    params: PostParams,
    reply: { status: 200, body: PostMetrics },
    errors: { not_published },
  }),
  recordInsight: route({
    method: "POST",
    path: "/social/posts/{post_id}/insights",
    summary: "Note what the network says of a post",
    description:
      "Totals since publication, as the network shows them. Where it says more than was counted it is believed; numbers that are left out keep what was said before on that day. The post's row follows in a moment.",
    policy: editors,
    params: PostParams,
    idempotent: true,
    body: NewInsight,
    reply: { status: 201, body: InsightView },
    errors: { not_published, day_out_of_range: { status: 422, when: "`day` lies before the publication or after today" } },
    example: { body: { reach: 20_000, impressions: 31_000, saves: 120, website_clicks: 45 } },
  }),
  listInsights: route({
    method: "GET",
    path: "/social/posts/{post_id}/insights",
    summary: "List what the network said of a post, day by day",
    description:
      "The last word of each UTC day, the latest day first. `accuracy` tells how near our own counters were when the network was read: 1 less the difference by the network's number, null where that is 0 or not told.",
    policy: everyone,
    params: PostParams,
    list: true,
    reply: { status: 200, body: InsightView },
  }),
  getReading: route({
    method: "GET",
    path: "/social/posts/{post_id}/reading",
    summary: "Read when a post is read from its network",
    description: "What came of the last look, and when the next one is due. Not found for a post that appeared without an account of its network.",
    policy: everyone,
    params: PostParams,
    reply: { status: 200, body: PostReading.api.response },
  }),
  readTopContent: route({
    method: "GET",
    path: "/social/top-content",
    summary: "List the best posts of a period, in all or of a category",
    description:
      "At most 50 that were published within `time_period` days: by engagement rate, then by likes, comments and shares in all, both descending, then by id. A post whose rate is not defined counts as 0.",
    policy: everyone,
    query: TopContentFilter,
    reply: { status: 200, body: z.object({ items: z.array(TopContentRow) }) },
  }),
  listDailyMetrics: route({
    method: "GET",
    path: "/social/daily-platform-metrics",
    summary: "List a network's posts by the day they were published",
    description: "Sums over the latest row of each post, the earliest day first; `from` and `to` belong to the range.",
    policy: everyone,
    query: DailyMetricsFilter,
    list: true,
    reply: { status: 200, body: DailyMetricsView },
  }),
  orderRefresh: route({
    method: "POST",
    path: "/social/daily-platform-metrics/refresh",
    summary: "Order a recomputation of daily metrics and leaderboards from the posts' rows",
    description: "It changes nothing and must find no difference; read it again to see how far it is. The same runs each night.",
    policy: owners,
    idempotent: true,
    reply: { status: 202, body: MetricsRefresh.api.response, location: "/social/daily-platform-metrics/refreshes/{id}" },
    rate_limit: { by: "org", max: 10, per_seconds: 3600 },
  }),
  listRefreshes: route({
    method: "GET",
    path: "/social/daily-platform-metrics/refreshes",
    summary: "List recomputations, the latest first",
    policy: owners,
    list: true,
    reply: { status: 200, body: MetricsRefresh.api.response },
  }),
  getRefresh: route({
    method: "GET",
    path: "/social/daily-platform-metrics/refreshes/{refresh_id}",
    summary: "Read a recomputation with the first hundred differences",
    policy: owners,
    params: RefreshParams,
    reply: { status: 200, body: MetricsRefresh.api.response },
  }),
  readDashboard: route({
    method: "GET",
    path: "/social/dashboard",
    summary: "Read the last 30 days of each network, growth over 90 days and the conversion rate",
    description:
      "By day, and the five best posts. `growth` compares posts of the last 90 days, today included, with those of the 90 days before; `conversion` has conversions by distinct engaged users, as the last night has counted them. What has no value is null: nothing to compare with, nobody engaged, or nobody counted.",
    policy: everyone,
    reply: { status: 200, body: Dashboard },
  }),
});
