import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { AttributionSnapshot } from "../attribution/snapshot.ts";
import { Complaint } from "../complaint/complaint.ts";
import { LedgerEntry } from "../credit/ledger-entry.ts";
import { presentWallet } from "../credit/present-wallet.ts";
import { Wallet } from "../credit/wallet.ts";
import type { ImportRow } from "../import/import-row.ts";
import { Import } from "../import/import.ts";
import { rowsTouching } from "../import/rows-about.ts";
import { Inquiry } from "../inquiry/inquiry.ts";
import { AutomationLog } from "../mail/automation-log.ts";
import { EmailLog } from "../mail/email-log.ts";
import { MailBody } from "../mail/mail-body.ts";
import { mailsByHand } from "../mail/mails-by-hand.ts";
import { AvoidListItem } from "../member/avoid-list-item.ts";
import { FollowerCount } from "../member/follower-count.ts";
import { FollowerFlag } from "../member/follower-flag.ts";
import { MemberAccount, Platform } from "../member/member-account.ts";
import { MemberGenre } from "../member/member-genre.ts";
import type { Member } from "../member/member.ts";
import { Notification } from "../notification/notification.ts";
import { Connection } from "../planner/connection.ts";
import { Schedule } from "../planner/schedule.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Submission } from "../submission/submission.ts";
import type { Section } from "../../kernel/export/json-document.ts";

async function* once<T>(read: () => Promise<T>): AsyncGenerator<T> {
  yield await read();
}

const without = <T extends object>(item: T, fields: readonly (keyof T & string)[]): object =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !fields.some((field) => field === name)));

/** Items without the fields that name other people. */
async function* less<T extends object>(items: AsyncIterable<T>, ...fields: readonly (keyof T & string)[]): AsyncGenerator<object> {
  for await (const item of items) yield without(item, fields);
}

/** A submission with its history. Whoever of the staff had to do with it is left out, and so is the sealed token: who holds the file would hold the track. */
async function* submissionsOf(ctx: OrgCtx, { org_id, id }: Member): AsyncGenerator<object> {
  for await (const submission of every((page) => Submission.query.byParty(ctx, { org_id, party_id: id }, page))) {
    const changes = await Array.fromAsync(every((page) => Submission.history(ctx, { org_id, id: submission.id }, page)));
    yield {
      ...without(submission, ["secret_token", "owner_id", "salesperson_id", "suggested_supporters", "planned_days"]),
      history: changes.map((one) => without(one, ["by"])),
    };
  }
}

/** What was counted day by day for the member's tracks. */
async function* snapshotsOf(ctx: OrgCtx, { org_id, id }: Member): AsyncGenerator<AttributionSnapshot> {
  for await (const { id: parent_id } of every((page) => Submission.query.byParty(ctx, { org_id, party_id: id }, page)))
    yield* every((page) => AttributionSnapshot.list(ctx, { org_id, parent_type: "submission", parent_id }, page));
}

/** What was asked of the member as supporter: without the payer, who is somebody else. */
const supportOf = (ctx: OrgCtx, { org_id, id }: Member) =>
  less(
    every((page) => QueueAssignment.query.bySupporter(ctx, { org_id, supporter_id: id }, page)),
    "payer_id",
  );

/** The reposts of the member's tracks: without the supporters, who are other people. */
async function* repostsOf(ctx: OrgCtx, { org_id, id }: Member): AsyncGenerator<object> {
  for await (const submission of every((page) => Submission.query.byParty(ctx, { org_id, party_id: id }, page)))
    for await (const one of every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id: submission.id }, page))) {
      const { submission_id, queue_date, status, credits_allocated, reach, track_url, published_at, completed_at, refunded_at } = one;
      yield { id: one.id, submission_id, queue_date, status, credits_allocated, reach, track_url, published_at, completed_at, refunded_at };
    }
}

/** Applications under the member's addresses, and the one that became the member. Who of the staff looks after them is left out. */
async function* inquiriesOf(ctx: OrgCtx, { org_id, id: member_id, emails }: Member): AsyncGenerator<object> {
  const [first] = (await Inquiry.query.byMember(ctx, { org_id, member_id })).items;
  if (first) yield without(first, ["owner_id"]);
  for (const email of emails)
    for await (const inquiry of every((page) => Inquiry.query.byEmail(ctx, { org_id, email }, page)))
      if (inquiry.id !== first?.id) yield without(inquiry, ["owner_id"]);
}

async function* complaintsOf(ctx: OrgCtx, { org_id, emails }: Member): AsyncGenerator<object> {
  for (const email of emails)
    for await (const complaint of every((page) => Complaint.query.byEmail(ctx, { org_id, email }, page))) yield without(complaint, ["owner_id"]);
}

/** What the member's person was told. */
async function* notificationsOf(ctx: OrgCtx, { org_id, user_id }: Member): AsyncGenerator<object> {
  if (user_id !== undefined) yield* every((page) => Notification.list(ctx, { org_id, user_id }, page));
}

async function* importRowsOf(ctx: OrgCtx, { org_id, id, emails, soundcloud_handle: handle }: Member): AsyncGenerator<ImportRow> {
  for await (const run of every((page) => Import.query.all(ctx, { org_id }, page)))
    for await (const { row, isTheirs } of rowsTouching(ctx, run, { member_id: id, emails, handle })) if (isTheirs) yield row;
}

async function* followersOf(ctx: OrgCtx, at: { org_id: string; member_id: string }): AsyncGenerator<FollowerCount> {
  for (const platform of Platform.options) yield* every((page) => FollowerCount.list(ctx, { ...at, platform }, page));
}

/** Mails to the member's addresses, and what ops sent to one that the member had before. */
async function* mailsTo(ctx: OrgCtx, { org_id, id, emails }: Member): AsyncGenerator<EmailLog> {
  for (const recipient_email of emails) yield* every((page) => EmailLog.query.byRecipient(ctx, { org_id, recipient_email }, page));
  for await (const mail of mailsByHand(ctx, { org_id, id })) if (!emails.includes(mail.recipient_email)) yield mail;
}

/** With what they say while that is kept, and without who of the staff sent them. */
async function* toldMails(ctx: OrgCtx, member: Member): AsyncGenerator<object> {
  for await (const { metadata, ...mail } of mailsTo(ctx, member)) {
    const { sent_by: _, ...cause } = metadata;
    const body = await MailBody.find(ctx, { org_id: member.org_id, id: mail.id });
    yield { ...mail, metadata: cause, ...(body ? { html: body.html, text: body.text } : {}) };
  }
}

/**
 * Everything that the network holds of a member and of nobody else, section by section, each read a page at a time.
 * Notes of the staff about the member are in it. Proposals name members by id only, and what came of them is here.
 */
export const personSections = (ctx: OrgCtx, member: Member): readonly Section[] => {
  const { org_id, id: member_id, ...rest } = member;
  const at = { org_id, member_id };
  return [
    ["member", once(async () => ({ org_id, id: member_id, ...rest }))],
    ["accounts", every((page) => MemberAccount.list(ctx, at, page))],
    ["connections", every((page) => Connection.list(ctx, at, page))],
    ["follower_counts", followersOf(ctx, at)],
    ["follower_flags", every((page) => FollowerFlag.query.byMember(ctx, at, page))],
    [
      "genres",
      less(
        every((page) => MemberGenre.list(ctx, at, page)),
        "assigned_by",
      ),
    ],
    // The reason is about whom they avoid.
    [
      "avoid_list",
      less(
        every((page) => AvoidListItem.list(ctx, at, page)),
        "reason",
      ),
    ],
    ["wallet", once(async () => presentWallet(await Wallet.get(ctx, at, { consistent: true })))],
    [
      "ledger",
      less(
        every((page) => LedgerEntry.list(ctx, at, page)),
        "created_by",
      ),
    ],
    ["submissions", submissionsOf(ctx, member)],
    ["attribution_snapshots", snapshotsOf(ctx, member)],
    ["assignments", supportOf(ctx, member)],
    [
      "schedules",
      less(
        every((page) => Schedule.query.byMember(ctx, at, page)),
        "awaited_key",
        "check",
        "check_at",
        "check_attempts",
      ),
    ],
    ["reposts_of_own_tracks", repostsOf(ctx, member)],
    ["mails", toldMails(ctx, member)],
    ["automated_mails", every((page) => AutomationLog.query.byMember(ctx, { org_id, recipient_member_id: member_id }, page))],
    ["inquiries", inquiriesOf(ctx, member)],
    ["complaints", complaintsOf(ctx, member)],
    ["notifications", notificationsOf(ctx, member)],
    ["import_rows", importRowsOf(ctx, member)],
  ];
};
