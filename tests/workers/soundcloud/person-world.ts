import { usersApi } from "../../../functions/identity/users.api.ts";
import { exportsApi } from "../../../functions/soundcloud/exports.api.ts";
import { membersApi } from "../../../functions/soundcloud/members.api.ts";
import { queuesApi } from "../../../functions/soundcloud/queues.api.ts";
import { submissionsApi } from "../../../functions/soundcloud/submissions.api.ts";
import type { Files } from "../../../shared/kernel/files/files.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { Complaint } from "../../../shared/soundcloud/complaint/complaint.ts";
import { adjustCredits } from "../../../shared/soundcloud/credit/adjust-credits.ts";
import { ImportRow } from "../../../shared/soundcloud/import/import-row.ts";
import { Import } from "../../../shared/soundcloud/import/import.ts";
import { Inquiry } from "../../../shared/soundcloud/inquiry/inquiry.ts";
import { automate } from "../../../shared/soundcloud/mail/automate.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { addAvoided } from "../../../shared/soundcloud/member/avoid-list.ts";
import { MemberAccount } from "../../../shared/soundcloud/member/member-account.ts";
import type { Member } from "../../../shared/soundcloud/member/member.ts";
import { completeAssignment } from "../../../shared/soundcloud/queue/complete-assignment.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { skipAssignment } from "../../../shared/soundcloud/queue/skip-assignment.ts";
import { submitProof } from "../../../shared/soundcloud/queue/submit-proof.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { proposeForSubmission } from "../../../shared/soundcloud/target/propose.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import type { WorldOptions } from "../../support/world.ts";
import { type QueueWorld, queueWorld } from "./queues-world.ts";

/** Texts of one person, none of which may be found after the erasure. */
export const CANARIES = ["zebulon", "quagga-beats", "okapi"] as const;
export const EMAIL = "zebulon@example.com";
const HANDLE = "quagga-beats";

/** The network with the APIs of identity and SoundCloud that a person meets. */
export const personWorld = (files: Files, options: WorldOptions = {}): Promise<QueueWorld> =>
  queueWorld({ ...options, apis: [usersApi, membersApi, exportsApi, queuesApi, submissionsApi], ports: { files, ...options.ports } });
export type PersonWorld = QueueWorld;

/** Everything about a member that is kept beside activity: accounts, lists, a note in the ledger, rows of imports. */
const settled = async (org: SoundcloudOrg, ada: Member): Promise<void> => {
  const { ctx, org_id } = org;
  const { id: member_id } = ada;
  await MemberAccount.create(ctx, { org_id, member_id, platform: "spotify", handle: "okapi-sounds" });
  await addAvoided(org.admin.ctx, member_id, { avoided_handle: "loud-label", platform: "soundcloud", reason: "okapi: a dispute" });
  const other = await org.member({ daily_capacity: 0 });
  await addAvoided(org.admin.ctx, other.id, { avoided_handle: HANDLE, platform: "soundcloud", reason: "zebulon was late" });
  await addAvoided(org.admin.ctx, other.id, { avoided_handle: "okapi-sounds", platform: "spotify", reason: "zebulon there too" });
  await addAvoided(org.admin.ctx, other.id, { avoided_handle: "okapi radio", platform: "spotify" });
  await adjustCredits(ctx, { member_id, amount: -1, reason: "okapi: agreed with zebulon" });
  await adjustCredits(ctx, { member_id, amount: 1, reason: "okapi: taken back" });
  await automate(ctx, { trigger: "tier-changed", member_id, from: "T1", to: "T2" });
  const mail = { logged_at: "2026-11-20T09:00:00.000Z", template_name: "by_hand", related_object_type: "member", related_object_id: member_id } as const;
  await EmailLog.create(ctx, { org_id, ...mail, recipient_email: EMAIL, subject: "For Zebulon", template_data: { name: "Okapi" } });
  const asked = await Inquiry.create(ctx, { org_id, name: "Zebulon", email: "before@example.org", notes: "okapi", status: "admitted", member_id });
  // It was turned down once, under an address that nobody knows any more.
  const answer = { ...mail, related_object_type: "inquiry", related_object_id: asked.id } as const;
  await EmailLog.create(ctx, { org_id, ...answer, recipient_email: "zebulon@example.net", template_data: { recipient_name: "Zebulon" } });
  await Inquiry.create(ctx, { org_id, name: "Zebulon", email: "okapi@example.com", undecided_since: ctx.clock.now().toISOString() });
  await Complaint.create(ctx, {
    org_id,
    email: EMAIL,
    notes: "okapi was louder",
    acknowledged_at: ctx.clock.now().toISOString(),
    open_since: ctx.clock.now().toISOString(),
  });
  const run = await Import.create(ctx, { org_id, kind: "members", filename: "members.csv", size: 10, upload_key: `${org_id}/imports/x.csv` });
  const parsed = { name: "Zebulon", emails: [EMAIL], soundcloud_handle: HANDLE };
  await ImportRow.create(ctx, { org_id, import_id: run.id, row: 1, line: 2, outcome: "imported", member_id, parsed });
  await ImportRow.create(ctx, {
    org_id,
    import_id: run.id,
    row: 2,
    line: 3,
    outcome: "skipped",
    reason: "duplicate",
    duplicate_of_member_id: member_id,
    parsed,
  });
  await ImportRow.create(ctx, { org_id, import_id: run.id, row: 3, line: 4, outcome: "imported", parsed, value: EMAIL });
  await ImportRow.create(ctx, { org_id, import_id: run.id, row: 4, line: 5, outcome: "imported", member_id: other.id, parsed: { name: "Somebody else" } });
  // The row became another member, and one of its two addresses moved since.
  const moved = { name: "Unrelated band", emails: ["band@example.org", EMAIL], primary_email: EMAIL };
  await ImportRow.create(ctx, { org_id, import_id: run.id, row: 5, line: 6, outcome: "imported", member_id: other.id, parsed: moved });
};

const listed = (org: SoundcloudOrg, supporter_id: string): Promise<QueueAssignment[]> =>
  Array.fromAsync(every((page) => QueueAssignment.query.bySupporter(org.ctx, { org_id: org.org_id, supporter_id }, page)));

/**
 * A member with a life in the network. As artist: one repost completed, one proven, one open, drafts for another day, one
 * submission decided and others not. As supporter: one repost completed, one skipped, one open.
 */
export const lived = async (world: PersonWorld, org: SoundcloudOrg) => {
  const { ctx, org_id } = org;
  const ada = await org.member({
    name: "Zebulon",
    emails: [EMAIL, "okapi@example.com"],
    primary_email: EMAIL,
    soundcloud_handle: HANDLE,
    soundcloud_url: `https://soundcloud.com/${HANDLE}`,
    spotify_handle: "Okapi Radio",
    manual_genres: ["okapi wave"],
    genre_notes: "okapi and nothing else",
    followers: 10_000,
    credits: 6,
    daily_capacity: 3,
  });
  await settled(org, ada);
  await Settings.patch(ctx, { org_id }, { recent_artist_days: 0 });
  for (let n = 0; n < 3; n++) await org.member({ daily_capacity: 6 });
  const own = { member_id: ada.id, artist: HANDLE, track_title: "okapi song", notes: "okapi note" };
  const approved = await org.submission({ ...own, status: "approved", target_count: 3, contact_emails: [EMAIL], secret_token: "sealed okapi" });
  for (const name of ["A", "B", "C"])
    await org.submission({ client_id: (await org.clientOf(`Label ${name}`)).id, status: "approved", target_count: 4, artist: `label-${name.toLowerCase()}` });
  await proposeForSubmission(org.admin.ctx, approved.id, {});
  await world.build(org);
  const assignments = await world.publish(org);
  const [completed, proven, open] = assignments.filter(({ payer_id }) => payer_id === ada.id);
  const [reposted, skipped, asked] = await listed(org, ada.id);
  await submitProof(ctx, completed!.id, "https://soundcloud.com/somebody/reposts");
  await completeAssignment(ctx, completed!.id, { verified_by: "ops" });
  await submitProof(ctx, proven!.id, "https://soundcloud.com/somebody/reposts");
  await submitProof(ctx, reposted!.id, `https://soundcloud.com/${HANDLE}/reposts`);
  await completeAssignment(ctx, reposted!.id, { verified_by: "soundcloud", soundcloud_urn: "soundcloud:users:okapi" });
  await skipAssignment(org.admin.ctx, skipped!.id, "okapi is on holiday");
  const fresh = await org.submission({ ...own, slug: "fresh" });
  await Submission.patch(ctx, fresh, { qa_reason: "okapi?" });
  await org.submission({ ...own, slug: "later", status: "approved", target_count: 2 });
  await world.build(org, "2026-11-22");
  const drafts = (await world.assignments(org, "2026-11-22")).filter(({ payer_id }) => payer_id === ada.id);
  return { org_id, ada, own: { completed, proven, open }, support: { reposted, skipped, asked }, approved, fresh, drafts };
};
export type Life = Awaited<ReturnType<typeof lived>>;

export const submissionsOf = (org: SoundcloudOrg, party_id: string): Promise<Submission[]> =>
  Array.fromAsync(every((page) => Submission.query.byParty(org.ctx, { org_id: org.org_id, party_id }, page)));
