import { systemEntities } from "../kernel/system-entities.ts";
import { table } from "../kernel/table/table.ts";

/**
 * The storage of the repost network: one table. Its entities, each defined once in its own file:
 *
 * - settings/settings.ts            SoundcloudSettings
 * - taxonomy/                       GenreFamily, Subgenre
 * - party/                          Client, Salesperson
 * - member/                         Member, MemberAccount, MemberGenre, AvoidListItem, FollowerCount, FollowerFlag
 * - inquiry/inquiry.ts              Inquiry
 * - complaint/complaint.ts          Complaint
 * - notification/                 Notification, Inbox
 * - worklist/deadline-alert.ts      DeadlineAlert
 * - credit/                         Wallet, LedgerEntry, CampaignAccount
 * - submission/submission.ts        Submission
 * - campaign/campaign.ts            Campaign
 * - target/target-proposal.ts       TargetProposal
 * - queue/                          Queue, QueueSlot, QueueAssignment, SupportRecord
 * - import/                         Import, ImportRow
 * - attribution/                    AttributionSnapshot, AttributionTracking
 * - preview/track-preview.ts        TrackPreview
 * - reconcile/                      Reconciliation, ReconciliationDifference
 * - export/export.ts                Export
 * - planner/                        PlannerAccount, Schedule, PlannerEvent, Connection
 * - mail/                           EmailTemplate, AutomationTemplate, EmailLog, MailBody, AutomationLog, AutomationHealth,
 *                                   MailSuppression, MailEvent, MailRepeat
 * - slack/                          SlackStatus, SlackPost
 * - soundcloud/provider-token.ts    ProviderToken
 *
 * Indexes are generic: `gsi1` lists (by status, by date), `gsi2` dates and tiers, `gsi3` owners, `gsi4` work that is due.
 */
export const soundcloud = table("soundcloud", ["gsi1", "gsi2", "gsi3", "gsi4"], {
  globals: ["SoundcloudSettings.allOrgs", "ProviderToken", "JobRun", "Outbox.undelivered", "Idempotency", "RateWindow"],
});

export const soundcloudSystem = systemEntities(soundcloud);
