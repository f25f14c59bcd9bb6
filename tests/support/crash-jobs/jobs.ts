import { archiveMonthsMonthlyJob } from "../../../functions/social/archive-months-monthly.schedule.ts";
import { buildQueuesJob } from "../../../functions/soundcloud/build-queues.schedule.ts";
import { captureSnapshotsDailyJob } from "../../../functions/soundcloud/capture-snapshots-daily.schedule.ts";
import { checkAssignmentsHourlyJob } from "../../../functions/soundcloud/check-assignments-hourly.schedule.ts";
import { grantCreditsMonthlyJob } from "../../../functions/soundcloud/grant-credits-monthly.schedule.ts";
import { reconcileNightlyJob } from "../../../functions/soundcloud/reconcile-nightly.schedule.ts";
import { runCampaignsDailyJob } from "../../../functions/soundcloud/run-campaigns-daily.schedule.ts";
import { refreshFollowersDailyJob } from "../../../functions/soundcloud/refresh-followers-daily.schedule.ts";
import { sendDigestsWeeklyJob } from "../../../functions/soundcloud/send-digests-weekly.schedule.ts";
import { reconcileNightlyJob as reconcileCountsNightlyJob } from "../../../functions/social/reconcile-nightly.schedule.ts";
import { unparkEventsHourlyJob } from "../../../functions/social/unpark-events-hourly.schedule.ts";
import { checkClocksHourlyJob } from "../../../functions/soundcloud/check-clocks-hourly.schedule.ts";
import { archiveMonthCrash, archiveMonthsCrash, eraseArchivedCrash, restoreMonthCrash } from "./archive.ts";
import { buildQueueCrash } from "./build-queue.ts";
import { captureSnapshotsCrash } from "./capture-snapshots.ts";
import { dueProofCrash, refundCrash } from "./check-assignments.ts";
import { checkClocksCrash } from "./check-clocks.ts";
import type { CrashCase } from "./crash-case.ts";
import { countEventsCrash, ingestEventsCrash, reconcileCountsCrash, unparkEventsCrash } from "./engagement.ts";
import { erasePersonCrash } from "./erase-person.ts";
import { grantCreditsCrash } from "./grant-credits.ts";
import { notifyCrash } from "./notify.ts";
import { processImportCrash } from "./process-import.ts";
import { processSocialImportCrash } from "./process-social-import.ts";
import { publishQueueCrash } from "./publish-queue.ts";
import { refreshFollowersCrash } from "./refresh-followers.ts";
import { resolveTrackCrash } from "./resolve-track.ts";
import { runCampaignsCrash } from "./run-campaigns.ts";
import { fetchTrackPreviewCrash } from "./fetch-track-preview.ts";
import { fanOutCrash } from "./fan-out.ts";
import { applyMailEventCrash, automateCrash, sendDigestCrash, sendEmailCrash, sendByHandCrash } from "./mail.ts";
import { postToSlackCrash } from "./slack.ts";
import { readInsightsHourlyJob } from "../../../functions/social/read-insights-hourly.schedule.ts";
import { publishDueCrash, publishPostCrash } from "./publish-posts.ts";
import { streamCrash, sweepCrash } from "./outbox.ts";
import { provisionOrgCrash } from "./provision-org.ts";
import { ageTopContentDailyJob } from "../../../functions/social/age-top-content-daily.schedule.ts";
import { countEngagedUsersDailyJob } from "../../../functions/social/count-engaged-users-daily.schedule.ts";
import { rateTemplatesDailyJob } from "../../../functions/social/rate-templates-daily.schedule.ts";
import { refreshMetricsDailyJob } from "../../../functions/social/refresh-metrics-daily.schedule.ts";
import { ageTopContentCrash, countEngagedUsersCrash, rateTemplatesCrash, refreshMetricsCrash, refreshPostCrash, withdrawPostCrash } from "./analytics.ts";
import { provisionSocialCrash } from "./provision-social.ts";
import { orderReadingsCrash, readInsightsCrash, renewTokenCrash } from "./read-insights.ts";
import { reconcileCrash } from "./reconcile.ts";
import { sendMailCrash } from "./send-mail.ts";
import { verifyProofCrash } from "./verify-proof.ts";
import { applyPlannerEventCrash, createSchedulesCrash, verifySchedulesCrash } from "./planner.ts";
import { eraseSocialPersonCrash, writeSocialExportCrash } from "./social-persons.ts";
import { verifySchedulesHourlyJob } from "../../../functions/soundcloud/verify-schedules-hourly.schedule.ts";
import { evaluateTrendsHourlyJob } from "../../../functions/social/evaluate-trends-hourly.schedule.ts";
import { evaluateTrendsCrash, recordMentionsCrash, recordPostTopicsCrash, removeMentionsCrash } from "./trends.ts";
import { instagramIntakeCrash, mailIntakeCrash, plannerIntakeCrash } from "./webhooks.ts";
import { writeExportCrash, writeListExportCrash } from "./write-export.ts";

/** Every worker, schedule and stream, and every intake of webhooks, by `<platform>/<name>` of its declaration, with the cases in which it is stopped. */
export const crashCases: Readonly<Record<string, readonly CrashCase[]>> = {
  "identity/send-mail": [sendMailCrash],
  "identity/outbox": [streamCrash("identity")],
  "identity/sweep-outbox": [sweepCrash("identity")],
  "soundcloud/provision-org": [provisionOrgCrash],
  "soundcloud/process-import": [processImportCrash],
  "soundcloud/build-queue": [buildQueueCrash],
  "soundcloud/publish-queue": [publishQueueCrash],
  "soundcloud/grant-credits": [grantCreditsCrash],
  "soundcloud/run-campaigns": [runCampaignsCrash],
  "soundcloud/verify-proof": [verifyProofCrash],
  "soundcloud/check-assignments": [dueProofCrash, refundCrash],
  "soundcloud/resolve-track": [resolveTrackCrash],
  "soundcloud/create-schedules": [createSchedulesCrash],
  "soundcloud/apply-planner-event": [applyPlannerEventCrash],
  "soundcloud/verify-schedules": [verifySchedulesCrash],
  "soundcloud/verify-schedules-hourly": [fanOutCrash("verify-schedules-hourly", "hour", verifySchedulesHourlyJob)],
  "soundcloud/capture-snapshots": [captureSnapshotsCrash],
  "soundcloud/fetch-track-preview": [fetchTrackPreviewCrash],
  "soundcloud/refresh-followers": [refreshFollowersCrash],
  "soundcloud/notify": [notifyCrash],
  "soundcloud/post-to-slack": [postToSlackCrash],
  "soundcloud/check-clocks": [checkClocksCrash],
  "soundcloud/erase-person": [erasePersonCrash],
  "soundcloud/write-export": [writeExportCrash, writeListExportCrash],
  "soundcloud/reconcile": [reconcileCrash],
  "soundcloud/automate": [automateCrash],
  "soundcloud/send-email": [sendEmailCrash, sendByHandCrash],
  "soundcloud/apply-mail-event": [applyMailEventCrash],
  "soundcloud/send-digest": [sendDigestCrash],
  "soundcloud/build-queues": [fanOutCrash("build-queues", "day", buildQueuesJob)],
  "soundcloud/grant-credits-monthly": [fanOutCrash("grant-credits-monthly", "month", grantCreditsMonthlyJob)],
  "soundcloud/run-campaigns-daily": [fanOutCrash("run-campaigns-daily", "day", runCampaignsDailyJob)],
  "soundcloud/check-assignments-hourly": [fanOutCrash("check-assignments-hourly", "hour", checkAssignmentsHourlyJob)],
  "soundcloud/capture-snapshots-daily": [fanOutCrash("capture-snapshots-daily", "day", captureSnapshotsDailyJob)],
  "soundcloud/refresh-followers-daily": [fanOutCrash("refresh-followers-daily", "day", refreshFollowersDailyJob)],
  "soundcloud/check-clocks-hourly": [fanOutCrash("check-clocks-hourly", "hour", checkClocksHourlyJob)],
  "soundcloud/reconcile-nightly": [fanOutCrash("reconcile-nightly", "day", reconcileNightlyJob)],
  "soundcloud/send-digests-weekly": [fanOutCrash("send-digests-weekly", "week", sendDigestsWeeklyJob)],
  "soundcloud/sweep-outbox": [sweepCrash("soundcloud")],
  "soundcloud/outbox": [streamCrash("soundcloud")],
  "social/provision-org": [provisionSocialCrash],
  "social/ingest-events": [ingestEventsCrash],
  "social/unpark-events": [unparkEventsCrash],
  "social/unpark-events-hourly": [fanOutCrash("unpark-events-hourly", "hour", unparkEventsHourlyJob, "social")],
  "social/count-events": [countEventsCrash],
  "social/reconcile": [reconcileCountsCrash],
  "social/reconcile-nightly": [fanOutCrash("reconcile-nightly", "day", reconcileCountsNightlyJob, "social")],
  "social/refresh-post": [refreshPostCrash, withdrawPostCrash],
  "social/read-insights": [readInsightsCrash, orderReadingsCrash, renewTokenCrash],
  "social/read-insights-hourly": [fanOutCrash("read-insights-hourly", "hour", readInsightsHourlyJob, "social")],
  "social/age-top-content": [ageTopContentCrash],
  "social/refresh-metrics": [refreshMetricsCrash],
  "social/age-top-content-daily": [fanOutCrash("age-top-content-daily", "day", ageTopContentDailyJob, "social")],
  "social/refresh-metrics-daily": [fanOutCrash("refresh-metrics-daily", "day", refreshMetricsDailyJob, "social")],
  "social/count-engaged-users": [countEngagedUsersCrash],
  "social/count-engaged-users-daily": [fanOutCrash("count-engaged-users-daily", "day", countEngagedUsersDailyJob, "social")],
  "social/rate-templates": [rateTemplatesCrash],
  "social/rate-templates-daily": [fanOutCrash("rate-templates-daily", "day", rateTemplatesDailyJob, "social")],
  "social/erase-person": [eraseSocialPersonCrash, eraseArchivedCrash],
  "social/process-import": [processSocialImportCrash],
  "social/write-export": [writeSocialExportCrash],
  "social/archive-months": [archiveMonthsCrash],
  "social/archive-month": [archiveMonthCrash],
  "social/restore-month": [restoreMonthCrash],
  "social/archive-months-monthly": [fanOutCrash("archive-months-monthly", "month", archiveMonthsMonthlyJob, "social")],
  "social/record-mentions": [recordMentionsCrash],
  "social/record-post-topics": [recordPostTopicsCrash],
  "social/remove-mentions": [removeMentionsCrash],
  "social/evaluate-trends": [evaluateTrendsCrash],
  "social/evaluate-trends-hourly": [fanOutCrash("evaluate-trends-hourly", "hour", evaluateTrendsHourlyJob, "social")],
  "social/publish-post": [publishPostCrash],
  "social/publish-due": [publishDueCrash],
  "social/sweep-outbox": [sweepCrash("social")],
  "social/outbox": [streamCrash("social")],
  "soundcloud/mail": [mailIntakeCrash],
  "soundcloud/planner-webhooks": [plannerIntakeCrash],
  "social/instagram-webhooks": [instagramIntakeCrash],
};
