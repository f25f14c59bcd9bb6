import { PersonErased } from "../../events/identity/person-erased.v1.ts";
import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { AgeTopContent } from "../../events/social/age-top-content.v1.ts";
import { ArchiveMonth } from "../../events/social/archive-month.v1.ts";
import { ArchiveMonths } from "../../events/social/archive-months.v1.ts";
import { CountEngagedUsers } from "../../events/social/count-engaged-users.v1.ts";
import { ErasePerson } from "../../events/social/erase-person.v1.ts";
import { EvaluateTrends } from "../../events/social/evaluate-trends.v1.ts";
import { ExportOrdered } from "../../events/social/export-ordered.v1.ts";
import { ImportStarted } from "../../events/social/import-started.v1.ts";
import { IngestEvents } from "../../events/social/ingest-events.v1.ts";
import { InsightRecorded } from "../../events/social/insight-recorded.v1.ts";
import { MetricsRefreshOrdered } from "../../events/social/metrics-refresh-ordered.v1.ts";
import { PersonErasureOrdered } from "../../events/social/person-erasure-ordered.v1.ts";
import { PostDeleted } from "../../events/social/post-deleted.v1.ts";
import { PostEarned } from "../../events/social/post-earned.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { ProcessImport } from "../../events/social/process-import.v1.ts";
import { PublicationOrdered } from "../../events/social/publication-ordered.v1.ts";
import { PublishPost } from "../../events/social/publish-post.v1.ts";
import { RateTemplates } from "../../events/social/rate-templates.v1.ts";
import { ReadInsights } from "../../events/social/read-insights.v1.ts";
import { RecordMentions } from "../../events/social/record-mentions.v1.ts";
import { RecordPostTopics } from "../../events/social/record-post-topics.v1.ts";
import { RefreshMetrics } from "../../events/social/refresh-metrics.v1.ts";
import { RefreshPost } from "../../events/social/refresh-post.v1.ts";
import { RemoveMentions } from "../../events/social/remove-mentions.v1.ts";
import { RestoreMonth } from "../../events/social/restore-month.v1.ts";
import { RestoreOrdered } from "../../events/social/restore-ordered.v1.ts";
import { RunReconciliation } from "../../events/social/run-reconciliation.v1.ts";
import { UnparkEvents } from "../../events/social/unpark-events.v1.ts";
import { WriteExport } from "../../events/social/write-export.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { METRICS_DIFFERENCES } from "../../shared/social/analytics/metrics-differences.ts";
import { ERASURES_WAITING } from "../../shared/social/erasure/erasure-metrics.ts";
import { COUNTS_MISSED } from "../../shared/social/reading/reading-metrics.ts";
import { COUNT_DIFFERENCES } from "../../shared/social/reconcile/reconciliation-metrics.ts";
import { accounts } from "./accounts.routes.ts";
import { analytics } from "./analytics.routes.ts";
import { archives } from "./archives.routes.ts";
import { conversions } from "./conversions.routes.ts";
import { events } from "./events.routes.ts";
import { exports } from "./exports.routes.ts";
import { imports } from "./imports.routes.ts";
import { instagramWebhooks } from "./instagram-webhooks.routes.ts";
import { persons } from "./persons.routes.ts";
import { posts } from "./posts.routes.ts";
import { reconciliations } from "./reconciliations.routes.ts";
import { settings } from "./settings.routes.ts";
import { templates } from "./templates.routes.ts";
import { trends } from "./trends.routes.ts";
import { worklist } from "./worklist.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...social: TableUse[]): Access => ({ tables: { social } });
/** An API's: beside the table, one read of session and membership. */
const api = (...social: TableUse[]): Access => ({ tables: { social, identity: ["get-many"] } });

/** A schedule keeps its runs, and finds every org. */
const fanOut = on("get", "query", "gsi4", "put", "update");

/** Every Lambda of social content; `<name>.<trigger>.ts` beside this file. */
export const socialPlatform = platform("social", {
  settings: apiLambda(settings, { ...api("get", "query", "put", "update"), vault: ["seal"] }),
  accounts: apiLambda(accounts, { ...api("get", "query", "put", "update", "delete"), vault: ["seal"] }),
  posts: apiLambda(posts, api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "gsi5", "put", "update", "delete")),
  templates: apiLambda(templates, api("get", "query", "gsi2", "put", "update", "delete")),
  events: apiLambda(events, { ...api("get", "get-many", "query", "gsi1", "put", "update", "delete"), sends: [IngestEvents] }),
  imports: apiLambda(imports, { ...api("get", "query", "gsi1", "put", "update", "delete"), uploads: "write" }),
  "instagram-webhooks": apiLambda(instagramWebhooks, { ...on("get", "put", "update"), vault: ["open"], sends: [IngestEvents, RecordMentions] }),
  analytics: apiLambda(analytics, api("get", "query", "gsi1", "put", "update", "delete")),
  trends: apiLambda(trends, {
    ...api("get", "get-many", "query", "gsi1", "gsi2", "put", "update", "delete"),
    sends: [RecordMentions, RemoveMentions],
  }),
  conversions: apiLambda(conversions, api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update", "delete")),
  persons: apiLambda(persons, api("get", "gsi1", "put", "update")),
  exports: apiLambda(exports, { ...api("get", "gsi1", "put", "update"), exports: "read" }),
  archives: apiLambda(archives, { ...api("get", "get-many", "query", "put", "update", "delete"), archive: "read" }),
  worklist: apiLambda(worklist, api("gsi1", "gsi4")),
  reconciliations: apiLambda(reconciliations, { ...api("get", "query", "put", "update"), sends: [RunReconciliation] }),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),
  "publish-post": workerLambda(
    PublishPost,
    "Posts do not appear at their time; none appears twice, and all that are late stand in the worklist.",
    { ...on("get", "get-many", "put", "update", "delete"), vault: ["open"], calls: ["instagram"] },
    { batch_size: 5, max_concurrency: 2, timeout_s: 240, subscribes: [PublicationOrdered] },
  ),
  "ingest-events": workerLambda(
    IngestEvents,
    "What people do on posts is not stored and not counted until the messages are redriven; nothing is counted twice.",
    { ...on("get", "get-many", "query", "put", "update"), archive: "read", sends: [RefreshPost] },
    { batch_size: 2, timeout_s: 120 },
  ),
  "process-import": workerLambda(
    ProcessImport,
    "Uploaded files of events and mentions stay unread; imports stand still at their last row.",
    { ...on("get", "put", "update"), uploads: "consume", sends: [IngestEvents, ProcessImport, RecordMentions] },
    { batch_size: 1, max_concurrency: 2, timeout_s: 600, subscribes: [ImportStarted] },
  ),
  "unpark-events": workerLambda(
    UnparkEvents,
    "Events that came before their post was known stay uncounted.",
    { ...on("get", "get-many", "gsi2", "gsi4", "put", "update", "delete"), sends: [IngestEvents, UnparkEvents] },
    { batch_size: 1, subscribes: [PostPublished] },
  ),
  "refresh-post": workerLambda(
    RefreshPost,
    "What posts come to stands still: daily figures, leaderboards and the dashboard show what was known before.",
    on("get", "query", "put", "update", "delete"),
    { subscribes: [PostPublished, PostDeleted, InsightRecorded, PostEarned] },
  ),
  "age-top-content": workerLambda(
    AgeTopContent,
    "Leaderboards are read slower, over posts that their period has passed; none of these is shown.",
    { ...on("get", "gsi4", "update", "delete"), sends: [AgeTopContent] },
    { batch_size: 1, timeout_s: 300 },
  ),
  "refresh-metrics": workerLambda(
    RefreshMetrics,
    "Differences between the dashboard and the posts' daily figures go unnoticed.",
    { ...on("get", "get-many", "query", "gsi2", "put", "update"), sends: [RefreshMetrics] },
    {
      batch_size: 1,
      timeout_s: 600,
      subscribes: [MetricsRefreshOrdered],
      watches: [
        {
          name: "differences",
          metric: METRICS_DIFFERENCES,
          at_least: 1,
          impact: "An org's dashboard or leaderboards are not what its posts' daily figures add up to.",
          advice: {
            broke: "A recomputation found sums or places that are kept on write and are not what the posts' latest rows say. Nothing was changed.",
            look: "The log of the function `social-refresh-metrics`: the line `daily metrics differ` has org_id, refresh_id and the first differences; `GET /social/daily-platform-metrics/refreshes/{refresh_id}` has a hundred. Differences of `daily_platform_metrics` alone: somebody wrote to a day by hand. Of `post_standing` or `top_content`: a repair by hand, a restore, or a fault since the last deployment.",
            remedy:
              "Mend the cause first. A day: patch the item to `computed` under its version, and note who and why. Of a post: delete its standing and its places together and send `social.refresh-post.v1`, after the day has been lowered by what the standing added.",
            redrive:
              "Nothing waits. Order a run with `POST /social/daily-platform-metrics/refresh` and see that it finds nothing; the alarm ends a day after the last difference.",
          },
        },
      ],
    },
  ),
  "rate-templates": workerLambda(
    RateTemplates,
    "How templates fare stands still: they are ranked by what was known before.",
    { ...on("get", "query", "gsi1", "update"), sends: [RateTemplates] },
    { batch_size: 1, timeout_s: 300 },
  ),
  "count-engaged-users": workerLambda(
    CountEngagedUsers,
    "Conversion rates stand still: they are those of the last night that was counted.",
    { ...on("query", "gsi2", "put", "put-many"), sends: [CountEngagedUsers] },
    { batch_size: 1, timeout_s: 600, memory_mb: 2048 },
  ),
  "read-insights": workerLambda(
    ReadInsights,
    "What Instagram, TikTok and YouTube say of posts stands still: reach, views and followers are those of the last reading.",
    {
      ...on("get", "get-many", "query", "gsi4", "put", "update"),
      vault: ["seal", "open"],
      calls: ["instagram", "tiktok", "youtube"],
      sends: [ReadInsights],
    },
    {
      batch_size: 5,
      max_concurrency: 2,
      timeout_s: 300,
      watches: [
        {
          name: "missed",
          metric: COUNTS_MISSED,
          at_least: 1,
          impact: "Numbers of posts that are counted here differ from what their network says by more than one in a thousand.",
          advice: {
            broke:
              "A reading compared what was counted of posts that are two days old or older with the network's numbers. Of a kind of which anything was ever counted of the account, more than one in a thousand is missing, or too many are there. Shown figures take the greater of the two.",
            look: "The log of the function `social-read-insights`: the line `counts missed` has org_id, account_id, and the first posts with their kinds; `GET /social/posts/{post_id}/insights` has the accuracy day by day. A kind that is low at all posts of an org: whoever sends its events leaves some out. All kinds at all newer posts: nothing arrives any more. One post: parked or removed events.",
            remedy:
              "Have the org send what is missing with its own times and ids, which counts once. If the network has taken back what it had told (people who unlike, accounts that were closed), nothing is to be done: events are not taken back by that.",
            redrive: "Nothing waits. The alarm ends a day after the last reading that differs.",
          },
        },
      ],
    },
  ),
  "record-mentions": workerLambda(
    RecordMentions,
    "Mentions wait uncounted: trends are found late, and those of more than 8 days ago never.",
    on("get", "get-many", "put", "update"),
  ),
  "record-post-topics": workerLambda(
    RecordPostTopics,
    "The topics of the org's own posts are not counted, and their engagement stands at no trend.",
    { ...on("get", "put-many"), sends: [RecordMentions] },
    { subscribes: [PostPublished] },
  ),
  "remove-mentions": workerLambda(RemoveMentions, "What moderation removed stays in the counts, and bots make trends.", {
    ...on("get", "get-many", "query", "put", "update"),
    sends: [RemoveMentions],
  }),
  "evaluate-trends": workerLambda(
    EvaluateTrends,
    "No new trends are found and known ones stand still; hours that were missed are made up for.",
    { ...on("get", "get-many", "query", "put", "update", "delete", "check"), sends: [EvaluateTrends] },
    { timeout_s: 300, memory_mb: 2048, batch_size: 1 },
  ),
  "archive-months": workerLambda(
    ArchiveMonths,
    "Months of engagement events that are due stay in the table until the next monthly run.",
    { ...on("get", "query"), sends: [ArchiveMonth] },
    { batch_size: 1 },
  ),
  "archive-month": workerLambda(
    ArchiveMonth,
    "A month on its way to the archive stands still; its events stay where they are, and readers find each of them.",
    { ...on("get", "query", "put", "update", "delete"), archive: "write", sends: [ArchiveMonth] },
    { batch_size: 1, max_concurrency: 2, timeout_s: 600 },
  ),
  "restore-month": workerLambda(
    RestoreMonth,
    "A month that an owner wants back in the table is restored in part; its events are read from the archive meanwhile.",
    { ...on("get", "get-many", "put", "put-many", "update"), archive: "read", sends: [RestoreMonth] },
    { batch_size: 1, max_concurrency: 2, timeout_s: 600, subscribes: [RestoreOrdered] },
  ),
  "erase-person": workerLambda(
    ErasePerson,
    "People of the audience whose erasure was ordered, and authors who erased their account, stay in what the org holds.",
    {
      ...on("get", "get-many", "query", "gsi1", "gsi3", "put", "update", "delete"),
      exports: "remove",
      uploads: "remove",
      archive: "rewrite",
      sends: [ErasePerson],
    },
    {
      batch_size: 1,
      timeout_s: 600,
      subscribes: [PersonErased, PersonErasureOrdered],
      watches: [
        {
          name: "waiting",
          metric: ERASURES_WAITING,
          at_least: 1,
          impact: "Somebody of the audience whose erasure was ordered more than three days ago is still in what the org holds.",
          advice: {
            broke:
              "An erasure is not completed after three days. It waits for a month that is on its way into the archive or out of it, or its search does not come to its end.",
            look: "The log of the function `social-erase-person`: the line `erasure waits` has org_id and person_erasure_id. `GET /social/archives` of the org: a month that is neither `archived` nor `restored`, and its `failure`; the dead-letter queues of `social-archive-month` and `social-restore-month` have its order. A month that stays `rewriting` is held by another erasure, whose order is in the dead-letter queue of `social-erase-person`. All months at rest: the search takes this long, or months move again and again.",
            remedy:
              "Mend why the month stands still, and redrive its order: the erasure looks every five minutes and goes on by itself. Do not order restores for the org until it is completed.",
            redrive:
              "Nothing of the erasure's own waits. See that `GET /social/person-erasures/{person_erasure_id}` says `completed`; the alarm ends a day after the last look at an erasure that is late.",
          },
        },
      ],
    },
  ),
  "write-export": workerLambda(
    WriteExport,
    "Exports that were ordered fail: people wait for what is held about them, and owners for their lists.",
    { ...on("get", "query", "gsi1", "gsi2", "put", "update"), archive: "read", exports: "write" },
    { batch_size: 1, timeout_s: 600, subscribes: [ExportOrdered] },
  ),
  reconcile: workerLambda(
    RunReconciliation,
    "Differences between the counters of posts and their stored events, or between revenue and conversions, go unnoticed.",
    { ...on("get", "query", "gsi2", "put", "put-many", "update"), sends: [RunReconciliation] },
    {
      batch_size: 1,
      timeout_s: 600,
      watches: [
        {
          name: "differences",
          metric: COUNT_DIFFERENCES,
          at_least: 1,
          impact: "What an org sees of likes, comments, shares and saves of a post, or of what it earned, is not what was stored of it.",
          advice: {
            broke:
              "A reconciliation found counters that are not what the stored events say, or revenue (`revenue_*`) that is not what the conversions add up to. Nothing was changed.",
            look: "The log of the function `social-reconcile`: the lines `counters differ` and `revenue differs` have org_id and the first differences; `GET /social/reconciliations` has up to a hundred. Then the log of `social-count-events`: `stream record passed over` is an event that could not be read; its dead-letter queue has batches that were given up.",
            remedy:
              "Mend the cause first. Then patch the `PostDay` of the post's month, or the `PostRevenue` of the post, so that it says `computed`, under its version, and note who and why.",
            redrive:
              "Nothing waits. Order a run with `POST /social/reconciliations` and see that it finds nothing; the alarm ends a day after the last difference.",
          },
        },
      ],
    },
  ),

  "reconcile-nightly": scheduleLambda("0 4 * * ? *", "Nobody recomputes the counters of posts tonight.", { ...fanOut, sends: [RunReconciliation] }),
  "unpark-events-hourly": scheduleLambda("20 * * * ? *", "Parked events are neither tried again nor given up until the next hour's run.", {
    ...fanOut,
    sends: [UnparkEvents],
  }),
  "read-insights-hourly": scheduleLambda("35 * * * ? *", "Nothing is read from the networks until the next hour's run, which makes up for it.", {
    ...fanOut,
    sends: [ReadInsights],
  }),
  "age-top-content-daily": scheduleLambda("5 0 * * ? *", "Posts whose period is over stay stored on leaderboards, unseen, until the next day's run.", {
    ...fanOut,
    sends: [AgeTopContent],
  }),
  "refresh-metrics-daily": scheduleLambda("0 2 * * ? *", "Nobody recomputes daily metrics and leaderboards tonight.", { ...fanOut, sends: [RefreshMetrics] }),
  "rate-templates-daily": scheduleLambda("0 3 * * ? *", "Templates stay ranked by yesterday's posts until the next day's run.", {
    ...fanOut,
    sends: [RateTemplates],
  }),
  "count-engaged-users-daily": scheduleLambda("30 3 * * ? *", "Conversion rates stay those of yesterday until the next night's run.", {
    ...fanOut,
    sends: [CountEngagedUsers],
  }),
  "archive-months-monthly": scheduleLambda("0 0 1 * ? *", "Engagement events stay in the table for longer than they are kept there.", {
    ...fanOut,
    sends: [ArchiveMonths],
  }),
  "evaluate-trends-hourly": scheduleLambda("5 * * * ? *", "Trends are not evaluated; the next hour makes up for it.", {
    ...fanOut,
    sends: [EvaluateTrends],
  }),
  "publish-due": scheduleLambda("* * * * ? *", "No post is published at its time until the next minute's run; those that are late follow then.", {
    ...on("gsi4"),
    sends: [PublishPost],
  }),
  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete-many"), publishes: true }),
  "count-events": streamLambda(
    "social",
    "Likes, comments, shares and saves are stored but not counted; they are counted, each once, when it works again within a day.",
    { ...on("get", "get-many", "put", "update"), sends: [RefreshPost] },
    { of: ["EngagementEvent", "Touch"], changes: ["INSERT", "MODIFY"], derives: true },
  ),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete-many"),
    publishes: true,
  }),
});
