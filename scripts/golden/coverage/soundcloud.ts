import type { CoverageRow, CoverageSection } from "../coverage.ts";

const api = (name: string): string => `tests/api/soundcloud/${name}.test.ts`;
const job = (name: string): string => `tests/workers/soundcloud/${name}.test.ts`;
const unit = (name: string): string => `tests/unit/soundcloud/${name}.test.ts`;
const trust = (name: string): string => `tests/trust/${name}.test.ts`;
const event = (name: string): string => `soundcloud.${name}.v1`;
const IDENTITY = "tests/api/identity/memberships.test.ts";

const row = (name: string, served: readonly string[], shown: readonly string[], note?: string): CoverageRow => ({
  row: name,
  served,
  shown,
  ...(note === undefined ? {} : { note }),
});
const STATES = trust("state-machines");

const tables: readonly CoverageRow[] = [
  row("soundcloud_user_roles", ["GET /identity/user-roles", "PATCH /identity/memberships/{user_id}"], [IDENTITY, trust("policies")], "Roles of a membership: several per user and org; the last admin stays."),
  row("soundcloud_genre_families", ["GET /soundcloud/genre-families", "POST /soundcloud/genre-families", "PATCH /soundcloud/genre-families/{family_id}"], [api("genres")]),
  row("soundcloud_subgenres", ["GET /soundcloud/subgenres", "POST /soundcloud/subgenres", "PATCH /soundcloud/subgenres/{subgenre_id}", "POST /soundcloud/genres/classify"], [api("genres"), unit("taxonomy/classify")]),
  row("soundcloud_members", ["GET /soundcloud/members", "POST /soundcloud/members", "PATCH /soundcloud/members/{member_id}"], [api("members")], "Credit columns are read-only projections of the wallet."),
  row("soundcloud_member_accounts", ["GET /soundcloud/members/{member_id}/accounts", "PUT /soundcloud/members/{member_id}/accounts/{platform}", "GET /soundcloud/members/{member_id}/follower-counts", "soundcloud/refresh-followers"], [api("members"), job("refresh-followers"), unit("tier/implausible-jump")], "Each day's count of followers is kept."),
  row("soundcloud_member_genres", ["GET /soundcloud/members/{member_id}/genres", "POST /soundcloud/members/{member_id}/genres", "DELETE /soundcloud/members/{member_id}/genres/{genre_id}"], [api("members")], "A family without a subgenre is one choice as well, and unique."),
  row("soundcloud_avoid_list_items", ["GET /soundcloud/members/{member_id}/avoid-list-items", "POST /soundcloud/members/{member_id}/avoid-list-items", "DELETE /soundcloud/members/{member_id}/avoid-list-items/{item_id}"], [api("members"), unit("target/select")], "Holds in both directions; the reason is for ops."),
  row("soundcloud_member_import_history", ["GET /soundcloud/member-import-history", "GET /soundcloud/member-import-history/{import_id}", "GET /soundcloud/imports/{import_id}/rows", "soundcloud/process-import"], [job("import-members"), api("imports")], "The sums are equal and every row has an outcome."),
  row("soundcloud_submissions", ["POST /soundcloud/submissions", "GET /soundcloud/submissions", "PATCH /soundcloud/submissions/{submission_id}", "POST /soundcloud/schedules", "soundcloud/create-schedules", "soundcloud/send-email"], [api("submissions"), job("planned-submissions"), unit("planner/planned-days"), api("send-template")], "What Influence Planner and the mail service call its reposts and mails is kept in the transactions that make it true: the first hundred ids of each."),
  row("soundcloud_campaigns", ["POST /soundcloud/campaigns", "GET /soundcloud/campaigns", "PATCH /soundcloud/campaigns/{campaign_id}", "GET /soundcloud/campaigns/{campaign_id}/report", "POST /soundcloud/campaigns/{campaign_id}/remedy", "soundcloud/run-campaigns"], [api("campaigns"), job("campaigns"), unit("campaign/delivery"), trust("campaigns-simulated")], "Promise beside delivery; `ip_tracking_url` is what ops enter; a refund is recorded, and paid elsewhere."),
  row("soundcloud_queues", ["GET /soundcloud/queues", "GET /soundcloud/queues/{date}", "soundcloud/build-queue", "soundcloud/publish-queue"], [api("queues"), job("queues")]),
  row("soundcloud_queue_assignments", ["GET /soundcloud/queue-assignments", "PATCH /soundcloud/queue-assignments/{assignment_id}", "POST /soundcloud/queue-assignments/{assignment_id}/proof"], [api("assignments"), trust("policies")]),
  row("soundcloud_target_proposals", ["POST /soundcloud/submissions/{submission_id}/target-proposals", "POST /soundcloud/submissions/{submission_id}/target-proposals/{proposal_id}/apply", "POST /soundcloud/campaigns/{campaign_id}/target-proposals"], [api("targets"), api("campaigns"), unit("target/select")]),
  row("soundcloud_schedules", ["POST /soundcloud/schedules", "GET /soundcloud/schedules", "POST /soundcloud/schedules/{schedule_id}/cancel", "POST /soundcloud/schedules/{schedule_id}/retry", "soundcloud/create-schedules", "soundcloud/verify-schedules", event("schedule-failed")], [api("schedules"), job("create-schedules"), job("verify-schedules"), trust("planner")], "One per parent and channel. It moves no credits: `credits_allocated` stays 0."),
  row("soundcloud_repost_credit_wallet", ["GET /soundcloud/members/{member_id}/wallet"], [api("credits"), unit("credit/wallet-rules"), trust("ledger")]),
  row("soundcloud_repost_credit_ledger", ["GET /soundcloud/members/{member_id}/ledger", "POST /soundcloud/members/{member_id}/credits/adjust"], [api("credits"), trust("ledger")], "Append-only and chained; each reference once."),
  row("soundcloud_inquiries", ["POST /soundcloud/inquiries", "GET /soundcloud/inquiries", "PATCH /soundcloud/inquiries/{inquiry_id}", "POST /soundcloud/inquiries/{inquiry_id}/admit", event("inquiry-received"), event("inquiry-admitted"), event("inquiry-rejected")], [api("inquiries"), job("notify"), job("erase-person")], "An admission makes member, wallet and account in one transaction."),
  row("soundcloud_complaints", ["POST /soundcloud/complaints", "GET /soundcloud/complaints", "PATCH /soundcloud/complaints/{complaint_id}", "POST /soundcloud/complaints/{complaint_id}/take-up", "POST /soundcloud/complaints/{complaint_id}/finish", event("complaint-received")], [api("complaints"), job("notify"), job("erase-person")]),
  row("soundcloud_mail_events", ["POST /soundcloud/webhooks/resend", "soundcloud/apply-mail-event", "GET /soundcloud/mail-events"], [api("mail"), job("mail-events")], "Signed over the raw bytes, five minutes, once per message id; a message without an id is refused. Of no mail of ours: kept without an object."),
  row("soundcloud_email_templates", ["GET /soundcloud/email-templates", "POST /soundcloud/email-templates", "PATCH /soundcloud/email-templates/{email_template_id}", "DELETE /soundcloud/email-templates/{email_template_id}", "POST /soundcloud/email-templates/{email_template_id}/preview", "POST /soundcloud/email-templates/{email_template_id}/send", event("mail-ordered")], [api("mail"), api("send-template")], "Variables are declared and strict, HTML is escaped; sent by hand, once under retries."),
  row("soundcloud_email_logs", ["GET /soundcloud/email-logs", "GET /soundcloud/email-logs/{email_log_id}", "soundcloud/send-email"], [api("mail"), job("mail"), job("mail-events")], "Of automations and of what ops send by hand; listed by recipient, object or status."),
  row("soundcloud_notifications", ["GET /soundcloud/notifications", "POST /soundcloud/notifications", "GET /soundcloud/notifications/inbox", "POST /soundcloud/notifications/{notification_id}/read", "POST /soundcloud/notifications/read-all", "soundcloud/notify"], [api("notifications"), job("notify"), unit("notification/action-url")], "The count of unread ones is exact; kept for 90 days."),
  row("soundcloud_automation_templates", ["GET /soundcloud/automation-templates", "POST /soundcloud/automation-templates", "PATCH /soundcloud/automation-templates/{automation_template_id}", "DELETE /soundcloud/automation-templates/{automation_template_id}", "soundcloud/provision-org", "soundcloud/automate"], [api("mail"), job("mail")], "An org begins with the four."),
  row("soundcloud_automation_logs", ["GET /soundcloud/automation-logs", "soundcloud/automate", "soundcloud/send-email"], [api("mail"), job("mail"), job("mail-events")], "One per event, template and recipient, with the message id of the mail's log."),
  row("soundcloud_automation_health", ["GET /soundcloud/automation-health", "PATCH /soundcloud/automation-health/{automation_health_id}", "soundcloud/send-email"], [api("mail"), job("mail"), unit("mail/mail-status")]),
  row("soundcloud_attribution_snapshots", ["soundcloud/capture-snapshots-daily", "soundcloud/capture-snapshots", "GET /soundcloud/campaigns/{campaign_id}/metrics", "GET /soundcloud/submissions/{submission_id}/metrics"], [job("capture-snapshots"), api("attribution"), trust("attribution")], "`day_index` is reckoned from the baseline, null without one; a hidden count is null."),
  row("soundcloud_integration_status", ["GET /soundcloud/connections", "GET /soundcloud/members/{member_id}/connections", "POST /soundcloud/members/{member_id}/connections/{platform}/disconnect", "soundcloud/apply-planner-event", event("connection-lost")], [job("apply-planner-event"), job("mail")], "One mail per episode."),
  row("soundcloud_settings", ["GET /soundcloud/settings", "PATCH /soundcloud/settings", "soundcloud/provision-org"], [api("settings"), job("provision-org")], "One item per org."),
  row("soundcloud_clients", ["GET /soundcloud/clients", "POST /soundcloud/clients", "PATCH /soundcloud/clients/{client_id}"], [api("parties"), job("import")]),
  row("soundcloud_salespersons", ["GET /soundcloud/salespersons", "POST /soundcloud/salespersons", "PATCH /soundcloud/salespersons/{salesperson_id}"], [api("parties"), job("import")]),
];

const enums: readonly CoverageRow[] = [
  row("soundcloud_app_role", ["PATCH /identity/memberships/{user_id}"], [IDENTITY, trust("policies")]),
  row("soundcloud_member_status", ["PUT /soundcloud/members/{member_id}/accounts/{platform}", "POST /soundcloud/members/{member_id}/connections/{platform}/disconnect", "soundcloud/apply-planner-event"], [api("members"), job("apply-planner-event")], "Follows the SoundCloud account."),
  row("soundcloud_size_tier", ["PUT /soundcloud/members/{member_id}/accounts/{platform}", "soundcloud/refresh-followers", event("tier-changed")], [unit("tier/tier"), api("members"), job("refresh-followers")]),
  row("soundcloud_submission_status", ["POST /soundcloud/submissions/{submission_id}/approve", "POST /soundcloud/submissions/{submission_id}/reject", "POST /soundcloud/submissions/{submission_id}/flag"], [api("submissions"), STATES]),
  row("soundcloud_inquiry_status", ["POST /soundcloud/inquiries/{inquiry_id}/admit", "POST /soundcloud/inquiries/{inquiry_id}/reject", "POST /soundcloud/inquiries/{inquiry_id}/reopen"], [api("inquiries"), STATES]),
  row("soundcloud_complaint_status", ["POST /soundcloud/complaints/{complaint_id}/take-up", "POST /soundcloud/complaints/{complaint_id}/finish"], [api("complaints"), STATES]),
  row("soundcloud_target_band_mode", ["POST /soundcloud/submissions/{submission_id}/target-proposals", "PATCH /soundcloud/settings"], [unit("target/select"), api("targets"), api("settings")], "Of the request, else of the submission, else of the settings; the tests show the request's."),
  row("soundcloud_notification_type", ["POST /soundcloud/notifications", "soundcloud/notify"], [api("notifications"), job("notify")]),
  row("soundcloud_campaign_status", ["POST /soundcloud/campaigns/{campaign_id}/draft", "POST /soundcloud/campaigns/{campaign_id}/schedule", "POST /soundcloud/campaigns/{campaign_id}/go-live", "POST /soundcloud/campaigns/{campaign_id}/pause", "POST /soundcloud/campaigns/{campaign_id}/resume", "POST /soundcloud/campaigns/{campaign_id}/complete", "soundcloud/run-campaigns"], [api("campaigns"), job("campaigns"), STATES]),
  row("soundcloud_schedule_status", ["POST /soundcloud/schedules/{schedule_id}/cancel", "POST /soundcloud/schedules/{schedule_id}/retry", "soundcloud/create-schedules", "soundcloud/apply-planner-event", "soundcloud/verify-schedules"], [job("apply-planner-event"), job("create-schedules"), job("verify-schedules"), STATES], "A late call-back also completes a failed one."),
  row("soundcloud_connection_status", ["PUT /soundcloud/members/{member_id}/accounts/{platform}", "POST /soundcloud/members/{member_id}/connections/{platform}/disconnect", "soundcloud/apply-planner-event"], [api("members"), job("apply-planner-event")]),
  row("soundcloud_automation_status", ["GET /soundcloud/automation-logs", "soundcloud/apply-mail-event"], [unit("mail/mail-status"), job("mail-events"), api("mail")], "A complaint counts as bounced, a mail held back as failed; missing while it waits."),
  row("queue: draft, approved, published", ["POST /soundcloud/queues/{date}/approve", "POST /soundcloud/queues/{date}/undo-approval", "POST /soundcloud/queues/{date}/publish"], [api("queues"), STATES]),
  row("assignment: assigned, completed, skipped, failed", ["POST /soundcloud/queue-assignments/{assignment_id}/skip", "POST /soundcloud/queue-assignments/{assignment_id}/fail", "soundcloud/check-assignments"], [api("assignments"), job("check-assignments"), STATES]),
  row("import: pending, processing, completed, failed", ["POST /soundcloud/imports/{import_id}/start", "soundcloud/process-import"], [job("import"), job("import-members"), STATES]),
  row("export: pending, processing, completed, failed", ["POST /soundcloud/exports", "soundcloud/write-export"], [job("write-list-export"), job("write-export"), STATES]),
  row("health: healthy, warning, error, disabled", ["GET /soundcloud/automation-health", "PATCH /soundcloud/automation-health/{automation_health_id}"], [unit("mail/mail-status"), api("mail"), job("mail")]),
];

const functions: readonly CoverageRow[] = [
  row("has_role", ["GET /identity/has-role"], [IDENTITY, trust("policies")]),
  row("get_user_roles", ["GET /identity/user-roles"], [IDENTITY, trust("policies")]),
  row("get_member_id_for_user", ["GET /soundcloud/member-id"], [api("members")], "The user's verified address among all addresses of members, whatever the case."),
  row("check_user_is_member", ["POST /soundcloud/check-user-is-member"], [api("members"), trust("policies")], "For ops only, so that nobody probes for addresses."),
  row("get_member_for_user", ["GET /soundcloud/members/by-email", "GET /soundcloud/members/me"], [api("members")]),
  row("update_automation_health", ["soundcloud/send-email", "PATCH /soundcloud/automation-health/{automation_health_id}"], [job("mail"), unit("mail/mail-status"), api("mail")], "Each mail that is handed over or refused is a run, counted in its transaction."),
  row("update_updated_at_column", ["shared/kernel/table/writes.ts"], ["tests/integration/kernel/table/entity.test.ts"], "The data layer sets `updated_at` on every write."),
];

const POLICIES = [trust("policies"), trust("authorization")];
const policies: readonly CoverageRow[] = [
  row("user roles: view own; admins manage all", ["GET /identity/user-roles", "PATCH /identity/memberships/{user_id}"], POLICIES),
  row("genres: all view; admins manage", ["GET /soundcloud/genre-families", "PATCH /soundcloud/subgenres/{subgenre_id}"], POLICIES),
  row("members: view own; ops manage", ["GET /soundcloud/members/{member_id}", "PATCH /soundcloud/members/{member_id}"], POLICIES, "None is deleted: an admin erases."),
  row("submissions: view and create own; ops manage", ["POST /soundcloud/submissions", "PATCH /soundcloud/submissions/{submission_id}"], POLICIES),
  row("inquiries: ops", ["GET /soundcloud/inquiries", "PATCH /soundcloud/inquiries/{inquiry_id}"], [...POLICIES, api("inquiries")]),
  row("complaints: ops", ["GET /soundcloud/complaints", "PATCH /soundcloud/complaints/{complaint_id}"], [...POLICIES, api("complaints")]),
  row("mail events: ops read", ["GET /soundcloud/mail-events"], [...POLICIES, api("mail")], "No route changes one."),
  row("settings: admins", ["GET /soundcloud/settings", "PATCH /soundcloud/settings"], POLICIES),
  row("queues: ops manage; members see published ones", ["GET /soundcloud/queues/{date}"], POLICIES, "A draft is 404 for members."),
  row("queue assignments: ops manage; view own; own status and proof", ["PATCH /soundcloud/queue-assignments/{assignment_id}"], POLICIES, "`credits_allocated` is 403 for everybody."),
  row("notifications: own; ops manage", ["GET /soundcloud/notifications", "POST /soundcloud/notifications", "POST /soundcloud/notifications/{notification_id}/read"], [...POLICIES, api("notifications")], "Ops write, see and mark anybody's; no route changes or removes one."),
  row("email templates: admins manage; moderators view", ["GET /soundcloud/email-templates", "POST /soundcloud/email-templates", "PATCH /soundcloud/email-templates/{email_template_id}"], [...POLICIES, api("mail")], "Automations alike."),
  row("all other tables: by org", ["shared/kernel/table/table.ts"], [trust("isolation"), trust("authorization"), "tests/recorded/keys.test.ts"]),
];

const flows: readonly CoverageRow[] = [
  row("member submission 1: submit", ["POST /soundcloud/submissions", event("submission-created")], [api("submissions")], "No test looks at the event, and nothing follows from it."),
  row("member submission 2: review", ["POST /soundcloud/submissions/{submission_id}/review", "POST /soundcloud/submissions/{submission_id}/approve", event("submission-approved")], [api("submissions"), job("resolve-track")]),
  row("member submission 3: target builder", ["POST /soundcloud/submissions/{submission_id}/target-proposals"], [api("targets")]),
  row("member submission 4: queue", ["soundcloud/build-queues", "soundcloud/build-queue", event("queue-built")], [job("queues"), trust("queues")]),
  row("member submission 5: reposts and proof", ["POST /soundcloud/queue-assignments/{assignment_id}/proof", "soundcloud/verify-proof", event("assignment-completed")], [api("assignments"), job("verify-proof")]),
  row("member submission 6: credits", ["soundcloud/verify-proof", "soundcloud/check-assignments"], [job("verify-proof"), job("check-assignments"), trust("ledger")]),
  row("paid campaign 1-3: intake, draft, targets", ["POST /soundcloud/campaigns", "POST /soundcloud/campaigns/{campaign_id}/draft", "POST /soundcloud/campaigns/{campaign_id}/target-proposals"], [api("campaigns"), job("campaigns")]),
  row("paid campaign 4: baseline", ["soundcloud/capture-snapshots", "POST /soundcloud/campaigns/{campaign_id}/baseline", event("campaign-scheduled")], [job("capture-snapshots"), api("attribution"), api("campaigns")], "Without it a campaign does not go live."),
  row("paid campaign 5: schedule", ["POST /soundcloud/schedules", "soundcloud/create-schedules", "soundcloud/apply-planner-event"], [api("schedules"), job("create-schedules"), job("apply-planner-event")], "Ops choose what goes to Influence Planner; the queues carry the rest, and only they count as verified reposts."),
  row("paid campaign 6 and 8: live, completed", ["soundcloud/run-campaigns-daily", "soundcloud/run-campaigns", "POST /soundcloud/campaigns/{campaign_id}/go-live", "POST /soundcloud/campaigns/{campaign_id}/complete", event("campaign-went-live"), event("campaign-completed")], [api("campaigns"), job("campaigns")]),
  row("paid campaign 7: daily snapshots", ["soundcloud/capture-snapshots-daily", "soundcloud/capture-snapshots"], [job("capture-snapshots"), trust("attribution")]),
  row("credits 1: wallet with the member", ["POST /soundcloud/members", "POST /soundcloud/inquiries/{inquiry_id}/admit", "soundcloud/process-import"], [api("members"), api("inquiries"), job("import-members")]),
  row("credits 2: monthly grant", ["soundcloud/grant-credits-monthly", "soundcloud/grant-credits"], [job("grant-credits"), trust("grants")]),
  row("credits 3-4: submission, support", ["POST /soundcloud/submissions", "soundcloud/publish-queue"], [api("submissions"), job("queues")]),
  row("credits 5-6: ledger and balance", ["GET /soundcloud/members/{member_id}/ledger", "GET /soundcloud/members/{member_id}/wallet"], [api("credits"), trust("ledger")]),
  row("email 1-6: trigger, template, mail, webhook, opening, health", ["soundcloud/automate", "soundcloud/send-email", "POST /soundcloud/webhooks/resend", "soundcloud/apply-mail-event", "GET /soundcloud/automation-logs", "GET /soundcloud/automation-health"], [job("mail"), job("mail-events"), api("mail")]),
];

const queries: readonly CoverageRow[] = [
  row("credit balance of a member", ["GET /soundcloud/members/{member_id}/wallet"], [api("credits")]),
  row("recent submissions of a member", ["GET /soundcloud/submissions"], [api("submissions")], "`member_id` and `limit=10`, newest first, with the member's name."),
  row("today's published assignments by position", ["GET /soundcloud/queue-assignments"], [api("assignments")]),
  row("campaign metrics by day", ["GET /soundcloud/campaigns/{campaign_id}/metrics"], [api("attribution")]),
  row("daily deltas", ["GET /soundcloud/campaigns/{campaign_id}/daily-deltas", "GET /soundcloud/submissions/{submission_id}/daily-deltas"], [unit("attribution/daily-deltas"), api("attribution")]),
];

const more: readonly CoverageRow[] = [
  row("tier system: automatic, configurable, more grants", ["PUT /soundcloud/members/{member_id}/accounts/{platform}", "soundcloud/refresh-followers-daily", "PATCH /soundcloud/settings"], [unit("tier/tier"), api("members"), job("refresh-followers")]),
  row("target builder: adjacency, capacity, conflicts, balance, size", ["POST /soundcloud/submissions/{submission_id}/target-proposals"], [unit("target/select"), unit("target/score"), api("targets")]),
  row("queue: daily, approval, publication, proof", ["soundcloud/build-queues", "POST /soundcloud/queues/{date}/approve", "soundcloud/publish-queue"], [job("queues"), unit("queue/assign"), trust("queues")]),
  row("Influence Planner: create, webhook, proof, two-way status", ["PUT /soundcloud/influence-planner", "soundcloud/create-schedules", "POST /soundcloud/webhooks/influence-planner/{org_id}", "soundcloud/apply-planner-event", "soundcloud/verify-schedules-hourly", "GET /soundcloud/planner-events"], [job("create-schedules"), job("apply-planner-event"), job("verify-schedules"), trust("planner")], "It has no call to list or cancel: a person cancels there, and SoundCloud's reposters repair lost call-backs."),
  row("import script and statistics", ["POST /soundcloud/imports", "soundcloud/process-import", "scripts/import.ts"], [unit("import/answer-key"), unit("import/script"), job("import-sample"), trust("import")], "2,149 rows = 865 imported + 1,284 skipped + 0 errors."),
  row("exports of members, submissions, ledger and campaigns", ["POST /soundcloud/exports", "GET /soundcloud/exports/{export_id}", "soundcloud/write-export"], [job("write-list-export"), "tests/unit/kernel/export/csv-document.test.ts", api("exports")]),
  row("what is held about a person", ["POST /soundcloud/exports", "soundcloud/write-export", "soundcloud/erase-person"], [job("write-export"), job("erase-person")]),
  row("realtime notifications", ["GET /soundcloud/notifications"], [api("notifications"), job("notify")], "Polled with `after`, which misses none and repeats none; nothing is pushed."),
  row("clocks: decision, proof, inactivity, preview cache, Slack", ["GET /soundcloud/worklist", "soundcloud/check-clocks-hourly", "soundcloud/check-assignments-hourly", "GET /soundcloud/track-previews", event("deadline-passed"), "soundcloud/post-to-slack"], [job("check-clocks"), job("check-assignments"), job("track-previews"), api("submissions"), api("members"), api("targets")], "Proposals that expire and parked call-backs are listed, too."),
  row("what ops should know, in Slack", ["GET /soundcloud/slack", "POST /soundcloud/slack/test", "soundcloud/post-to-slack"], [job("post-to-slack"), api("slack")], "At least once; refusals are shown with Slack's own word."),
  row("reconciliation: wallets and ledger, slots and assignments, counters and items", ["POST /soundcloud/reconciliations", "soundcloud/reconcile-nightly", "soundcloud/reconcile"], [job("reconcile"), api("reconciliations"), job("campaigns"), job("notify")], "Also verified reposts and unread notifications."),
];

const contradictions: readonly CoverageRow[] = [
  row("C-004-1 two credit systems", ["GET /soundcloud/members/{member_id}"], [api("members"), job("reconcile")], "Wallet and ledger are the only truth."),
  row("C-004-2 reach and credits", ["PATCH /soundcloud/settings"], [unit("credit/price"), unit("target/reach")], "Two units; `reach_per_credit` 2,000."),
  row("C-004-3 grants and caps", ["PATCH /soundcloud/settings"], [unit("tier/tier"), api("members")], "The cap is three grants."),
  row("C-004-4 cap and earning", ["soundcloud/verify-proof"], [unit("credit/wallet-rules"), unit("credit/wallet-rules.model")], "Earned above the cap is held."),
  row("C-004-5 tier boundaries", ["PATCH /soundcloud/settings"], [unit("tier/tier"), api("settings")], "The lower bound belongs to the tier."),
  row("C-004-6 which followers", ["PUT /soundcloud/members/{member_id}/accounts/{platform}"], [api("members")], "The SoundCloud account's."),
  row("C-004-7 when credits are deducted", ["soundcloud/publish-queue", "soundcloud/verify-proof"], [job("queues"), job("verify-proof")], "Reserved at publication, settled when verified."),
  row("C-004-8 reason and reference_type", ["GET /soundcloud/members/{member_id}/ledger"], [api("credits"), unit("credit/wallet-rules")]),
  row("C-004-9 a new wallet", ["POST /soundcloud/members"], [api("members"), trust("grants")], "Opens with this month's grant."),
  row("C-004-10 change of tier", ["PUT /soundcloud/members/{member_id}/accounts/{platform}"], [api("members"), unit("credit/wallet-rules")]),
  row("C-004-11 counts", ["scripts/golden/coverage/soundcloud.ts"], ["tests/unit/scripts/coverage.test.ts"], "28 tables and two that are only named, 12 enums, 7 functions."),
  row("C-004-12 unique per org", ["POST /soundcloud/genre-families", "POST /soundcloud/email-templates", "POST /soundcloud/automation-templates", "GET /soundcloud/settings"], [api("genres"), api("mail"), trust("isolation")]),
  row("C-004-13 mail statuses", ["GET /soundcloud/email-logs", "GET /soundcloud/automation-logs", "GET /soundcloud/mail-events"], [unit("mail/mail-status"), job("mail-events")], "One superset, and `suppressed` in it, never back; the log of automations shows its part."),
  row("C-004-14 object types of mails", ["GET /soundcloud/email-logs", "GET /soundcloud/mail-events"], [job("mail"), api("mail")], "All six are taken; no mail is made about a notification."),
  row("C-004-15 QA flag", ["POST /soundcloud/submissions/{submission_id}/flag"], [api("submissions"), job("write-list-export")], "A status; the column of the export follows from it."),
  row("C-004-16 two template tables, two logs", ["soundcloud/automate", "POST /soundcloud/email-templates/{email_template_id}/send", "soundcloud/send-email", "GET /soundcloud/email-logs", "GET /soundcloud/automation-logs"], [job("mail"), api("mail"), api("send-template")], "One sender, and one message id in both logs."),
  row("C-004-17 proposals", ["GET /soundcloud/submissions/{submission_id}/target-proposals", "GET /soundcloud/campaigns/{campaign_id}/target-proposals"], [api("targets"), api("campaigns"), job("queues")], "The latest live one counts; the others are kept."),
  row("C-004-18 inquiries of members", ["POST /soundcloud/inquiries/{inquiry_id}/admit", "GET /soundcloud/inquiries"], [api("inquiries")], "None or one admitted inquiry per member; imported members have none."),
  row("C-004-19 paid campaigns and credits", ["GET /soundcloud/campaign-account"], [api("credits"), job("campaigns"), job("reconcile")], "The org's campaign account pays."),
  row("C-004-20 support_date and scheduled_date", ["GET /soundcloud/submissions/{submission_id}", "soundcloud/create-schedules", "soundcloud/apply-planner-event", "soundcloud/build-queue"], [unit("submission/shift"), job("planned-submissions"), job("queues")], "A difference is shown as `shift_days`, `auto_shifted` and `shift_reason`."),
  row("C-004-21 address of a track", ["POST /soundcloud/submissions"], [unit("track-url")]),
  row("C-004-22 inactivity", ["GET /soundcloud/members/{member_id}", "GET /soundcloud/worklist"], [api("members"), job("check-clocks")], "Derived; no status of its own."),
  row("C-004-23 two gates", ["POST /soundcloud/submissions"], [api("submissions")], "Both must pass."),
  row("C-004-24 queue status", ["POST /soundcloud/queues/{date}/undo-approval"], [api("queues"), STATES]),
  row("C-004-25 campaign status", ["POST /soundcloud/campaigns/{campaign_id}/pause", "POST /soundcloud/campaigns/{campaign_id}/resume"], [api("campaigns"), STATES], "A pause is of a live or scheduled campaign and returns there; completed is final."),
  row("C-004-26 reach factor", ["PATCH /soundcloud/members/{member_id}", "PATCH /soundcloud/settings"], [unit("credit/price"), api("settings")], "The member's, else the settings'; no test gives a member their own."),
  row("C-004-27 isolation", ["shared/kernel/table/table.ts"], [trust("isolation"), trust("authorization")]),
  row("C-004-28 deltas", ["GET /soundcloud/campaigns/{campaign_id}/daily-deltas"], [unit("attribution/daily-deltas"), api("attribution")], "Gaps, counters that fell and hidden counts are told; nothing without a baseline."),
  row("C-004-29 net_credits and credits_balance", ["GET /soundcloud/members/{member_id}"], [api("members")]),
  row("C-004-30 credits_consumed", ["GET /soundcloud/submissions/{submission_id}"], [job("verify-proof"), job("check-assignments")], "Settled less refunded."),
  row("C-004-31 demotion with open reservations", ["PUT /soundcloud/members/{member_id}/accounts/{platform}"], [unit("credit/wallet-rules"), unit("credit/wallet-rules.model")], "The lower cap waits."),
  row("C-004-32 SoundCloud's terms", ["README.md"], [unit("queue/assign"), unit("target/select")], "Pacing limits, no repost twice, and a notice."),
];

export const soundcloudCoverage: readonly CoverageSection[] = [
  { title: "Tables", rows: tables },
  { title: "Enums and statuses", rows: enums },
  { title: "Functions", rows: functions },
  { title: "Policies", rows: policies },
  { title: "Flows", rows: flows },
  { title: "Queries", rows: queries },
  { title: "Systems and integrations", rows: more },
  { title: "Contradictions and how they are resolved", rows: contradictions },
];
