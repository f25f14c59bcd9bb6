import { beforeAll, describe, expect, it } from "vitest";
import type { DataOf } from "../../../events/envelope.ts";
import { Notify } from "../../../events/soundcloud/notify.v1.ts";
import { notificationsApi } from "../../../functions/soundcloud/notifications.api.ts";
import { notifyWorker } from "../../../functions/soundcloud/notify.worker.ts";
import { submissionsApi } from "../../../functions/soundcloud/submissions.api.ts";
import { Membership } from "../../../shared/identity/membership/membership.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { expireNotifications } from "../../../shared/soundcloud/notification/expire-notifications.ts";
import { Inbox } from "../../../shared/soundcloud/notification/inbox.ts";
import { Notification } from "../../../shared/soundcloud/notification/notification.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { type SoundcloudOrg, type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ apis: [notificationsApi, submissionsApi] });
});

type Told = DataOf<typeof Notify>;
const id = (): string => world.ids.uuid();
const told = async (org: SoundcloudOrg, user_id: string): Promise<[string, string, string | undefined][]> =>
  (await Notification.list(org.ctx, { org_id: org.org_id, user_id }, { consistent: true })).items.map(({ type, title, action_url }) => [
    type,
    title,
    action_url,
  ]);
const tell = (org: SoundcloudOrg, data: Told): Promise<number> => world.deliver(notifyWorker, [org.message(Notify, data)]);
const inboxOf = (org: SoundcloudOrg, user_id: string) => Inbox.get(org.ctx, { org_id: org.org_id, user_id }, { consistent: true });

/** A member with somebody who acts as them, an artist of a submission, and ops. */
const cast = async () => {
  const org = await world.org();
  const { member, person } = await org.artist();
  await Member.patch(org.ctx, member, { user_id: person.user_id });
  const submission = await org.submission({ member_id: member.id });
  return { org, member, person, submission };
};

describe("notify", () => {
  it("tells the artist of a decision, from the event that the decision left", async () => {
    const { org, person, submission } = await cast();
    await org.moderator.api.post(`/soundcloud/submissions/${submission.id}/approve`);
    expect(await world.drain(notifyWorker)).toBe(1);
    expect(await told(org, person.user_id)).toEqual([["submission", "Track approved", `/submissions/${submission.id}`]]);
    expect(await told(org, org.admin.user_id)).toEqual([]);
  });

  it("tells members what concerns them, and ops the rest", async () => {
    const { org, member, person, submission } = await cast();
    const about = { assignment_id: id(), submission_id: submission.id, supporter_id: id() };
    const support = { ...about, supporter_id: member.id, submission_id: id() };
    const facts: Told[] = [
      { fact: "submission-rejected", data: { submission_id: submission.id, member_id: member.id, reason: "Not for everybody's eyes." } },
      { fact: "assignment-published", data: support },
      { fact: "assignment-completed", data: support },
      { fact: "assignment-completed", data: about },
      { fact: "assignment-failed", data: { ...support, reason: "proof_late" } },
      { fact: "assignment-refunded", data: about },
      { fact: "tier-changed", data: { member_id: member.id, from: "T1", to: "T2" } },
      { fact: "connection-lost", data: { member_id: member.id, account_id: id(), status: "reconnect" } },
    ];
    for (const fact of facts) expect(await tell(org, fact)).toBe(0);
    expect((await told(org, person.user_id)).map(([type, title]) => [type, title])).toEqual([
      ["submission", "Track not approved"],
      ["queue", "A track to repost"],
      ["success", "Repost verified"],
      ["support", "Your track was reposted"],
      ["warning", "Repost not proven"],
      ["support", "Credits refunded"],
      ["success", "You are in tier T2"],
      ["warning", "Connect your account again"],
    ]);
    const forOps: Told[] = [
      { fact: "queue-published", data: { date: "2026-11-21", assignments: 12 } },
      { fact: "inquiry-received", data: { inquiry_id: id() } },
      { fact: "complaint-received", data: { complaint_id: id() } },
      { fact: "campaign-completed", data: { campaign_id: id(), client_id: id(), goal_reposts: 40, verified_reposts: 38 } },
      { fact: "schedule-failed", data: { schedule_id: id(), parent_type: "campaign", parent_id: id(), error_message: "Disconnected." } },
      { fact: "deadline-passed", data: { clock: "complaint", subject_id: id(), episode: "2026-11-20T09:00:00.000Z", due_at: "2026-11-21T09:00:00.000Z" } },
    ];
    for (const fact of forOps) expect(await tell(org, fact)).toBe(0);
    for (const { user_id } of [org.admin, org.moderator])
      expect((await told(org, user_id)).map(([type]) => type)).toEqual(["warning", "queue", "inquiry", "warning", "success", "error", "warning"]);
    expect(await told(org, person.user_id)).toHaveLength(8);
    const texts = JSON.stringify([await told(org, person.user_id), await told(org, org.admin.user_id)]);
    expect(texts).not.toMatch(/Not for everybody|Artist \d|example\.com/);
  });

  it("tells whoever is ops now, and somebody who is concerned twice once", async () => {
    const { org, member } = await cast();
    await Member.patch(org.ctx, member, { user_id: org.moderator.user_id });
    await Membership.patch(org.ctx, { org_id: org.org_id, user_id: org.admin.user_id }, { roles: { soundcloud: ["member"] } });
    await tell(org, { fact: "connection-lost", data: { member_id: member.id, account_id: id(), status: "error" } });
    expect([await told(org, org.moderator.user_id), await told(org, org.admin.user_id)]).toEqual([
      [["warning", "Connect your account again", `/members/${member.id}`]],
      [],
    ]);
  });

  it("tells once when it is delivered twice, also at the same time; a submission that is gone tells nobody", async () => {
    const { org } = await cast();
    const message = org.message(Notify, { fact: "inquiry-received", data: { inquiry_id: id() } });
    expect(await Promise.all([1, 2, 3].map(() => world.deliver(notifyWorker, [message])))).toEqual([0, 0, 0]);
    expect(await world.deliver(notifyWorker, [message, message])).toBe(0);
    expect([(await told(org, org.admin.user_id)).length, (await inboxOf(org, org.admin.user_id)).unread]).toEqual([1, 1]);
    expect(await tell(org, { fact: "submission-approved", data: { submission_id: id(), member_id: id() } })).toBe(0);
  });

  it("fails poison alone", async () => {
    const { org } = await cast();
    const good = org.message(Notify, { fact: "complaint-received", data: { complaint_id: id() } });
    const bad = JSON.stringify({ ...(JSON.parse(good) as object), data: { fact: "complaint-received", data: { inquiry_id: id() } } });
    expect(await world.deliver(notifyWorker, ["{", bad, good])).toBe(2);
    expect(await told(org, org.moderator.user_id)).toHaveLength(1);
  });

  it("keeps the count exact under 20 events at once and marking everything as read in between", async () => {
    const { org } = await cast();
    const { user_id, api } = org.admin;
    const messages = Array.from({ length: 20 }, () => org.message(Notify, { fact: "inquiry-received", data: { inquiry_id: id() } }));
    const events = messages.map((message) => world.deliver(notifyWorker, [message]));
    const marks = Array.from({ length: 4 }, () => api.post("/soundcloud/notifications/read-all"));
    expect((await Promise.all(events)).reduce((sum, failed) => sum + failed, 0)).toBe(0);
    for (const { status } of await Promise.all(marks)) expect(status).toBe(200);
    const inbox = await inboxOf(org, user_id);
    const { items } = await Notification.list(org.ctx, { org_id: org.org_id, user_id }, { consistent: true });
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(inbox).toMatchObject({ seq: 20, unread: items.filter(({ seq }) => seq > inbox.read_through).length });
    expect((await inboxOf(org, org.moderator.user_id)).unread).toBe(20);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
    expect((await api.post("/soundcloud/notifications/read-all")).body).toEqual({ user_id, unread: 0, last_seq: 20 });
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("is found out when a count is wrong", async () => {
    const { org } = await cast();
    await tell(org, { fact: "inquiry-received", data: { inquiry_id: id() } });
    const inbox = await inboxOf(org, org.admin.user_id);
    await Inbox.patch(org.ctx, inbox, { unread: 3 });
    expect((await reconcileOrg(org.ctx)).differences).toEqual([{ check: "inbox.unread", subject: org.admin.user_id, stored: 3, computed: 1 }]);
  });
});

describe("expiring", () => {
  it("removes what is older than 90 days with its count, and nothing else", async () => {
    const { org } = await cast();
    const { user_id } = org.admin;
    for (let n = 0; n < 2; n++) await tell(org, { fact: "inquiry-received", data: { inquiry_id: id() } });
    const [first] = (await Notification.list(org.ctx, { org_id: org.org_id, user_id }, { consistent: true })).items;
    await org.admin.api.post(`/soundcloud/notifications/${first!.id}/read`);
    world.clock.advance(89 * 24 * 3_600_000);
    await tell(org, { fact: "inquiry-received", data: { inquiry_id: id() } });
    const ctx = { ...org.ctx, remaining_ms: () => 60_000 };
    await expireNotifications(ctx);
    expect((await inboxOf(org, user_id)).unread).toBe(2);
    world.clock.advance(2 * 24 * 3_600_000);
    await Promise.all([expireNotifications(ctx), expireNotifications(ctx)]);
    expect([(await told(org, user_id)).length, (await inboxOf(org, user_id)).unread, (await inboxOf(org, user_id)).seq]).toEqual([1, 1, 3]);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });
});
