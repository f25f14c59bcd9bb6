import { streamCheckpoints } from "../kernel/bus/stream-checkpoint.ts";
import { systemEntities } from "../kernel/system-entities.ts";
import { table } from "../kernel/table/table.ts";

/**
 * The storage of social content and engagement: one table. Its entities, each defined once in its own file:
 *
 * - settings/settings.ts            SocialSettings
 * - platform/social-platform.ts     SocialPlatform
 * - account/social-account.ts       SocialAccount
 * - post/post.ts                    Post
 * - engagement/                     EngagementEvent, Touch, PostDay, PostMonth, EventBatch, ParkedEvent
 * - instagram/instagram-hook.ts     InstagramHook
 * - reconcile/                      SocialReconciliation
 * - analytics/                      PostAnalytics, PostInsight, PostStanding, DailyPlatformMetrics, TopContent, MetricsRefresh
 * - conversion/                     Conversion, PostRevenue, RevenueCheckpoint
 * - conversion-rate/                PostConversionRate, OrgConversionRate, SeenPersons
 * - erasure/person-erasure.ts       PersonErasure
 * - export/export.ts                SocialExport
 * - archive/                        ArchivedMonth, ArchivePart, ArchiveSlice
 * - trend/                          TopicDay, TopicPerson, Speaker, Mention, FlaggedPerson, TopicPost, TrendingTopic,
 *                                   OpenTrend, TrendEvaluation, Lexicon
 * - import/                         SocialImport, SocialImportRow
 * - oauth/network-app.ts            NetworkApp
 * - reading/post-reading.ts         PostReading
 * - publishing/post-mark.ts         PostMark
 * - template/content-template.ts    ContentTemplate
 * - engagement/                     EngagementEvent, Touch, PostDay, PostMonth
 *
 * Indexes are generic: `gsi1` lists by state, by person and by template, `gsi2` by network and by time, `gsi3` owners, `gsi4` work that is due,
 * `gsi5` categories.
 */
export const social = table("social", ["gsi1", "gsi2", "gsi3", "gsi4", "gsi5"], {
  globals: ["SocialSettings.allOrgs", "JobRun", "StreamCheckpoint", "Outbox.undelivered", "Idempotency", "RateWindow"],
});

export const socialSystem = systemEntities(social);

/** How far the consumers of this table's stream are that derive items from it. */
export const socialCheckpoints = streamCheckpoints(social);
