import { PersonErased } from "../../events/identity/person-erased.v1.ts";
import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { AgeTopContent } from "../../events/social/age-top-content.v1.ts";
import { InsightRecorded } from "../../events/social/insight-recorded.v1.ts";
import { MetricsRefreshOrdered } from "../../events/social/metrics-refresh-ordered.v1.ts";
import { PostDeleted } from "../../events/social/post-deleted.v1.ts";
import { PostEarned } from "../../events/social/post-earned.v1.ts";
import { PostPublished } from "../../events/social/post-published.v1.ts";
import { RefreshMetrics } from "../../events/social/refresh-metrics.v1.ts";
import { RefreshPost } from "../../events/social/refresh-post.v1.ts";
import { ErasePerson } from "../../events/social/erase-person.v1.ts";
import { ExportOrdered } from "../../events/social/export-ordered.v1.ts";
import { PersonErasureOrdered } from "../../events/social/person-erasure-ordered.v1.ts";
import { ProvisionOrg } from "../../events/social/provision-org.v1.ts";
import { WriteExport } from "../../events/social/write-export.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { METRICS_DIFFERENCES } from "../../shared/social/analytics/metrics-differences.ts";
import { analytics } from "./analytics.routes.ts";
import { conversions } from "./conversions.routes.ts";
import { exports } from "./exports.routes.ts";
import { persons } from "./persons.routes.ts";
import { posts } from "./posts.routes.ts";
import { settings } from "./settings.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...social: TableUse[]): Access => ({ tables: { social } });
/** An API's: beside the table, one read of session and membership. */
const api = (...social: TableUse[]): Access => ({ tables: { social, identity: ["get-many"] } });

/** What a fan-out over the orgs reads and notes. */
const fanOut = on("get", "query", "gsi4", "put", "update");

/** Every Lambda of social content; `<name>.<trigger>.ts` beside this file. */
export const socialPlatform = platform("social", {
  settings: apiLambda(settings, api("get", "query", "update")),
  posts: apiLambda(posts, api("get", "gsi1", "gsi2", "gsi3", "gsi5", "put", "update")),
  analytics: apiLambda(analytics, api("get", "query", "gsi1", "put", "update")),
  conversions: apiLambda(conversions, api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update", "delete")),
  persons: apiLambda(persons, api("get", "gsi1", "put", "update")),
  exports: apiLambda(exports, { ...api("get", "gsi1", "put", "update"), exports: "read" }),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no networks, and its people can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),

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

  "age-top-content-daily": scheduleLambda("5 0 * * ? *", "Posts whose period is over stay stored on leaderboards, unseen, until the next day's run.", {
    ...fanOut,
    sends: [AgeTopContent],
  }),
  "refresh-metrics-daily": scheduleLambda("0 2 * * ? *", "Nobody recomputes daily metrics and leaderboards tonight.", { ...fanOut, sends: [RefreshMetrics] }),
  "erase-person": workerLambda(
    ErasePerson,
    "People of the audience whose erasure was ordered, and authors who erased their account, stay in what the org holds.",
    { ...on("get", "get-many", "query", "gsi1", "gsi3", "put", "update", "delete"), exports: "remove", sends: [ErasePerson] },
    { batch_size: 1, timeout_s: 600, subscribes: [PersonErased, PersonErasureOrdered] },
  ),
  "write-export": workerLambda(
    WriteExport,
    "Exports that were ordered fail: people wait for what is held about them, and owners for their lists.",
    { ...on("get", "query", "gsi1", "gsi2", "put", "update"), exports: "write" },
    { batch_size: 1, timeout_s: 600, subscribes: [ExportOrdered] },
  ),

  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete"), publishes: true }),
  outbox: streamLambda("social", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete"),
    publishes: true,
  }),
});
