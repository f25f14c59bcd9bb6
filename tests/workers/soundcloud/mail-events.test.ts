import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApplyMailEvent } from "../../../events/soundcloud/apply-mail-event.v1.ts";
import type { DataOf } from "../../../events/envelope.ts";
import { Automate } from "../../../events/soundcloud/automate.v1.ts";
import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import { applyMailEventWorker } from "../../../functions/soundcloud/apply-mail-event.worker.ts";
import { automateWorker } from "../../../functions/soundcloud/automate.worker.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { AutomationLog } from "../../../shared/soundcloud/mail/automation-log.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { MailEvent } from "../../../shared/soundcloud/mail/mail-event.ts";
import { MailSuppression, addressHash } from "../../../shared/soundcloud/mail/mail-suppression.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type MailWorld, mailWorld } from "./mail-world.ts";

let world: MailWorld;
beforeAll(async () => {
  world = await mailWorld();
});
afterAll(() => world.stop());

/** A mail that was handed to the service, to this address. */
const sentTo = async (org: SoundcloudOrg, email: string): Promise<EmailLog> => {
  const { id } = await org.member({ emails: [], name: email });

  const taken = await Member.by.email(org.ctx, { org_id: org.org_id, emails: email });
  if (!taken) await Member.patch(org.ctx, { org_id: org.org_id, id }, { emails: [email], primary_email: email });
  const known = new Set((await world.logsOf(org)).map((log) => log.id));
  expect(await world.deliver(automateWorker, [org.message(Automate, { trigger: "connection-lost", member_id: taken?.id ?? id, status: "reconnect" })])).toBe(0);
  await world.settle();
  return (await world.logsOf(org)).find((log) => !known.has(log.id))!;
};
const logOf = (org: SoundcloudOrg, { id }: EmailLog) => EmailLog.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const automationOf = (org: SoundcloudOrg, { id }: EmailLog) => AutomationLog.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });
const standingOf = (org: SoundcloudOrg, email: string) =>
  MailSuppression.find(org.ctx, { org_id: org.org_id, address_hash: addressHash(email) }, { consistent: true });
const eventsOf = (org: SoundcloudOrg, message_id: string) =>
  Array.fromAsync(every((page) => MailEvent.query.byMessage(org.ctx, { org_id: org.org_id, message_id }, page)));
const at = (minute: number): string => `2026-11-20T10:${String(minute).padStart(2, "0")}:00.000Z`;
const told = (org: SoundcloudOrg, log: EmailLog, event_type: string, minute: number, more: Partial<DataOf<typeof ApplyMailEvent>> = {}): string =>
  org.message(ApplyMailEvent, { id: org.ctx.ids.uuid(), event_type, at: at(minute), message_id: log.resend_message_id!, message_key: log.id, ...more });

describe("what the mail service tells, over its signed webhooks", () => {
  it("moves the mail and its automation's log, and is kept, though it comes twice and in another order", async () => {
    const org = await world.org();
    const log = await sentTo(org, "lively@example.com");
    const { id } = (await world.mailsTo("lively@example.com"))[0]!;
    for (const type of ["opened", "clicked", "opened"]) {
      world.clock.advance(1000);
      await control(world.sandbox.url, "POST", `mails/${id}/events`, { type });
    }
    await control(world.sandbox.url, "POST", "deliveries/disturb");
    await world.hear();
    const moved = await logOf(org, log);
    expect(moved).toMatchObject({ status: "clicked", resend_message_id: id, delivered_at: expect.any(String), opened_at: expect.any(String) });
    expect(moved.opened_at! < moved.clicked_at!).toBe(true);
    expect(await automationOf(org, log)).toMatchObject({ status: "clicked", mail_status: "clicked", provider_message_id: id, opened_at: moved.opened_at });
    const kept = (await eventsOf(org, id)).map(({ event_type, email_log_id, object_id }) => [event_type, email_log_id, object_id]);
    expect(kept.map(([type]) => String(type)).toSorted()).toEqual(["clicked", "delivered", "opened", "opened", "sent"]);
    expect(new Set(kept.map(([, of, object]) => `${of} ${object}`)).size).toBe(1);
  });

  it("suppresses an address that bounced hard or complained, in its org, and the next mail is held back", async () => {
    for (const [email, reason, status] of [
      ["bounced+a@resend.dev", "hard_bounce", "bounced"],
      ["complained+a@resend.dev", "complaint", "complained"],
    ] as const) {
      const org = await world.org();
      const log = await sentTo(org, email);
      await world.hear();
      expect(await logOf(org, log)).toMatchObject({ status });
      expect(await automationOf(org, log)).toMatchObject({ status: "bounced", mail_status: status });
      expect(await standingOf(org, email)).toMatchObject({ reason });
      expect(await standingOf(world, email)).toBeUndefined();
      expect((await sentTo(org, email)).status).toBe("suppressed");
      expect(await world.mailsTo(email)).toHaveLength(1);
    }
  });
});

describe("events in any order", () => {
  it("opened before delivered stays opened, and delivered only fills its time", async () => {
    const org = await world.org();
    const log = await sentTo(org, "order@example.com");
    expect(await world.deliver(applyMailEventWorker, [told(org, log, "opened", 5)])).toBe(0);
    expect(await world.deliver(applyMailEventWorker, [told(org, log, "delivered", 1)])).toBe(0);
    expect(await logOf(org, log)).toMatchObject({ status: "opened", opened_at: at(5), delivered_at: at(1) });
  });

  it("a complaint outranks what came before and comes after; the earliest time of each kind is kept", async () => {
    const org = await world.org();
    const log = await sentTo(org, "order2@example.com");
    for (const [type, minute] of [
      ["delivered", 1],
      ["complained", 4],
      ["opened", 6],
      ["clicked", 7],
      ["opened", 3],
    ] as const)
      expect(await world.deliver(applyMailEventWorker, [told(org, log, type, minute)])).toBe(0);
    expect(await logOf(org, log)).toMatchObject({ status: "complained", opened_at: at(3), clicked_at: at(7), complained_at: at(4) });
  });

  it("the same event, again and at the same time as itself, counts once", async () => {
    const org = await world.org();
    const log = await sentTo(org, "order3@example.com");
    const event = told(org, log, "bounced", 2, { bounce_type: "Transient" });
    expect(await world.deliver(applyMailEventWorker, [event, event, event])).toBe(0);
    expect(await world.deliver(applyMailEventWorker, [event])).toBe(0);
    expect((await standingOf(org, "order3@example.com"))!.soft_bounces).toEqual([at(2)]);
    expect((await logOf(org, log)).status).toBe("bounced");
  });

  it("what is told before the hand-over was stored is not undone by it", async () => {
    const org = await world.org();
    const log = await sentTo(org, "order4@example.com");
    const id = org.ctx.ids.uuid();
    const early = await EmailLog.create(org.ctx, {
      org_id: org.org_id,
      id,
      logged_at: at(0),
      template_name: "t",
      recipient_email: "order4@example.com",
      related_object_type: "member",
      related_object_id: log.related_object_id,
      metadata: { trigger: "connection-lost" },
    });
    expect(await world.deliver(applyMailEventWorker, [told(org, { ...early, resend_message_id: "early" }, "delivered", 1)])).toBe(0);

    expect(await world.deliver(sendEmailWorker, [org.message(SendEmail, { email_log_id: id })])).toBe(0);
    expect(await logOf(org, early)).toMatchObject({ status: "delivered", resend_message_id: "early", sent_at: expect.any(String), delivered_at: at(1) });
    expect(await world.mailsTo("order4@example.com")).toHaveLength(1);
  });

  it("three soft bounces in seven days suppress; a delivery between them does not let it come so far", async () => {
    const org = await world.org();
    const [email, log] = ["soft@example.com", await sentTo(org, "soft@example.com")];
    const soft = (minute: number) => world.deliver(applyMailEventWorker, [told(org, log, "bounced", minute, { bounce_type: "Transient" })]);
    await soft(1);
    await soft(2);
    await world.deliver(applyMailEventWorker, [told(org, log, "delivered", 3)]);
    await soft(4);
    await soft(5);
    expect(await standingOf(org, email)).toMatchObject({ soft_bounces: [at(4), at(5)] });
    expect((await standingOf(org, email))!.suppressed_at).toBeUndefined();
    await soft(6);
    expect(await standingOf(org, email)).toMatchObject({ suppressed_at: at(6), reason: "soft_bounces" });
  });

  it("about a message that nobody here sent is kept without a match, and changes nothing", async () => {
    const org = await world.org();
    const log = await sentTo(org, "known@example.com");
    const strange = told(org, log, "bounced", 1, { message_id: "another-message", bounce_type: "Permanent" });
    const unknown = told(org, log, "delivered", 1, { message_key: org.ctx.ids.uuid(), message_id: "unknown-message" });
    expect(await world.deliver(applyMailEventWorker, [strange, unknown, told(org, log, "later_kind", 2)])).toBe(0);
    for (const message_id of ["another-message", "unknown-message"]) {
      const [event, ...more] = await eventsOf(org, message_id);
      expect([event!.email_log_id, event!.object_id, more]).toEqual([undefined, undefined, []]);
    }
    expect(await eventsOf(org, log.resend_message_id!)).toMatchObject([{ event_type: "later_kind", email_log_id: log.id }]);
    expect([(await logOf(org, log)).status, await standingOf(org, "known@example.com")]).toEqual(["sent", undefined]);
  });

  it("fails alone when its message is poison", async () => {
    const org = await world.org();
    const log = await sentTo(org, "poison@example.com");
    const messages = ["{", told(org, log, "delivered", 1), org.message(ApplyMailEvent, { event_type: "x" } as never), told(org, log, "opened", 2)];
    expect(await world.deliver(applyMailEventWorker, messages)).toBe(2);
    expect((await logOf(org, log)).status).toBe("opened");
  });
});
