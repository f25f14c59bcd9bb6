import type { Contract } from "./envelope.ts";
import { MembershipChanged } from "./identity/membership-changed.v1.ts";
import { MembershipRemoved } from "./identity/membership-removed.v1.ts";
import { PersonErased } from "./identity/person-erased.v1.ts";
import { PlatformEnabled } from "./identity/platform-enabled.v1.ts";
import { SendMail } from "./identity/send-mail.v1.ts";
import { SignUpRepeated } from "./identity/sign-up-repeated.v1.ts";
import { UserErased } from "./identity/user-erased.v1.ts";
import { UserInvited } from "./identity/user-invited.v1.ts";
import { UserSignedUp } from "./identity/user-signed-up.v1.ts";
import { AgeTopContent } from "./social/age-top-content.v1.ts";
import { InsightRecorded } from "./social/insight-recorded.v1.ts";
import { MetricsRefreshOrdered } from "./social/metrics-refresh-ordered.v1.ts";
import { PostDeleted } from "./social/post-deleted.v1.ts";
import { RateTemplates } from "./social/rate-templates.v1.ts";
import { RefreshMetrics } from "./social/refresh-metrics.v1.ts";
import { CountEngagedUsers } from "./social/count-engaged-users.v1.ts";
import { ErasePerson as EraseSocialPerson } from "./social/erase-person.v1.ts";
import { ExportOrdered as SocialExportOrdered } from "./social/export-ordered.v1.ts";
import { PersonErasureOrdered } from "./social/person-erasure-ordered.v1.ts";
import { PostEarned } from "./social/post-earned.v1.ts";
import { ArchiveMonth } from "./social/archive-month.v1.ts";
import { ArchiveMonths } from "./social/archive-months.v1.ts";
import { PostPublished } from "./social/post-published.v1.ts";
import { PublicationOrdered as PostPublicationOrdered } from "./social/publication-ordered.v1.ts";
import { PublishPost } from "./social/publish-post.v1.ts";
import { ProvisionOrg as ProvisionSocialOrg } from "./social/provision-org.v1.ts";
import { RecordMentions } from "./social/record-mentions.v1.ts";
import { RunReconciliation as RunSocialReconciliation } from "./social/run-reconciliation.v1.ts";
import { ImportStarted as SocialImportStarted } from "./social/import-started.v1.ts";
import { ProcessImport as ProcessSocialImport } from "./social/process-import.v1.ts";
import { IngestEvents } from "./social/ingest-events.v1.ts";
import { UnparkEvents } from "./social/unpark-events.v1.ts";
import { RefreshPost } from "./social/refresh-post.v1.ts";
import { WriteExport as WriteSocialExport } from "./social/write-export.v1.ts";
import { ReadInsights } from "./social/read-insights.v1.ts";
import { RestoreMonth } from "./social/restore-month.v1.ts";
import { RestoreOrdered } from "./social/restore-ordered.v1.ts";
import { EvaluateTrends } from "./social/evaluate-trends.v1.ts";
import { RecordPostTopics } from "./social/record-post-topics.v1.ts";
import { RemoveMentions } from "./social/remove-mentions.v1.ts";
import { ApplyMailEvent } from "./soundcloud/apply-mail-event.v1.ts";
import { ApplyPlannerEvent } from "./soundcloud/apply-planner-event.v1.ts";
import { AssignmentCompleted } from "./soundcloud/assignment-completed.v1.ts";
import { AssignmentFailed } from "./soundcloud/assignment-failed.v1.ts";
import { AssignmentPublished } from "./soundcloud/assignment-published.v1.ts";
import { AssignmentRefunded } from "./soundcloud/assignment-refunded.v1.ts";
import { AssignmentSkipped } from "./soundcloud/assignment-skipped.v1.ts";
import { Automate } from "./soundcloud/automate.v1.ts";
import { BuildQueue } from "./soundcloud/build-queue.v1.ts";
import { CampaignCompleted } from "./soundcloud/campaign-completed.v1.ts";
import { CampaignScheduled } from "./soundcloud/campaign-scheduled.v1.ts";
import { CampaignWentLive } from "./soundcloud/campaign-went-live.v1.ts";
import { CaptureSnapshots } from "./soundcloud/capture-snapshots.v1.ts";
import { CheckAssignments } from "./soundcloud/check-assignments.v1.ts";
import { CheckClocks } from "./soundcloud/check-clocks.v1.ts";
import { ComplaintReceived } from "./soundcloud/complaint-received.v1.ts";
import { ConnectionLost } from "./soundcloud/connection-lost.v1.ts";
import { CreateSchedules } from "./soundcloud/create-schedules.v1.ts";
import { DeadlinePassed } from "./soundcloud/deadline-passed.v1.ts";
import { ErasePerson } from "./soundcloud/erase-person.v1.ts";
import { ExportOrdered } from "./soundcloud/export-ordered.v1.ts";
import { FetchTrackPreview } from "./soundcloud/fetch-track-preview.v1.ts";
import { GrantCredits } from "./soundcloud/grant-credits.v1.ts";
import { ImportCompleted } from "./soundcloud/import-completed.v1.ts";
import { ImportStarted } from "./soundcloud/import-started.v1.ts";
import { InquiryAdmitted } from "./soundcloud/inquiry-admitted.v1.ts";
import { InquiryReceived } from "./soundcloud/inquiry-received.v1.ts";
import { InquiryRejected } from "./soundcloud/inquiry-rejected.v1.ts";
import { MailOrdered } from "./soundcloud/mail-ordered.v1.ts";
import { MailEventReceived } from "./soundcloud/mail-event-received.v1.ts";
import { MemberCreated } from "./soundcloud/member-created.v1.ts";
import { MemberErasureOrdered } from "./soundcloud/member-erasure-ordered.v1.ts";
import { Notify } from "./soundcloud/notify.v1.ts";
import { PlannerEventReceived } from "./soundcloud/planner-event-received.v1.ts";
import { PostToSlack } from "./soundcloud/post-to-slack.v1.ts";
import { ProcessImport } from "./soundcloud/process-import.v1.ts";
import { ProofSubmitted } from "./soundcloud/proof-submitted.v1.ts";
import { ProvisionOrg } from "./soundcloud/provision-org.v1.ts";
import { PublicationOrdered } from "./soundcloud/publication-ordered.v1.ts";
import { PublishQueue } from "./soundcloud/publish-queue.v1.ts";
import { QueueBuilt } from "./soundcloud/queue-built.v1.ts";
import { QueuePublished } from "./soundcloud/queue-published.v1.ts";
import { ReconciliationRequested } from "./soundcloud/reconciliation-requested.v1.ts";
import { RefreshFollowers } from "./soundcloud/refresh-followers.v1.ts";
import { ResolveTrack } from "./soundcloud/resolve-track.v1.ts";
import { RunCampaigns } from "./soundcloud/run-campaigns.v1.ts";
import { RunReconciliation } from "./soundcloud/run-reconciliation.v1.ts";
import { ScheduleFailed } from "./soundcloud/schedule-failed.v1.ts";
import { SchedulesOrdered } from "./soundcloud/schedules-ordered.v1.ts";
import { SendDigest } from "./soundcloud/send-digest.v1.ts";
import { SendEmail } from "./soundcloud/send-email.v1.ts";
import { SubmissionApproved } from "./soundcloud/submission-approved.v1.ts";
import { SubmissionCreated } from "./soundcloud/submission-created.v1.ts";
import { SubmissionRejected } from "./soundcloud/submission-rejected.v1.ts";
import { TierChanged } from "./soundcloud/tier-changed.v1.ts";
import { VerifyProof } from "./soundcloud/verify-proof.v1.ts";
import { VerifySchedules } from "./soundcloud/verify-schedules.v1.ts";
import { WriteExport } from "./soundcloud/write-export.v1.ts";

/** Every published contract: the schemas, the examples and the infrastructure are made from this list. */
export const catalog: readonly Contract[] = [
  MembershipChanged,
  MembershipRemoved,
  PersonErased,
  PlatformEnabled,
  SendMail,
  SignUpRepeated,
  UserErased,
  UserInvited,
  UserSignedUp,
  AgeTopContent,
  CountEngagedUsers,
  InsightRecorded,
  MetricsRefreshOrdered,
  PostDeleted,
  EraseSocialPerson,
  SocialExportOrdered,
  PersonErasureOrdered,
  WriteSocialExport,
  SocialImportStarted,
  ProcessSocialImport,
  PostEarned,
  EvaluateTrends,
  PostPublished,
  PostPublicationOrdered,
  PublishPost,
  ProvisionSocialOrg,
  RateTemplates,
  ArchiveMonth,
  ArchiveMonths,
  RestoreMonth,
  RestoreOrdered,
  RecordMentions,
  RecordPostTopics,
  RefreshMetrics,
  RefreshPost,
  IngestEvents,
  UnparkEvents,
  RunSocialReconciliation,
  ReadInsights,
  RemoveMentions,
  ApplyPlannerEvent,
  ApplyMailEvent,
  AssignmentCompleted,
  AssignmentFailed,
  AssignmentPublished,
  AssignmentRefunded,
  AssignmentSkipped,
  Automate,
  BuildQueue,
  CampaignCompleted,
  CampaignScheduled,
  CampaignWentLive,
  CaptureSnapshots,
  CheckAssignments,
  CheckClocks,
  ComplaintReceived,
  ConnectionLost,
  CreateSchedules,
  DeadlinePassed,
  ErasePerson,
  ExportOrdered,
  FetchTrackPreview,
  GrantCredits,
  ImportCompleted,
  ImportStarted,
  InquiryAdmitted,
  InquiryReceived,
  InquiryRejected,
  MailEventReceived,
  MailOrdered,
  MemberCreated,
  MemberErasureOrdered,
  Notify,
  PlannerEventReceived,
  PostToSlack,
  ProcessImport,
  ProofSubmitted,
  ProvisionOrg,
  PublicationOrdered,
  PublishQueue,
  QueueBuilt,
  QueuePublished,
  ReconciliationRequested,
  RefreshFollowers,
  ResolveTrack,
  RunCampaigns,
  RunReconciliation,
  ScheduleFailed,
  SchedulesOrdered,
  SendDigest,
  SendEmail,
  SubmissionApproved,
  SubmissionCreated,
  SubmissionRejected,
  TierChanged,
  VerifyProof,
  VerifySchedules,
  WriteExport,
];
