import type { CoverageRow, CoverageSection } from "../coverage.ts";

const api = (name: string): string => `tests/api/social/${name}.test.ts`;
const job = (name: string): string => `tests/workers/social/${name}.test.ts`;
const unit = (name: string): string => `tests/unit/social/${name}.test.ts`;
const trust = (name: string): string => `tests/trust/${name}.test.ts`;
const provider = (name: string): string => `tests/integration/providers/${name}.test.ts`;
const event = (name: string): string => `social.${name}.v1`;
const PATTERNS = trust("access-patterns");
const SIZE = trust("engagement-size");

const row = (name: string, served: readonly string[], shown: readonly string[], note?: string): CoverageRow => ({
  row: name,
  served,
  shown,
  ...(note === undefined ? {} : { note }),
});
const later = (name: string, not_yet: string, served: readonly string[] = [], shown: readonly string[] = [], note?: string): CoverageRow => ({
  ...row(name, served, shown, note),
  not_yet,
});

const tables: readonly CoverageRow[] = [
  row("social_platforms", ["GET /social/platforms", "PATCH /social/platforms/{name}", "social/provision-org"], [api("settings"), job("provision-org")], "Three networks in a new org; limits are data with the day on which somebody looked them up."),
  row(
    "social_posts",
    [
      "POST /social/posts",
      "GET /social/posts",
      "PATCH /social/posts/{post_id}",
      "DELETE /social/posts/{post_id}",
      "POST /social/posts/{post_id}/check",
      "POST /social/posts/{post_id}/schedule",
      "POST /social/posts/{post_id}/publish-now",
      "POST /social/posts/{post_id}/mark-published",
      "social/publish-due",
      "social/publish-post",
    ],
    [api("posts"), api("publishing"), job("publish-post")],
    "Instagram publishes by API; what appears on TikTok and YouTube is noted by hand, because neither documents publishing.",
  ),
  row(
    "engagement_events",
    ["POST /social/events", "POST /social/events/remove", "POST /social/webhooks/instagram/{org_id}", "social/ingest-events", "social/count-events", "GET /social/posts/{post_id}/events"],
    [api("events"), job("ingest-events"), job("count-events"), trust("engagement"), SIZE],
    "Likes, comments, shares and saves once each by id; views are counted.",
  ),
  row("post_analytics", ["social/refresh-post", "GET /social/posts/{post_id}/analytics", "GET /social/posts/{post_id}/metrics", "POST /social/posts/{post_id}/insights", "social/read-insights"], [api("analytics"), job("refresh-post"), job("read-insights")], "One row a post and UTC day."),
  row("trending_topics", ["GET /social/trending-topics", "GET /social/trending-topics/{trending_topic_id}", "social/evaluate-trends"], [api("trends"), job("evaluate-trends"), unit("trend/detection"), trust("trends-simulated")], "One episode a topic, network and type at a time."),
  row("content_templates", ["POST /social/templates", "GET /social/templates", "PATCH /social/templates/{template_id}", "POST /social/templates/{template_id}/posts", "social/rate-templates-daily", "social/rate-templates"], [api("templates"), job("rate-templates"), unit("template/template-success")], "Rated each day; ranked by the lower bound."),
  row("social_conversions", ["POST /social/conversions", "GET /social/conversions", "POST /social/conversions/{conversion_id}/refund", "POST /social/conversions/{conversion_id}/reattribute"], [api("conversions"), unit("conversion/attribution")]),
  row("engagement_events_archive", ["social/archive-months-monthly", "social/archive-months", "social/archive-month", "GET /social/archives", "POST /social/archives/{month}/restore", "social/restore-month"], [job("archive-month"), job("archive-months"), job("restore-month"), api("archives"), trust("archive")], "A month and org at a time, read back before anything is deleted."),
  row("hashtag_mentions", ["POST /social/mentions", "POST /social/mentions/remove", "social/record-mentions", "social/record-post-topics"], [api("trends"), job("record-mentions"), job("remove-mentions"), job("record-post-topics")], "Rolled up by network, topic and hour, with distinct persons counted exactly."),
  row("daily_platform_metrics", ["GET /social/daily-platform-metrics", "POST /social/daily-platform-metrics/refresh", "social/refresh-metrics", "social/refresh-metrics-daily"], [api("analytics"), job("refresh-metrics")], "Kept with each post's row; the refresh proves it."),
];

const functions: readonly CoverageRow[] = [
  row("handleEngagementWebhook", ["POST /social/webhooks/instagram/{org_id}", "GET /social/webhooks/instagram/{org_id}", "social/ingest-events", "social/unpark-events"], [api("instagram-webhooks"), job("ingest-events"), job("unpark-events")], "Unknown posts are parked for 24 hours."),
  row("updatePostAnalytics", ["social/refresh-post", event("refresh-post")], [job("refresh-post")]),
  row("detectTrendingTopics", ["social/evaluate-trends-hourly", "social/evaluate-trends"], [job("evaluate-trends"), unit("trend/detection")]),
  row("upsertTrendingTopic", ["social/evaluate-trends"], [job("evaluate-trends"), trust("trends-simulated")]),
  row("get_top_content_by_category", ["GET /social/top-content", "social/age-top-content-daily", "social/age-top-content"], [api("analytics"), job("top-content")]),
  row("archive_old_engagement_events, 0 0 1 * *", ["social/archive-months-monthly", "social/archive-month"], [job("archive-months"), job("archive-month")], "UTC; a second run finds nothing to do."),
  row("REFRESH daily_platform_metrics, 0 2 * * *", ["social/refresh-metrics-daily", "social/refresh-metrics"], [job("refresh-metrics")]),
  row("dashboard indexes and partial indexes", ["GET /social/posts", "GET /social/dashboard", "GET /social/trending-topics"], [PATTERNS, api("analytics")], "Access patterns; each is measured."),
];

const figures: readonly CoverageRow[] = [
  row("< 100 ms dashboard queries", ["GET /social/dashboard", "GET /social/top-content"], [api("analytics")]),
  row("99.9 % accuracy in engagement tracking", ["social/reconcile", "social/reconcile-nightly", "POST /social/reconciliations", "GET /social/posts/{post_id}/insights", "social/read-insights"], [trust("engagement"), job("reconcile"), unit("reading/accuracy"), job("read-insights")], "Exact under repetitions, any order and faults; compared with the network's counters at each reading, with an alarm below 0.999."),
  row("< 1 GB growth per 10K posts", ["social/ingest-events", "social/count-events"], [SIZE]),
  row("trending within 24 h, daily identification", ["social/evaluate-trends-hourly"], [job("evaluate-trends")], "Hourly."),
  row("50+ and 20+ metrics per post", ["GET /social/metrics", "GET /social/posts/{post_id}/metrics"], [unit("analytics/metrics"), api("analytics")]),
  row("ROI: revenue per post and model", ["GET /social/posts/{post_id}/revenue", event("post-earned"), "social/reconcile"], [api("conversions"), job("reconcile")], "Recounted each night."),
  row("social to subscription conversion rate", ["social/count-engaged-users-daily", "social/count-engaged-users", "GET /social/dashboard", "GET /social/posts/{post_id}/metrics"], [job("count-engaged-users"), unit("conversion-rate/rate-window")], "Conversions by distinct engaged users over 90 days, per post and per org; subscriptions alone, too."),
  row("engagement growth over 90 days", ["GET /social/dashboard"], [api("analytics"), unit("analytics/engagement-growth")], "Against the 90 days before, by network and in all."),
];

const contradictions: readonly CoverageRow[] = [
  row("C-001-1, C-001-2 episodes and their key", ["social/evaluate-trends"], [job("evaluate-trends"), trust("trends-simulated")]),
  row("C-001-3 how many metrics", ["GET /social/metrics"], [unit("analytics/metrics")]),
  row("C-001-4 engagement rate without followers", ["social/refresh-post"], [unit("analytics/metrics"), job("refresh-post")]),
  row("C-001-5 placement and media type", ["POST /social/posts/{post_id}/check"], [unit("publishing/limits"), api("publishing")]),
  row("C-001-6 TikTok's 0 hashtags", ["POST /social/posts/{post_id}/check"], [unit("publishing/limits")]),
  row("C-001-7 three and five event types", ["POST /social/events", "POST /social/webhooks/instagram/{org_id}"], [api("events"), api("instagram-webhooks")]),
  row("C-001-8 growth query", ["social/evaluate-trends"], [unit("trend/detection")]),
  row("C-001-9 partitions by event_timestamp", ["social/archive-month"], [job("archive-month"), unit("archive/cutoff")]),
  row("C-001-10 conversions of deleted posts", ["GET /social/conversions/{conversion_id}"], [api("conversions")]),
  row("C-001-11 success against an independent baseline", ["social/rate-templates", "GET /social/templates/{template_id}"], [job("rate-templates"), unit("template/baselines"), unit("template/template-success")], "Each post against its own account's, without this template's posts."),
  row("C-001-12 scores", ["social/refresh-post"], [unit("analytics/scores")]),
  row("C-001-13 kinds of touches", ["POST /social/events", "POST /social/conversions"], [api("events"), api("conversions")]),
  row("C-001-14 posts of a template", ["POST /social/templates/{template_id}/posts"], [api("templates")]),
  row("C-001-15 rolling windows, UTC days", ["social/evaluate-trends"], [unit("trend/detection")]),
  row("C-001-16 YouTube's caption", ["GET /social/platforms"], [api("settings")]),
  row("C-001-17 four states, soft deletion", ["DELETE /social/posts/{post_id}"], [api("posts"), trust("state-machines")], "`publishing` is a fifth, held under a lease."),
];

const more: readonly CoverageRow[] = [
  row("accounts at the networks", ["POST /social/accounts", "POST /social/accounts/{account_id}/disconnect", "PUT /social/settings/tiktok-app", "PUT /social/settings/youtube-app", "social/read-insights"], [api("accounts"), api("settings"), job("read-insights")], "Tokens that live for hours are renewed under a lease."),
  row("publishing exactly once", ["social/publish-post", "POST /social/posts/{post_id}/retry"], [job("publish-post"), trust("crash-points")]),
  row("nothing is stuck silently", ["GET /social/worklist"], [api("publishing")]),
  row("hot posts", ["social/ingest-events"], [job("ingest-events")]),
  row("moderation", ["POST /social/events/remove", "POST /social/mentions/remove", "GET /social/flagged-persons"], [api("events"), job("remove-mentions")]),
  row("relevance as data", ["GET /social/lexicon", "PUT /social/lexicon"], [api("trends")]),
  row("a person's data: erasure and export", ["POST /social/persons/erase", "POST /social/persons/export", "social/erase-person", "social/write-export"], [job("erase-person"), job("erase-archived"), job("write-export"), trust("archive")], "In the table, in exports and in the files of the archive; counts and sums stay."),
  row("events and mentions imported from a file", ["POST /social/imports", "POST /social/imports/{import_id}/start", "GET /social/imports/{import_id}", "GET /social/imports/{import_id}/rows", "social/process-import"], [api("imports"), job("process-import"), trust("crash-points")], "CSV and NDJSON, judged as by the API; every row has its outcome."),
  row(
    "figures read from the networks",
    ["social/read-insights-hourly", "social/read-insights", "GET /social/posts/{post_id}/insights", "GET /social/posts/{post_id}/reading", "POST /social/posts/{post_id}/insights"],
    [job("read-insights"), api("insights"), unit("reading/cadence"), provider("instagram"), provider("tiktok"), provider("youtube")],
    "Instagram, TikTok and YouTube with each account's own token, as often as a post's age wants it.",
  ),
  row("lists as files", ["POST /social/exports", "GET /social/exports/{export_id}"], [job("write-export")]),
];

/** What a platform for social content has, row by row. */
export const socialCoverage: readonly CoverageSection[] = [
  { title: "Tables", rows: tables },
  { title: "Functions, flows and jobs", rows: functions },
  { title: "Figures", rows: figures },
  { title: "Contradictions and how they are resolved", rows: contradictions },
  { title: "Beside these", rows: more },
];
