import { PersonErased } from "../../events/identity/person-erased.v1.ts";
import { PlatformEnabled } from "../../events/identity/platform-enabled.v1.ts";
import { ApplyMailEvent } from "../../events/soundcloud/apply-mail-event.v1.ts";
import { ApplyPlannerEvent } from "../../events/soundcloud/apply-planner-event.v1.ts";
import { AssignmentCompleted } from "../../events/soundcloud/assignment-completed.v1.ts";
import { AssignmentFailed } from "../../events/soundcloud/assignment-failed.v1.ts";
import { AssignmentPublished } from "../../events/soundcloud/assignment-published.v1.ts";
import { AssignmentRefunded } from "../../events/soundcloud/assignment-refunded.v1.ts";
import { Automate } from "../../events/soundcloud/automate.v1.ts";
import { BuildQueue } from "../../events/soundcloud/build-queue.v1.ts";
import { CampaignCompleted } from "../../events/soundcloud/campaign-completed.v1.ts";
import { CampaignScheduled } from "../../events/soundcloud/campaign-scheduled.v1.ts";
import { CampaignWentLive } from "../../events/soundcloud/campaign-went-live.v1.ts";
import { CaptureSnapshots } from "../../events/soundcloud/capture-snapshots.v1.ts";
import { CheckAssignments } from "../../events/soundcloud/check-assignments.v1.ts";
import { CheckClocks } from "../../events/soundcloud/check-clocks.v1.ts";
import { ComplaintReceived } from "../../events/soundcloud/complaint-received.v1.ts";
import { ConnectionLost } from "../../events/soundcloud/connection-lost.v1.ts";
import { CreateSchedules } from "../../events/soundcloud/create-schedules.v1.ts";
import { DeadlinePassed } from "../../events/soundcloud/deadline-passed.v1.ts";
import { ErasePerson } from "../../events/soundcloud/erase-person.v1.ts";
import { ExportOrdered } from "../../events/soundcloud/export-ordered.v1.ts";
import { FetchTrackPreview } from "../../events/soundcloud/fetch-track-preview.v1.ts";
import { GrantCredits } from "../../events/soundcloud/grant-credits.v1.ts";
import { ImportStarted } from "../../events/soundcloud/import-started.v1.ts";
import { InquiryAdmitted } from "../../events/soundcloud/inquiry-admitted.v1.ts";
import { InquiryReceived } from "../../events/soundcloud/inquiry-received.v1.ts";
import { InquiryRejected } from "../../events/soundcloud/inquiry-rejected.v1.ts";
import { MailOrdered } from "../../events/soundcloud/mail-ordered.v1.ts";
import { MailEventReceived } from "../../events/soundcloud/mail-event-received.v1.ts";
import { MemberErasureOrdered } from "../../events/soundcloud/member-erasure-ordered.v1.ts";
import { Notify } from "../../events/soundcloud/notify.v1.ts";
import { PlannerEventReceived } from "../../events/soundcloud/planner-event-received.v1.ts";
import { PostToSlack } from "../../events/soundcloud/post-to-slack.v1.ts";
import { ProcessImport } from "../../events/soundcloud/process-import.v1.ts";
import { ProofSubmitted } from "../../events/soundcloud/proof-submitted.v1.ts";
import { ProvisionOrg } from "../../events/soundcloud/provision-org.v1.ts";
import { PublicationOrdered } from "../../events/soundcloud/publication-ordered.v1.ts";
import { PublishQueue } from "../../events/soundcloud/publish-queue.v1.ts";
import { QueuePublished } from "../../events/soundcloud/queue-published.v1.ts";
import { ReconciliationRequested } from "../../events/soundcloud/reconciliation-requested.v1.ts";
import { RefreshFollowers } from "../../events/soundcloud/refresh-followers.v1.ts";
import { ResolveTrack } from "../../events/soundcloud/resolve-track.v1.ts";
import { RunCampaigns } from "../../events/soundcloud/run-campaigns.v1.ts";
import { RunReconciliation } from "../../events/soundcloud/run-reconciliation.v1.ts";
import { ScheduleFailed } from "../../events/soundcloud/schedule-failed.v1.ts";
import { SchedulesOrdered } from "../../events/soundcloud/schedules-ordered.v1.ts";
import { SendDigest } from "../../events/soundcloud/send-digest.v1.ts";
import { SendEmail } from "../../events/soundcloud/send-email.v1.ts";
import { SubmissionApproved } from "../../events/soundcloud/submission-approved.v1.ts";
import { SubmissionRejected } from "../../events/soundcloud/submission-rejected.v1.ts";
import { TierChanged } from "../../events/soundcloud/tier-changed.v1.ts";
import { VerifyProof } from "../../events/soundcloud/verify-proof.v1.ts";
import { VerifySchedules } from "../../events/soundcloud/verify-schedules.v1.ts";
import { WriteExport } from "../../events/soundcloud/write-export.v1.ts";
import { type Access, type TableUse, apiLambda, platform, scheduleLambda, streamLambda, workerLambda } from "../../shared/kernel/lambda.ts";
import { DIFFERENCES } from "../../shared/soundcloud/reconcile/reconciliation-metrics.ts";
import { attribution } from "./attribution.routes.ts";
import { campaigns } from "./campaigns.routes.ts";
import { complaints } from "./complaints.routes.ts";
import { connections } from "./connections.routes.ts";
import { credits } from "./credits.routes.ts";
import { exports } from "./exports.routes.ts";
import { genres } from "./genres.routes.ts";
import { imports } from "./imports.routes.ts";
import { inquiries } from "./inquiries.routes.ts";
import { mail } from "./mail.routes.ts";
import { members } from "./members.routes.ts";
import { notifications } from "./notifications.routes.ts";
import { parties } from "./parties.routes.ts";
import { plannerWebhooks } from "./planner-webhooks.routes.ts";
import { previews } from "./previews.routes.ts";
import { queues } from "./queues.routes.ts";
import { reconciliations } from "./reconciliations.routes.ts";
import { schedules } from "./schedules.routes.ts";
import { settings } from "./settings.routes.ts";
import { slack } from "./slack.routes.ts";
import { submissions } from "./submissions.routes.ts";
import { targets } from "./targets.routes.ts";
import { worklist } from "./worklist.routes.ts";

/** A job's reach: the table, and how it is reached. */
const on = (...soundcloud: TableUse[]): Access => ({ tables: { soundcloud } });
/** An API's: beside the table, one read of session and membership. */
const api = (...soundcloud: TableUse[]): Access => ({ tables: { soundcloud, identity: ["get-many"] } });
/** The same for an API that also asks who a member's person is. */
const apiWithPersons = (...soundcloud: TableUse[]): Access => ({ tables: { soundcloud, identity: ["get-many", "get"] } });
/** A schedule keeps its runs, and finds every org. */
const fanOut = on("get", "query", "gsi4", "put", "update");

/** Every Lambda of the repost network; `<name>.<trigger>.ts` beside this file. */
export const soundcloudPlatform = platform("soundcloud", {
  settings: apiLambda(settings, { ...api("get", "update"), vault: ["seal"] }),
  genres: apiLambda(genres, api("get", "query", "put", "update", "delete")),
  members: apiLambda(members, apiWithPersons("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "gsi4", "put", "update", "delete")),
  inquiries: apiLambda(inquiries, api("get", "query", "gsi1", "gsi3", "gsi4", "put", "update", "delete")),
  complaints: apiLambda(complaints, api("get", "query", "gsi1", "gsi3", "gsi4", "put", "update")),
  notifications: apiLambda(notifications, apiWithPersons("get", "query", "gsi3", "put", "update", "delete")),
  worklist: apiLambda(worklist, api("get", "get-many", "gsi1", "gsi3", "gsi4")),
  parties: apiLambda(parties, api("get", "gsi1", "put", "update", "delete")),
  imports: apiLambda(imports, { ...api("get", "query", "gsi1", "gsi3", "put", "update", "delete"), uploads: "write" }),
  exports: apiLambda(exports, { ...apiWithPersons("get", "gsi1", "gsi3", "put", "update", "delete"), exports: "read" }),
  submissions: apiLambda(submissions, {
    ...apiWithPersons("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update", "delete"),
    vault: ["seal", "open"],
  }),
  campaigns: apiLambda(campaigns, api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update", "delete"), { memory_mb: 1769 }),
  targets: apiLambda(targets, api("get", "get-many", "query", "gsi1", "gsi2", "put", "update", "delete"), { memory_mb: 1769 }),
  queues: apiLambda(queues, {
    ...apiWithPersons("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "gsi4", "put", "update", "delete"),
    sends: [BuildQueue],
  }),
  credits: apiLambda(credits, apiWithPersons("get", "query", "put", "update", "delete")),
  attribution: apiLambda(attribution, { ...apiWithPersons("get", "query", "put", "update"), sends: [CaptureSnapshots] }),
  previews: apiLambda(previews, { ...api("get", "put", "update"), sends: [FetchTrackPreview] }),
  reconciliations: apiLambda(reconciliations, api("get", "query", "gsi1", "put", "update")),
  schedules: apiLambda(schedules, { ...api("get", "get-many", "gsi1", "gsi2", "gsi4", "put", "update", "delete"), vault: ["seal"] }),
  "planner-webhooks": apiLambda(plannerWebhooks, { ...on("get", "put"), vault: ["open"] }),
  connections: apiLambda(connections, apiWithPersons("get", "query", "gsi1", "put", "update", "delete")),
  mail: apiLambda(mail, { ...api("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "gsi4", "put", "update", "delete", "check"), hears: ["resend"] }),
  slack: apiLambda(slack, { ...api("get", "update"), sends: [PostToSlack] }),

  "provision-org": workerLambda(ProvisionOrg, "A new org finds no settings and no genres, and its staff can do nothing.", on("get", "put"), {
    subscribes: [PlatformEnabled],
  }),
  "process-import": workerLambda(
    ProcessImport,
    "Uploaded files stay unread; imports stand still at their last row.",
    { ...on("get", "get-many", "query", "put", "update"), uploads: "read", vault: ["seal"], sends: [ProcessImport] },
    {
      batch_size: 1,
      max_concurrency: 4,
      timeout_s: 600,
      memory_mb: 1769,
      subscribes: [ImportStarted],
    },
  ),
  "build-queue": workerLambda(
    BuildQueue,
    "Tomorrow's queue is missing: ops have nothing to approve and supporters get no tracks.",
    on("get", "get-many", "query", "gsi1", "gsi2", "gsi4", "put", "put-many", "update"),
    {
      batch_size: 1,
      timeout_s: 600,
      memory_mb: 1769,
    },
  ),
  "publish-queue": workerLambda(
    PublishQueue,
    "An approved queue stays invisible to supporters.",
    { ...on("get", "get-many", "gsi1", "put", "update"), sends: [PublishQueue] },
    { batch_size: 1, timeout_s: 300, subscribes: [PublicationOrdered] },
  ),
  "grant-credits": workerLambda(
    GrantCredits,
    "Members miss their monthly credits until the grant is repeated; none is lost.",
    { ...on("get", "get-many", "gsi1", "put", "update"), sends: [GrantCredits] },
    { batch_size: 1, timeout_s: 300 },
  ),
  "run-campaigns": workerLambda(
    RunCampaigns,
    "Paid campaigns do not begin on their day, and go on after their end.",
    { ...on("get", "gsi1", "put", "update"), sends: [RunCampaigns] },
    { batch_size: 1, timeout_s: 300 },
  ),
  "verify-proof": workerLambda(
    VerifyProof,
    "Proofs wait for the hourly check, and supporters for their credits.",
    { ...on("get", "get-many", "gsi2", "gsi3", "put", "update"), vault: ["seal", "open"], calls: ["soundcloud"], sends: [VerifyProof] },
    {
      batch_size: 3,
      max_concurrency: 2,
      timeout_s: 300,
      subscribes: [ProofSubmitted],
    },
  ),
  "check-assignments": workerLambda(
    CheckAssignments,
    "Proofs that were put off stay unverified and unpaid, late ones hold their reservation, and nothing is refunded.",
    {
      ...on("get", "get-many", "gsi3", "gsi4", "put", "update", "delete"),
      vault: ["seal", "open"],
      calls: ["soundcloud"],
      sends: [CheckAssignments, VerifyProof],
    },
    {
      batch_size: 1,
      max_concurrency: 2,
      timeout_s: 300,
    },
  ),
  "resolve-track": workerLambda(
    ResolveTrack,
    "Tracks keep their typed address instead of SoundCloud's own id: a repeated track may go unnoticed.",
    { ...on("get", "gsi3", "put", "update"), vault: ["seal", "open"], calls: ["soundcloud"] },
    {
      max_concurrency: 2,
      subscribes: [SubmissionApproved],
    },
  ),
  "create-schedules": workerLambda(
    CreateSchedules,
    "Reposts that ops planned are not scheduled at Influence Planner.",
    {
      ...on("get", "get-many", "gsi1", "put", "update", "delete"),
      vault: ["open"],
      calls: ["influence-planner"],
      sends: [CreateSchedules],
    },
    { batch_size: 1, max_concurrency: 2, subscribes: [SchedulesOrdered] },
  ),
  "apply-planner-event": workerLambda(
    ApplyPlannerEvent,
    "Schedules do not show what Influence Planner did with them until the verification finds it.",
    { ...on("get", "put", "update", "delete"), sends: [ApplyPlannerEvent] },
    { subscribes: [PlannerEventReceived] },
  ),
  "verify-schedules": workerLambda(
    VerifySchedules,
    "Schedules whose call-back was lost stay open, and lost orders and parked call-backs stay where they are.",
    {
      ...on("get", "get-many", "gsi3", "gsi4", "put", "update", "delete"),
      vault: ["seal", "open"],
      calls: ["soundcloud"],
      sends: [VerifySchedules, CreateSchedules, ApplyPlannerEvent],
    },
    { batch_size: 1, max_concurrency: 2, timeout_s: 300 },
  ),
  "capture-snapshots": workerLambda(
    CaptureSnapshots,
    "Today's counts of tracks are missing for good, and campaigns wait for their baseline.",
    {
      ...on("get", "get-many", "gsi1", "gsi3", "gsi4", "put", "put-many", "update"),
      vault: ["seal", "open"],
      calls: ["soundcloud"],
      sends: [CaptureSnapshots],
    },
    {
      batch_size: 1,
      max_concurrency: 2,
      timeout_s: 600,
      subscribes: [CampaignScheduled, SubmissionApproved],
    },
  ),
  "fetch-track-preview": workerLambda(
    FetchTrackPreview,
    "Pages wait for what they show of tracks that nobody has looked at before.",
    { ...on("get", "get-many", "put", "put-many", "update"), vault: ["seal", "open"], calls: ["soundcloud"] },
    { max_concurrency: 2 },
  ),
  "refresh-followers": workerLambda(
    RefreshFollowers,
    "Members keep yesterday's followers: tiers, grants and prices follow late.",
    { ...on("get", "get-many", "query", "gsi1", "put", "update"), vault: ["seal", "open"], calls: ["soundcloud"], sends: [RefreshFollowers] },
    { batch_size: 1, max_concurrency: 2, timeout_s: 600 },
  ),
  notify: workerLambda(
    Notify,
    "Nobody is told in the application what concerns them until the messages are redriven; none is told twice.",
    { tables: { soundcloud: ["get", "put", "update"], identity: ["query"] } },
    {
      subscribes: [
        SubmissionApproved,
        SubmissionRejected,
        AssignmentPublished,
        AssignmentCompleted,
        AssignmentFailed,
        AssignmentRefunded,
        QueuePublished,
        TierChanged,
        ConnectionLost,
        InquiryReceived,
        ComplaintReceived,
        CampaignCompleted,
        ScheduleFailed,
        DeadlinePassed,
      ],
    },
  ),
  "post-to-slack": workerLambda(
    PostToSlack,
    "Ops read in Slack late, or not at all, what they should know; the application tells them all the same.",
    { ...on("get", "put", "update"), vault: ["open"], calls: ["slack"], sends: [PostToSlack] },
    {
      max_concurrency: 2,
      subscribes: [InquiryReceived, ComplaintReceived, DeadlinePassed, ScheduleFailed, CampaignCompleted, QueuePublished],
    },
  ),
  "check-clocks": workerLambda(
    CheckClocks,
    "Ops are not told what has become late until the next hour's run; the worklist shows it all the same.",
    on("get", "get-many", "gsi1", "gsi4", "put", "update", "delete"),
    { batch_size: 1, timeout_s: 300 },
  ),
  "erase-person": workerLambda(
    ErasePerson,
    "People who erased their account stay in the network, and members who were erased leave texts behind.",
    {
      ...on("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update", "delete"),
      vault: ["open"],
      exports: "remove",
      sends: [ErasePerson],
    },
    { batch_size: 1, timeout_s: 600, subscribes: [PersonErased, MemberErasureOrdered] },
  ),
  "write-export": workerLambda(
    WriteExport,
    "Exports that were ordered fail: people wait for what is held about them, and ops for their lists.",
    { ...on("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update"), exports: "write" },
    { batch_size: 1, timeout_s: 600, subscribes: [ExportOrdered] },
  ),
  reconcile: workerLambda(
    RunReconciliation,
    "Differences between wallets, counters and their raw items go unnoticed.",
    { ...on("get", "get-many", "query", "gsi1", "gsi2", "gsi3", "put", "update"), sends: [RunReconciliation] },
    {
      batch_size: 1,
      timeout_s: 600,
      subscribes: [ReconciliationRequested],
      watches: [
        {
          name: "differences",
          metric: DIFFERENCES,
          at_least: 1,
          impact: "The books of an org do not add up: what members see of credits, counters or queues may be wrong.",
          advice: {
            broke: "A reconciliation found numbers that are kept on write and are not what their raw items say. Nothing was changed.",
            look: "The log of the function `soundcloud-reconcile`: the line `books differ` has org_id, reconciliation_id and the first differences; `GET /soundcloud/reconciliations/{reconciliation_id}/differences` has all of them. `wallet.last_hash` without `wallet.balance`: a ledger entry was altered by hand. Many subjects with one `check`: a fault of the code that keeps it, since the last deployment. One subject: a repair by hand, or a restore. Read what happened to the subject in the table's point-in-time copy and the bus's archive before anything is changed.",
            remedy:
              "Mend the cause first. Credits: never write to a wallet or ledger; post the correction with `POST /soundcloud/members/{member_id}/credits/adjust`, which leaves an entry. Mirrors: save the member's genres, avoid list or account again, which writes both sides. Counters: patch the item to `computed` under its version, and note who and why.",
            redrive:
              "Nothing waits. Order a run with `POST /soundcloud/reconciliations` and see that it finds nothing; the alarm ends a day after the last difference.",
          },
        },
      ],
    },
  ),
  automate: workerLambda(
    Automate,
    "Nobody is told by mail: no reconnect prompts, promotions, decisions or news of campaigns are queued.",
    { ...on("get", "query", "put", "update", "check"), sends: [SendEmail] },
    {
      subscribes: [
        SubmissionApproved,
        SubmissionRejected,
        AssignmentPublished,
        TierChanged,
        ConnectionLost,
        InquiryAdmitted,
        InquiryRejected,
        ComplaintReceived,
        CampaignWentLive,
        CampaignCompleted,
      ],
    },
  ),
  "send-email": workerLambda(
    SendEmail,
    "Queued mails of the network do not leave; they wait and are sent once each when it works again.",
    { ...on("get", "put", "update"), calls: ["resend"], sends: [SendEmail] },
    { max_concurrency: 2, subscribes: [MailOrdered] },
  ),
  "apply-mail-event": workerLambda(
    ApplyMailEvent,
    "What became of mails stays unknown, and addresses that bounced or complained are written to again.",
    on("get", "put", "update"),
    { subscribes: [MailEventReceived] },
  ),
  "send-digest": workerLambda(
    SendDigest,
    "An org's members miss their weekly digest until the message is repeated.",
    { ...on("get", "query", "gsi1", "put", "check"), sends: [SendEmail, SendDigest] },
    { batch_size: 1, timeout_s: 300 },
  ),

  "build-queues": scheduleLambda("0 6 * * ? *", "No org's queue for tomorrow is built.", { ...fanOut, sends: [BuildQueue] }),
  "grant-credits-monthly": scheduleLambda("0 0 1 * ? *", "No member gets the monthly credits until the schedule runs again; missed months are caught up.", {
    ...fanOut,
    sends: [GrantCredits],
  }),
  "run-campaigns-daily": scheduleLambda("0 5 * * ? *", "No campaign begins or ends by itself until the next day's run.", {
    ...fanOut,
    sends: [RunCampaigns],
  }),
  "check-assignments-hourly": scheduleLambda("5 * * * ? *", "Late proofs are not failed and taken-down reposts not refunded until the next run.", {
    ...fanOut,
    sends: [CheckAssignments],
  }),
  "verify-schedules-hourly": scheduleLambda("35 * * * ? *", "Schedules are not verified and lost call-backs not repaired until the next run.", {
    ...fanOut,
    sends: [VerifySchedules],
  }),
  "capture-snapshots-daily": scheduleLambda("15 0 * * ? *", "No track's counts of today are captured; they cannot be made up for tomorrow.", {
    ...fanOut,
    sends: [CaptureSnapshots],
  }),
  "refresh-followers-daily": scheduleLambda("45 0 * * ? *", "No member's followers of today are counted; they cannot be made up for tomorrow.", {
    ...fanOut,
    sends: [RefreshFollowers],
  }),
  "check-clocks-hourly": scheduleLambda("35 * * * ? *", "Ops are told late what has become late.", { ...fanOut, sends: [CheckClocks] }),
  "reconcile-nightly": scheduleLambda("0 3 * * ? *", "Nobody recomputes the books tonight.", { ...fanOut, sends: [RunReconciliation] }),
  "send-digests-weekly": scheduleLambda("0 8 ? * MON *", "No member gets the digest of the last week.", { ...fanOut, sends: [SendDigest] }),
  "sweep-outbox": scheduleLambda("0/5 * * * ? *", "Events that the stream missed stay unpublished.", { ...on("gsi4", "delete-many"), publishes: true }),
  outbox: streamLambda("soundcloud", "Events are not published: nothing that follows from a change happens until the sweep.", {
    ...on("get-many", "delete-many"),
    publishes: true,
  }),
});
