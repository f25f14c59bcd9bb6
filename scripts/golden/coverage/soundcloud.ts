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
/** What is still to come: `served` and `shown` have what is there already. */
const later = (name: string, not_yet: string, served: readonly string[] = [], shown: readonly string[] = [], note?: string): CoverageRow => ({
  ...row(name, served, shown, note),
  not_yet,
});

const MAIL = "mail of the network is being built";
const PLANNER = "the integration with Influence Planner is being built";
const CAMPAIGNS = "campaigns are being built; the item and its events are there";
const ATTRIBUTION = "attribution is being built";
const PEOPLE = "inquiries, complaints and notifications are being built";

const tables: readonly CoverageRow[] = [
  row("soundcloud_user_roles", ["GET /identity/user-roles", "PATCH /identity/memberships/{user_id}"], [IDENTITY, trust("policies")], "Roles of a membership: several per user and org; the last admin stays."),
  row("soundcloud_genre_families", ["GET /soundcloud/genre-families", "POST /soundcloud/genre-families", "PATCH /soundcloud/genre-families/{family_id}"], [api("genres")]),
  row("soundcloud_subgenres", ["GET /soundcloud/subgenres", "POST /soundcloud/subgenres", "POST /soundcloud/genres/classify"], [api("genres"), unit("taxonomy/classify")]),
  row("soundcloud_members", ["GET /soundcloud/members", "POST /soundcloud/members", "PATCH /soundcloud/members/{member_id}"], [api("members")], "Credit columns are read-only projections of the wallet."),
  row("soundcloud_member_accounts", ["GET /soundcloud/members/{member_id}/accounts", "PUT /soundcloud/members/{member_id}/accounts/{platform}"], [api("members")]),
  row("soundcloud_member_genres", ["GET /soundcloud/members/{member_id}/genres", "POST /soundcloud/members/{member_id}/genres", "DELETE /soundcloud/members/{member_id}/genres/{genre_id}"], [api("members")], "A family without a subgenre is one choice as well, and unique."),
  row("soundcloud_avoid_list_items", ["GET /soundcloud/members/{member_id}/avoid-list-items", "POST /soundcloud/members/{member_id}/avoid-list-items"], [api("members"), unit("target/select")], "Holds in both directions; the reason is for ops."),
  row("soundcloud_member_import_history", ["GET /soundcloud/member-import-history", "GET /soundcloud/member-import-history/{import_id}", "GET /soundcloud/imports/{import_id}/rows", "soundcloud/process-import"], [job("import-members"), api("imports")], "The sums are equal and every row has an outcome."),
  row("soundcloud_submissions", ["POST /soundcloud/submissions", "GET /soundcloud/submissions", "PATCH /soundcloud/submissions/{submission_id}"], [api("submissions")]),
  later("soundcloud_campaigns", CAMPAIGNS, [event("campaign-scheduled"), event("campaign-went-live"), event("campaign-completed")]),
  row("soundcloud_queues", ["GET /soundcloud/queues", "GET /soundcloud/queues/{date}", "soundcloud/build-queue", "soundcloud/publish-queue"], [api("queues"), job("queues")]),
  row("soundcloud_queue_assignments", ["GET /soundcloud/queue-assignments", "PATCH /soundcloud/queue-assignments/{assignment_id}", "POST /soundcloud/queue-assignments/{assignment_id}/proof"], [api("assignments"), trust("policies")]),
  row("soundcloud_target_proposals", ["POST /soundcloud/submissions/{submission_id}/target-proposals", "POST /soundcloud/submissions/{submission_id}/target-proposals/{proposal_id}/apply"], [api("targets"), unit("target/select")]),
  later("soundcloud_schedules", PLANNER, [event("schedule-failed")]),
  row("soundcloud_repost_credit_wallet", ["GET /soundcloud/members/{member_id}/wallet"], [api("credits"), unit("credit/wallet-rules"), trust("ledger")]),
  row("soundcloud_repost_credit_ledger", ["GET /soundcloud/members/{member_id}/ledger", "POST /soundcloud/members/{member_id}/credits/adjust"], [api("credits"), trust("ledger")], "Append-only and chained; each reference once."),
  later("soundcloud_inquiries", PEOPLE, [event("inquiry-received"), event("inquiry-admitted"), event("inquiry-rejected")]),
  later("soundcloud_complaints", PEOPLE, [event("complaint-received")]),
  later("soundcloud_mail_events", MAIL),
  later("soundcloud_email_templates", MAIL),
  later("soundcloud_email_logs", MAIL),
  later("soundcloud_notifications", PEOPLE),
  later("soundcloud_automation_templates", MAIL),
  later("soundcloud_automation_logs", MAIL),
  later("soundcloud_automation_health", MAIL),
  later("soundcloud_attribution_snapshots", ATTRIBUTION),
  later("soundcloud_integration_status", PLANNER, [event("connection-lost")]),
  row("soundcloud_settings", ["GET /soundcloud/settings", "PATCH /soundcloud/settings", "soundcloud/provision-org"], [api("settings"), job("provision-org")], "One item per org."),
  row("soundcloud_clients", ["GET /soundcloud/clients", "POST /soundcloud/clients", "PATCH /soundcloud/clients/{client_id}"], [api("parties"), job("import")]),
  row("soundcloud_salespersons", ["GET /soundcloud/salespersons", "POST /soundcloud/salespersons", "PATCH /soundcloud/salespersons/{salesperson_id}"], [api("parties"), job("import")]),
];

const STATES = trust("state-machines");
const enums: readonly CoverageRow[] = [
  row("soundcloud_app_role", ["PATCH /identity/memberships/{user_id}"], [IDENTITY, trust("policies")]),
  row("soundcloud_member_status", ["PUT /soundcloud/members/{member_id}/accounts/{platform}"], [api("members")], "Follows the SoundCloud account."),
  row("soundcloud_size_tier", ["PUT /soundcloud/members/{member_id}/accounts/{platform}", event("tier-changed")], [unit("tier/tier"), api("members")]),
  row("soundcloud_submission_status", ["POST /soundcloud/submissions/{submission_id}/approve", "POST /soundcloud/submissions/{submission_id}/reject", "POST /soundcloud/submissions/{submission_id}/flag"], [api("submissions"), STATES]),
  later("soundcloud_inquiry_status", PEOPLE),
  later("soundcloud_complaint_status", PEOPLE),
  row("soundcloud_target_band_mode", ["POST /soundcloud/submissions/{submission_id}/target-proposals"], [unit("target/select"), api("targets")]),
  later("soundcloud_notification_type", PEOPLE),
  later("soundcloud_campaign_status", CAMPAIGNS, ["shared/soundcloud/campaign/campaign.ts"], [STATES]),
  later("soundcloud_schedule_status", PLANNER),
  row("soundcloud_connection_status", ["PUT /soundcloud/members/{member_id}/accounts/{platform}"], [api("members")]),
  later("soundcloud_automation_status", MAIL),
  row("queue: draft, approved, published", ["POST /soundcloud/queues/{date}/approve", "POST /soundcloud/queues/{date}/undo-approval", "POST /soundcloud/queues/{date}/publish"], [api("queues"), STATES]),
  row("assignment: assigned, completed, skipped, failed", ["POST /soundcloud/queue-assignments/{assignment_id}/skip", "POST /soundcloud/queue-assignments/{assignment_id}/fail", "soundcloud/check-assignments"], [api("assignments"), job("check-assignments"), STATES]),
  row("import: pending, processing, completed, failed", ["POST /soundcloud/imports/{import_id}/start", "soundcloud/process-import"], [job("import"), job("import-members"), STATES]),
  row("export: pending, processing, completed, failed", ["POST /soundcloud/exports", "soundcloud/write-export"], [job("write-list-export"), job("write-export"), STATES]),
  later("health: healthy, warning, error, disabled", MAIL),
];

const functions: readonly CoverageRow[] = [
  row("has_role", ["GET /identity/has-role"], [IDENTITY, trust("policies")]),
  row("get_user_roles", ["GET /identity/user-roles"], [IDENTITY, trust("policies")]),
  row("get_member_id_for_user", ["GET /soundcloud/member-id"], [api("members")], "Any verified address of the user among all addresses of members, whatever the case."),
  row("check_user_is_member", ["POST /soundcloud/check-user-is-member"], [api("members"), trust("policies")], "For ops only, so that nobody probes for addresses."),
  row("get_member_for_user", ["GET /soundcloud/members/by-email", "GET /soundcloud/members/me"], [api("members")]),
  later("update_automation_health", MAIL),
  row("update_updated_at_column", ["shared/kernel/table/writes.ts"], ["tests/integration/kernel/table/entity.test.ts"], "The data layer sets `updated_at` on every write."),
];

const POLICIES = [trust("policies"), trust("authorization")];
const policies: readonly CoverageRow[] = [
  row("user roles: view own; admins manage all", ["GET /identity/user-roles", "PATCH /identity/memberships/{user_id}"], POLICIES),
  row("genres: all view; admins manage", ["GET /soundcloud/genre-families", "PATCH /soundcloud/subgenres/{subgenre_id}"], POLICIES),
  row("members: view own; ops manage", ["GET /soundcloud/members/{member_id}", "PATCH /soundcloud/members/{member_id}"], POLICIES),
  row("submissions: view and create own; ops manage", ["POST /soundcloud/submissions", "PATCH /soundcloud/submissions/{submission_id}"], POLICIES),
  later("inquiries: ops", PEOPLE),
  later("complaints: ops", PEOPLE),
  later("mail events: ops read", MAIL),
  row("settings: admins", ["GET /soundcloud/settings", "PATCH /soundcloud/settings"], POLICIES),
  row("queues: ops manage; members see published ones", ["GET /soundcloud/queues/{date}"], POLICIES, "A draft is 404 for members."),
  row("queue assignments: ops manage; view own; own status and proof", ["PATCH /soundcloud/queue-assignments/{assignment_id}"], POLICIES, "`credits_allocated` is 403 for everybody."),
  later("notifications: own; ops manage", PEOPLE),
  later("email templates: admins manage; moderators view", MAIL),
  row("all other tables: by org", ["shared/kernel/table/table.ts"], [trust("isolation"), trust("authorization"), "tests/recorded/keys.test.ts"]),
];

const flows: readonly CoverageRow[] = [
  row("member submission 1: submit", ["POST /soundcloud/submissions", event("submission-created")], [api("submissions")]),
  row("member submission 2: review", ["POST /soundcloud/submissions/{submission_id}/review", "POST /soundcloud/submissions/{submission_id}/approve", event("submission-approved")], [api("submissions"), job("resolve-track")]),
  row("member submission 3: target builder", ["POST /soundcloud/submissions/{submission_id}/target-proposals"], [api("targets")]),
  row("member submission 4: queue", ["soundcloud/build-queues", "soundcloud/build-queue", event("queue-built")], [job("queues"), trust("queues")]),
  row("member submission 5: reposts and proof", ["POST /soundcloud/queue-assignments/{assignment_id}/proof", "soundcloud/verify-proof", event("assignment-completed")], [api("assignments"), job("verify-proof")]),
  row("member submission 6: credits", ["soundcloud/verify-proof", "soundcloud/check-assignments"], [job("verify-proof"), job("check-assignments"), trust("ledger")]),
  later("paid campaign 1-3: intake, draft, targets", CAMPAIGNS),
  later("paid campaign 4: baseline", ATTRIBUTION),
  later("paid campaign 5: schedule", PLANNER),
  later("paid campaign 6 and 8: live, completed", CAMPAIGNS, [event("campaign-went-live"), event("campaign-completed")]),
  later("paid campaign 7: daily snapshots", ATTRIBUTION),
  row("credits 1: wallet with the member", ["POST /soundcloud/members"], [api("members"), job("import-members")]),
  row("credits 2: monthly grant", ["soundcloud/grant-credits-monthly", "soundcloud/grant-credits"], [job("grant-credits"), trust("grants")]),
  row("credits 3-4: submission, support", ["POST /soundcloud/submissions", "soundcloud/publish-queue"], [api("submissions"), job("queues")]),
  row("credits 5-6: ledger and balance", ["GET /soundcloud/members/{member_id}/ledger", "GET /soundcloud/members/{member_id}/wallet"], [api("credits"), trust("ledger")]),
  later("email 1-6: trigger, template, mail, webhook, opening, health", MAIL),
];

const queries: readonly CoverageRow[] = [
  row("credit balance of a member", ["GET /soundcloud/members/{member_id}/wallet"], [api("credits")]),
  row("recent submissions of a member", ["GET /soundcloud/submissions"], [api("submissions")], "`member_id` and `limit=10`, newest first, with the member's name."),
  row("today's published assignments by position", ["GET /soundcloud/queue-assignments"], [api("assignments")]),
  later("campaign metrics by day", ATTRIBUTION),
  later("daily deltas", ATTRIBUTION),
];

const more: readonly CoverageRow[] = [
  row("tier system: automatic, configurable, more grants", ["PUT /soundcloud/members/{member_id}/accounts/{platform}", "PATCH /soundcloud/settings"], [unit("tier/tier"), api("members")]),
  row("target builder: adjacency, capacity, conflicts, balance, size", ["POST /soundcloud/submissions/{submission_id}/target-proposals"], [unit("target/select"), unit("target/score"), api("targets")]),
  row("queue: daily, approval, publication, proof", ["soundcloud/build-queues", "POST /soundcloud/queues/{date}/approve", "soundcloud/publish-queue"], [job("queues"), unit("queue/assign"), trust("queues")]),
  later("Influence Planner: create, webhook, proof, two-way status", PLANNER),
  row("import script and statistics", ["POST /soundcloud/imports", "soundcloud/process-import", "scripts/import.ts"], [unit("import/answer-key"), unit("import/script"), job("import-sample"), trust("import")], "2,149 rows = 865 imported + 1,284 skipped + 0 errors."),
  row("exports of members, submissions, ledger and campaigns", ["POST /soundcloud/exports", "GET /soundcloud/exports/{export_id}", "soundcloud/write-export"], [job("write-list-export"), unit("export/csv-document"), api("exports")]),
  row("what is held about a person", ["POST /soundcloud/exports", "soundcloud/write-export", "soundcloud/erase-person"], [job("write-export"), job("erase-person")]),
  later("realtime notifications", PEOPLE),
  later("clocks: decision, proof, inactivity, preview cache, Slack", "alerts of late decisions, the preview cache and Slack are to come; the other clocks run", ["GET /soundcloud/submissions", "soundcloud/check-assignments-hourly", "GET /soundcloud/members/{member_id}"], [api("submissions"), job("check-assignments"), api("members")]),
  row("what ops should know, in Slack", ["GET /soundcloud/slack", "POST /soundcloud/slack/test", "soundcloud/post-to-slack"], [job("post-to-slack"), api("slack")], "At least once; refusals are shown with Slack's own word."),
  row("reconciliation: wallets and ledger, slots and assignments, counters and items", ["POST /soundcloud/reconciliations", "soundcloud/reconcile-nightly", "soundcloud/reconcile"], [job("reconcile"), api("reconciliations")]),
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
  row("C-004-12 unique per org", ["POST /soundcloud/genre-families"], [api("genres"), trust("isolation")]),
  later("C-004-13 mail statuses", MAIL),
  later("C-004-14 object types of mails", MAIL),
  row("C-004-15 QA flag", ["POST /soundcloud/submissions/{submission_id}/flag"], [api("submissions"), job("write-list-export")], "A status; the column of the export follows from it."),
  later("C-004-16 two template tables, two logs", MAIL),
  row("C-004-17 proposals", ["GET /soundcloud/submissions/{submission_id}/target-proposals"], [api("targets")], "The latest live one counts; the others are kept."),
  later("C-004-18 inquiries of members", PEOPLE),
  row("C-004-19 paid campaigns and credits", ["GET /soundcloud/campaign-account"], [api("credits"), job("reconcile")], "The org's campaign account pays."),
  later("C-004-20 support_date and scheduled_date", PLANNER),
  row("C-004-21 address of a track", ["POST /soundcloud/submissions"], [unit("track-url")]),
  row("C-004-22 inactivity", ["GET /soundcloud/members/{member_id}"], [api("members")], "Derived; no status of its own."),
  row("C-004-23 two gates", ["POST /soundcloud/submissions"], [api("submissions")], "Both must pass."),
  row("C-004-24 queue status", ["POST /soundcloud/queues/{date}/undo-approval"], [api("queues"), STATES]),
  later("C-004-25 campaign status", CAMPAIGNS, ["shared/soundcloud/campaign/campaign.ts"], [STATES]),
  row("C-004-26 reach factor", ["PATCH /soundcloud/members/{member_id}", "PATCH /soundcloud/settings"], [unit("target/reach"), api("settings")]),
  row("C-004-27 isolation", ["shared/kernel/table/table.ts"], [trust("isolation"), trust("authorization")]),
  later("C-004-28 deltas", ATTRIBUTION),
  row("C-004-29 net_credits and credits_balance", ["GET /soundcloud/members/{member_id}"], [api("members")]),
  row("C-004-30 credits_consumed", ["GET /soundcloud/submissions/{submission_id}"], [job("verify-proof"), job("reconcile")], "Settled less refunded."),
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
