import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Automate } from "../../../events/soundcloud/automate.v1.ts";
import { SendDigest } from "../../../events/soundcloud/send-digest.v1.ts";
import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import { SubmissionRejected } from "../../../events/soundcloud/submission-rejected.v1.ts";
import { TierChanged } from "../../../events/soundcloud/tier-changed.v1.ts";
import { automateWorker } from "../../../functions/soundcloud/automate.worker.ts";
import { sendDigestWorker } from "../../../functions/soundcloud/send-digest.worker.ts";
import { sendDigestsWeeklyJob } from "../../../functions/soundcloud/send-digests-weekly.schedule.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { Campaign } from "../../../shared/soundcloud/campaign/campaign.ts";
import { Complaint } from "../../../shared/soundcloud/complaint/complaint.ts";
import { createComplaint } from "../../../shared/soundcloud/complaint/create-complaint.ts";
import { eraseRequestsOf } from "../../../shared/soundcloud/erasure/erase-requests.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { createInquiry } from "../../../shared/soundcloud/inquiry/create-inquiry.ts";
import { Inquiry } from "../../../shared/soundcloud/inquiry/inquiry.ts";
import { rejectInquiry } from "../../../shared/soundcloud/inquiry/reject-inquiry.ts";
import { reopenInquiry } from "../../../shared/soundcloud/inquiry/reopen-inquiry.ts";
import { AutomationHealth } from "../../../shared/soundcloud/mail/automation-health.ts";
import { AutomationLog } from "../../../shared/soundcloud/mail/automation-log.ts";
import { AutomationTemplate } from "../../../shared/soundcloud/mail/automation-template.ts";
import { createAutomationTemplate } from "../../../shared/soundcloud/mail/create-automation-template.ts";
import { EmailLog } from "../../../shared/soundcloud/mail/email-log.ts";
import { MailSuppression, addressHash } from "../../../shared/soundcloud/mail/mail-suppression.ts";
import { ordersOf } from "../../../shared/soundcloud/mail/occasion.ts";
import { queueMail } from "../../../shared/soundcloud/mail/queue-mail.ts";
import { switchAutomation } from "../../../shared/soundcloud/mail/switch-automation.ts";
import type { AutomationName, Trigger } from "../../../shared/soundcloud/mail/trigger.ts";
import { patchClient } from "../../../shared/soundcloud/party/parties.ts";
import { soundcloud, soundcloudSystem } from "../../../shared/soundcloud/table.ts";
import { control } from "../../integration/providers/support.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type MailWorld, mailWorld } from "./mail-world.ts";

let world: MailWorld;
let people = 0;
beforeAll(async () => {
  world = await mailWorld();
});
afterAll(() => world.stop());

const address = (): string => `reader-${(people += 1)}@example.com`;
const reader = (org: SoundcloudOrg, email = address()) => org.member({ name: `Reader ${people}`, emails: [email], primary_email: email });
const promoted = (org: SoundcloudOrg, member_id: string, to: "T1" | "T2" | "T3" = "T2", id?: string) =>
  org.message(Automate, { trigger: "tier-changed", member_id, from: to === "T3" ? "T2" : "T1", to }, id);
const healthOf = (org: SoundcloudOrg, automation_name: AutomationName) =>
  AutomationHealth.get(org.ctx, { org_id: org.org_id, automation_name }, { consistent: true });
const automation = (org: SoundcloudOrg, trigger: Trigger, more: object = {}) =>
  createAutomationTemplate(org.ctx, {
    template_key: trigger,
    name: trigger,
    subject: "{{ recipient_name }}",
    body_html: "<p>{{ recipient_name }}</p>",
    variables: { recipient_name: "" },
    enabled: true,
    trigger_events: [trigger],
    ...more,
  });
const fault = (kind: string, times: number) => control(world.sandbox.url, "POST", "faults", { kind, times });

describe("an automation", () => {
  it("sends one mail for an event, logged in both logs with one message id, and counts the run", async () => {
    const org = await world.org();
    const member = await reader(org);
    await transact(org.ctx, soundcloud, soundcloudSystem.emit(org.ctx, TierChanged, { member_id: member.id, from: "T1", to: "T2" }), { pattern: "test.emit" });
    await world.settle();
    const [mail, ...more] = await world.mailsTo(member.emails[0]!);
    expect(more).toEqual([]);
    const [log] = await world.logsOf(org);
    expect(mail).toMatchObject({
      from: "Groundswell <mail@agency.example>",
      subject: "You have moved up to tier T2",
      text: expect.stringContaining("from tier T1 to tier T2"),
      html: expect.stringContaining(member.name),
      idempotency_key: log!.id,
      tags: { org_id: org.org_id, message_key: log!.id },
    });
    const told = { subject: mail!.subject, recipient_email: member.emails[0], sent_at: world.clock.now().toISOString() };
    expect(log).toMatchObject({ ...told, status: "sent", resend_message_id: mail!.id, template_name: "tier_promotion", related_object_id: member.id });
    expect(await AutomationLog.get(org.ctx, { org_id: org.org_id, id: log!.id })).toMatchObject({
      ...told,
      status: "sent",
      mail_status: "sent",
      provider_message_id: mail!.id,
      recipient_member_id: member.id,
      variables_used: { recipient_name: member.name, old_tier: "T1", new_tier: "T2" },
    });
    expect(await healthOf(org, "notification-emails")).toMatchObject({ status: "healthy", total_runs: 1, success_count: 1, error_count: 0 });
  });

  it("sends once however often the event and the order come, also at the same time", async () => {
    const org = await world.org();
    const member = await reader(org);
    const event = promoted(org, member.id);
    expect(await world.deliver(automateWorker, [event, event])).toBe(0);
    await world.drain(automateWorker);
    const [log, ...more] = await world.logsOf(org);
    expect(more).toEqual([]);
    const order = org.message(SendEmail, { email_log_id: log!.id });
    expect(await world.deliver(sendEmailWorker, [order, order])).toBe(0);
    expect(await world.deliver(automateWorker, [event])).toBe(0);
    await world.drain(sendEmailWorker);
    expect(await world.mailsTo(member.emails[0]!)).toHaveLength(1);
    expect((await healthOf(org, "notification-emails")).total_runs).toBe(1);
  });

  it("is ordered by the delivery that finds it made by another, which died before it could", async () => {
    const org = await world.org();
    const member = await reader(org);
    const [template] = (await AutomationTemplate.list(org.ctx, { org_id: org.org_id })).items.filter(({ template_key }) => template_key === "tier_promotion");
    const [order] = await ordersOf(org.ctx, { trigger: "tier-changed", member_id: member.id, from: "T1", to: "T2" });
    const cause = { trigger: "tier-changed", key: org.ctx.ids.uuid() } as const;
    const dying = {
      sendEach: async () => {
        throw new Error("It died.");
      },
    } as never;
    let others = 1;
    const overtaken: typeof org.ctx.db = {
      ...org.ctx.db,
      send: async (op, pattern, input) => {
        if (pattern.startsWith("MailRepeat") && others-- > 0)
          await expect(queueMail({ ...org.ctx, commands: dying }, template!, order!, cause)).rejects.toThrow("It died.");
        return org.ctx.db.send(op, pattern, input);
      },
    };
    await queueMail({ ...org.ctx, db: overtaken, commands: world.ports.commands as never }, template!, order!, cause);
    expect(others).toBeLessThan(1);
    await world.drain(sendEmailWorker);
    expect(await world.logsOf(org)).toMatchObject([{ status: "sent" }]);
    expect(await world.mailsTo(member.emails[0]!)).toHaveLength(1);
  });

  it("tells a promotion to one tier once in 30 days, another tier at once, a demotion never", async () => {
    const org = await world.org();
    const member = await reader(org);
    const tell = async (message: string) => {
      expect(await world.deliver(automateWorker, [message])).toBe(0);
      await world.drain(sendEmailWorker);
      return (await world.mailsTo(member.emails[0]!)).length;
    };
    expect(await tell(promoted(org, member.id))).toBe(1);
    expect(await tell(promoted(org, member.id))).toBe(1);
    expect(await tell(promoted(org, member.id, "T3"))).toBe(2);
    expect(await tell(org.message(Automate, { trigger: "tier-changed", member_id: member.id, from: "T3", to: "T1" }))).toBe(2);
    world.clock.advance(30 * 86_400_000 - 1000);
    expect(await tell(promoted(org, member.id))).toBe(2);
    world.clock.advance(1000);
    expect(await tell(promoted(org, member.id))).toBe(3);
  });

  it("does nothing while it, or its kind, is switched off", async () => {
    const org = await world.org();
    const member = await reader(org);
    const { items } = await AutomationTemplate.list(org.ctx, { org_id: org.org_id });
    const { id } = items.find(({ template_key }) => template_key === "tier_promotion")!;
    await AutomationTemplate.patch(org.ctx, { org_id: org.org_id, id }, { enabled: false });
    expect(await world.deliver(automateWorker, [promoted(org, member.id)])).toBe(0);
    await AutomationTemplate.patch(org.ctx, { org_id: org.org_id, id }, { enabled: true });
    await switchAutomation(org.ctx, (await healthOf(org, "notification-emails")).id, false, 1);
    expect(await world.deliver(automateWorker, [promoted(org, member.id)])).toBe(0);
    expect(await world.logsOf(org)).toEqual([]);
  });

  it("writes to nobody without an address, nor to an erased member", async () => {
    const org = await world.org();
    const [silent, erased] = [await org.member({ emails: [] }), await reader(org)];
    await orderErasure(org.ctx, erased.id);
    expect(await world.deliver(automateWorker, [promoted(org, silent.id), promoted(org, erased.id), promoted(org, org.ctx.ids.uuid())])).toBe(0);
    expect(await world.logsOf(org)).toEqual([]);
  });

  it("answers each of its triggers with what the trigger promises", async () => {
    const org = await world.org();
    const member = await reader(org);
    const client = await org.clientOf("Label & Co");
    const to = [address(), address()];
    await patchClient(org.ctx, client.id, { emails: to }, 1);
    const submission = await org.submission({ member_id: member.id, track_title: "Night <Drive>" });
    const campaign = await Campaign.create(org.ctx, {
      org_id: org.org_id,
      client_id: client.id,
      artist_name: "Jane",
      track_name: "Solo",
      track_url: "https://soundcloud.com/jane/solo",
      track_key: "https://soundcloud.com/jane/solo",
      goal_reposts: 0,
    });
    await automation(org, "submission-approved", {
      body_html: "{{ track_title }} {{ track_url }}",
      variables: { track_title: "", track_url: "", recipient_name: "" },
    });
    await automation(org, "submission-rejected", { body_html: "{{ reason }}", variables: { reason: "", recipient_name: "" } });
    await automation(org, "campaign-completed", {
      body_html: "{{ verified_reposts }}/{{ goal_reposts }}",
      variables: { verified_reposts: "", goal_reposts: "", recipient_name: "" },
    });
    await automation(org, "inquiry-admitted");
    const inquiry_id = org.ctx.ids.uuid();
    const messages = [
      { trigger: "submission-approved", submission_id: submission.id },
      { trigger: "inquiry-admitted", inquiry_id, member_id: member.id },
      { trigger: "connection-lost", member_id: member.id, status: "reconnect" },
      { trigger: "campaign-went-live", campaign_id: campaign.id },
      { trigger: "campaign-completed", campaign_id: campaign.id, verified_reposts: 3 },
    ] as const;
    expect(
      await world.deliver(
        automateWorker,
        messages.map((data) => org.message(Automate, data)),
      ),
    ).toBe(0);
    const rejected = { submission_id: submission.id, member_id: member.id, reason: "Too loud." };
    await transact(org.ctx, soundcloud, soundcloudSystem.emit(org.ctx, SubmissionRejected, rejected), { pattern: "test.emit" });
    await world.settle();
    const htmls = (await world.mailsTo(member.emails[0]!)).map(({ html }) => html);
    expect(htmls).toContain(`Night &lt;Drive&gt; ${submission.track_url}`);
    expect(htmls).toContain("Too loud.");
    expect(htmls).toHaveLength(4);
    for (const one of to) expect((await world.mailsTo(one)).map(({ subject }) => subject).toSorted()).toEqual(["Label & Co", "Your campaign for Solo is live"]);
    expect((await world.mailsTo(to[0]!)).map(({ html }) => html)).toContain("3/0");
    const about = (await world.logsOf(org)).map(({ related_object_type: type }) => type);
    expect(about.toSorted()).toEqual(["campaign", "campaign", "campaign", "campaign", "inquiry", "member", "submission", "submission"]);
    expect((await healthOf(org, "submission-status-emails")).total_runs).toBe(2);
    expect((await healthOf(org, "inquiry-status-emails")).total_runs).toBe(1);
  });

  it("answers what was asked or complained about, at the address given, and notes the mail there", async () => {
    const org = await world.org();
    await automation(org, "inquiry-rejected", { subject: "No, {{ recipient_name }}" });
    await automation(org, "complaint-received", {
      subject: "About {{ song_url }}",
      body_html: "{{ received_on }}",
      variables: { song_url: "", received_on: "" },
    });
    const [asks, complains] = [address(), address()];
    const { id } = await createInquiry(org.ctx, { name: "Neon", email: asks, ip_join_confirmed: false });
    const song_url = "https://soundcloud.com/ada/dawn";
    const complaint = await createComplaint(org.ctx, { email: complains, song_url });
    await rejectInquiry(org.ctx, id, undefined);
    await world.settle();
    const [no, ...others] = await world.mailsTo(asks);
    const [ack, ...more] = await world.mailsTo(complains);
    expect([no, others, ack, more]).toMatchObject([{ subject: "No, Neon" }, [], { subject: `About ${song_url}`, html: complaint.created_at.slice(0, 10) }, []]);
    expect(await Inquiry.get(org.ctx, { org_id: org.org_id, id })).toMatchObject({ resend_message_ids: [no!.id] });
    expect(await Complaint.get(org.ctx, complaint)).toMatchObject({ ack_sent_at: world.clock.now().toISOString(), resend_message_ids: [ack!.id] });
    expect((await healthOf(org, "inquiry-status-emails")).total_runs).toBe(1);
  });

  it("tells nobody of a rejection that was taken back, nor whoever was erased; a mail that waits is not noted on them", async () => {
    const org = await world.org();
    await automation(org, "inquiry-rejected");
    await automation(org, "complaint-received", { subject: "Thank you", body_html: "{{ song_url }}", variables: { song_url: "" } });
    const [asks, complains, late] = [address(), address(), address()];
    const { id } = await createInquiry(org.ctx, { name: "Neon", email: asks, ip_join_confirmed: false });
    await rejectInquiry(org.ctx, id, undefined);
    await reopenInquiry(org.ctx, id);
    const [before, meanwhile] = [await createComplaint(org.ctx, { email: complains }), await createComplaint(org.ctx, { email: late })];
    const now = world.clock.now().toISOString();
    await eraseRequestsOf(org.ctx, complains, now);
    await world.drain(automateWorker);
    const [queued, ...others] = await world.logsOf(org);
    expect([queued!.recipient_email, others]).toEqual([late, []]);
    await eraseRequestsOf(org.ctx, late, now);
    await world.drain(sendEmailWorker);
    expect([await world.mailsTo(asks), await world.mailsTo(complains), await world.mailsTo(late)]).toEqual([[], [], []]);
    expect(await world.logsOf(org)).toMatchObject([{ recipient_email: "erased@erased.invalid", status: "failed" }]);
    for (const one of [before, meanwhile]) expect(await Complaint.get(org.ctx, one)).toMatchObject({ status: "done", resend_message_ids: [] });
    expect(await Complaint.get(org.ctx, meanwhile)).not.toHaveProperty("ack_sent_at");
  });

  it("is not made for an address that left its complaint since it was read", async () => {
    const org = await world.org();
    await automation(org, "complaint-received", { subject: "Thank you", variables: {}, body_html: "Thank you" });
    const email = address();
    const { id } = await createComplaint(org.ctx, { email });
    const [template] = (await AutomationTemplate.list(org.ctx, { org_id: org.org_id })).items.filter(
      ({ template_key }) => template_key === "complaint-received",
    );
    const [order] = await ordersOf(org.ctx, { trigger: "complaint-received", complaint_id: id });
    await eraseRequestsOf(org.ctx, email, world.clock.now().toISOString());
    const ctx = { ...org.ctx, commands: world.ports.commands as never };
    await expect(queueMail(ctx, template!, order!, { trigger: "complaint-received", key: id })).rejects.toMatchObject({ kind: "unavailable" });
    expect(await world.logsOf(org)).toEqual([]);
  });

  it("fails alone when its message is poison", async () => {
    const org = await world.org();
    const members = [await reader(org), await reader(org)];
    const messages = members.map(({ id }) => promoted(org, id));
    expect(await world.deliver(automateWorker, ["{", messages[0]!, org.message(Automate, { trigger: "tier-changed" } as never), messages[1]!])).toBe(2);
    expect(await world.logsOf(org)).toHaveLength(2);
  });
});

describe("a queued mail", () => {
  const queued = async (org: SoundcloudOrg, email = address()) => {
    const member = await reader(org, email);
    const before = new Set((await world.logsOf(org)).map(({ id }) => id));
    expect(await world.deliver(automateWorker, [promoted(org, member.id)])).toBe(0);
    world.sent.splice(0);
    const log = (await world.logsOf(org)).find(({ id }) => !before.has(id))!;
    return { member, log, order: org.message(SendEmail, { email_log_id: log.id }) };
  };
  const logOf = (org: SoundcloudOrg, { id }: EmailLog) => EmailLog.get(org.ctx, { org_id: org.org_id, id }, { consistent: true });

  it("is put off as long as the service says, and sent then", async () => {
    const org = await world.org();
    const { member, log, order } = await queued(org);
    await fault("429_gateway", 1);
    expect(await world.deliver(sendEmailWorker, [order])).toBe(0);
    expect(world.sent.map(({ envelope, delay_s }) => [envelope.type, envelope.data, delay_s])).toEqual([[SendEmail.type, { email_log_id: log.id }, 900]]);
    expect(await logOf(org, log)).toMatchObject({ status: "pending", retry_count: 1 });
    // The client leaves the service alone until the next day, by real time.
    world.restart();
    await world.drain(sendEmailWorker);
    expect(await logOf(org, log)).toMatchObject({ status: "sent", retry_count: 1 });
    expect(await AutomationLog.get(org.ctx, { org_id: org.org_id, id: log.id })).toMatchObject({ status: "sent", retry_count: 1 });
    expect(await world.mailsTo(member.emails[0]!)).toHaveLength(1);
  });

  it("is given up after a day of being put off", async () => {
    const org = await world.org();
    const { log, order } = await queued(org);
    world.clock.advance(86_400_001);
    await fault("429_gateway", 1);
    expect(await world.deliver(sendEmailWorker, [order])).toBe(0);
    expect([await logOf(org, log), world.sent.length]).toMatchObject([{ status: "failed", error_message: expect.stringContaining("daily_quota") }, 0]);
    world.restart();
  });

  it("is failed with the service's reason when it is refused, and three in a row are an error of the automation", async () => {
    const org = await world.org();
    const mails = [];
    for (let n = 0; n < 3; n++) mails.push(await queued(org));
    const from = {
      ...world.ports,
      letterhead: { from: "Groundswell <mail@agency.example>" },
      mailer: { send: async () => ({ kind: "permanent", code: "validation_error", detail: "no such domain" }) },
    };
    const refusing = { ...world.boot, ports: from };
    for (const { order } of mails) {
      const reply = await sendEmailWorker.serve(refusing as never)({ Records: [{ messageId: "0", body: order, attributes: {} }] } as never, {
        getRemainingTimeInMillis: () => 60_000,
      });
      expect(reply.batchItemFailures).toEqual([]);
    }
    expect(await logOf(org, mails[0]!.log)).toMatchObject({
      status: "failed",
      error_message: "validation_error: no such domain",
      failed_at: expect.any(String),
    });
    expect(await healthOf(org, "notification-emails")).toMatchObject({
      status: "error",
      error_count: 3,
      last_error_message: "validation_error: no such domain",
    });
    const good = await queued(org);
    expect(await world.deliver(sendEmailWorker, [good.order, mails[0]!.order])).toBe(0);
    expect(await healthOf(org, "notification-emails")).toMatchObject({ status: "warning", total_runs: 4 });
    expect(await world.mailsTo(mails[0]!.member.emails[0]!)).toEqual([]);
  });

  it("waits for the deployment when our key is refused, and for the service when it answers nothing; a neighbour is sent", async () => {
    const org = await world.org();
    const [stuck, neighbour] = [await queued(org), await queued(org)];
    await fault("401", 1);
    expect(await world.deliver(sendEmailWorker, [stuck.order])).toBe(1);
    expect(await world.deliver(sendEmailWorker, ["{", org.message(SendEmail, { email_log_id: "x" }), neighbour.order])).toBe(2);
    expect([(await logOf(org, stuck.log)).status, (await logOf(org, neighbour.log)).status]).toEqual(["pending", "sent"]);
    expect(await world.deliver(sendEmailWorker, [stuck.order])).toBe(0);
    expect((await logOf(org, stuck.log)).status).toBe("sent");
  });

  it("is suppressed for an address that takes none, in its org only", async () => {
    const [org, other] = [await world.org(), await world.org()];
    const email = address();
    await MailSuppression.create(org.ctx, {
      org_id: org.org_id,
      address_hash: addressHash(email),
      suppressed_at: "2026-11-20T09:00:00.000Z",
      reason: "complaint",
    });
    const [here, there] = [await queued(org, email), await queued(other, email)];
    expect(await world.deliver(sendEmailWorker, [here.order, there.order])).toBe(0);
    expect(await logOf(org, here.log)).toMatchObject({ status: "suppressed", error_message: expect.stringContaining("complaint") });
    expect(await AutomationLog.get(org.ctx, { org_id: org.org_id, id: here.log.id })).toMatchObject({ status: "failed", mail_status: "suppressed" });
    expect((await world.mailsTo(email)).map(({ tags }) => tags["org_id"])).toEqual([other.org_id]);
    expect((await healthOf(org, "notification-emails")).total_runs).toBe(0);
  });
});

describe("the weekly digest", () => {
  const mondays = ["2026-12-07T08:00:00Z", "2026-12-07T08:00:00Z", "2026-12-09T15:00:00Z"];

  it("is one per ISO week and member, also when the schedule runs twice or late", async () => {
    const org = await world.org();
    const members = [await reader(org), await reader(org)];
    await org.member({ emails: [] });
    for (const at of mondays) {
      await world.tick(sendDigestsWeeklyJob, at);
      await world.drain(sendDigestWorker);
      await world.drain(sendEmailWorker);
    }
    const late = org.message(SendDigest, { week: "2026-W49" });
    expect(await world.deliver(sendDigestWorker, [late, late])).toBe(0);
    await world.drain(sendEmailWorker);
    for (const { emails } of members) {
      const digests = await world.mailsTo(emails[0]!);
      expect(digests.map(({ subject }) => subject)).toEqual(["Your week 2026-W49 in the network"]);
    }
    await world.tick(sendDigestsWeeklyJob, "2026-12-14T08:00:00Z");
    await world.drain(sendDigestWorker);
    expect((await world.logsOf(org)).map(({ template_data }) => String(template_data["week"])).toSorted()).toEqual([
      "2026-W49",
      "2026-W49",
      "2026-W50",
      "2026-W50",
    ]);
  });

  it("goes on in another message when time runs short, and fails alone", async () => {
    const org = await world.org();
    // One more than a page of members, of whom the last may be written to.
    for (let n = 0; n < 100; n++) await org.member({ genres: [], unlinked: true, emails: [] });
    await reader(org);
    world.sent.splice(0);
    expect(await world.deliver(sendDigestWorker, ["{", org.message(SendDigest, { week: "2026-W49" })], { remaining_ms: 6000 })).toBe(1);
    expect(world.sent.map(({ envelope }) => envelope)).toMatchObject([{ type: SendDigest.type, org_id: org.org_id, data: { week: "2026-W49" } }]);
    expect(await world.drain(sendDigestWorker)).toBe(1);
    expect(await world.logsOf(org)).toHaveLength(1);
  });
});
