import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import { erasePersonWorker } from "../../../functions/soundcloud/erase-person.worker.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import { submissionsApi } from "../../../functions/soundcloud/submissions.api.ts";
import { mailApi } from "../../../functions/soundcloud/mail.api.ts";
import { orderErasure } from "../../../shared/soundcloud/erasure/order-erasure.ts";
import { AutomationHealth } from "../../../shared/soundcloud/mail/automation-health.ts";
import { AutomationLog } from "../../../shared/soundcloud/mail/automation-log.ts";
import { MailSuppression, addressHash } from "../../../shared/soundcloud/mail/mail-suppression.ts";
import { Member } from "../../../shared/soundcloud/member/member.ts";
import { patchClient } from "../../../shared/soundcloud/party/parties.ts";
import type { SoundcloudOrg } from "../../support/soundcloud.ts";
import { type MailWorld, mailWorld } from "../../workers/soundcloud/mail-world.ts";

let world: MailWorld;
let people = 0;
beforeAll(async () => {
  world = await mailWorld({ apis: [mailApi, submissionsApi] });
});
afterAll(() => world.stop());

const address = (): string => `by-hand-${(people += 1)}@example.com`;
const reader = (org: SoundcloudOrg, email = address()) => org.member({ name: "Reader & Sons", emails: [email], primary_email: email });
const clientWith = async (org: SoundcloudOrg, emails: string[]) => {
  const client = await org.clientOf(`Client ${(people += 1)}`);
  return patchClient(org.ctx, client.id, { emails }, client.version);
};
const template = async (org: SoundcloudOrg, more: object = {}) =>
  (
    await org.admin.api.post("/soundcloud/email-templates", {
      name: `by-hand-${(people += 1)}`,
      subject: "Hello {{ recipient_name }}",
      body_html: "<p>{{ recipient_name }}: {{ news }}</p>",
      variables: { recipient_name: "Whom it goes to", news: "What is new" },
      ...more,
    })
  ).body as { id: string; name: string; version: number };
const send = (org: SoundcloudOrg, id: string, body: object, more: object = {}) => org.moderator.api.post(`/soundcloud/email-templates/${id}/send`, body, more);
const suppress = (org: SoundcloudOrg, email: string, reason: "hard_bounce" | "complaint") =>
  MailSuppression.create(org.ctx, { org_id: org.org_id, address_hash: addressHash(email), suppressed_at: "2026-11-01T00:00:00.000Z", reason });
const handOver = () => world.drain(sendEmailWorker);

describe("POST /soundcloud/email-templates/{email_template_id}/send", () => {
  it("sends the template to a member by the one sender, and logs it with the template", async () => {
    const org = await world.org();
    const member = await reader(org);
    const { id, name } = await template(org);
    const reply = await send(org, id, { member_id: member.id, variables: { news: "<b>five</b> reposts" } });
    expect(reply).toMatchObject({ status: 202, body: { items: [{ recipient_email: member.emails[0], subject: "Hello Reader & Sons" }], refused: [] } });
    await handOver();
    const [{ email_log_id }] = reply.body.items;
    const [mail, ...more] = await world.mailsTo(member.emails[0]!);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ html: "<p>Reader &amp; Sons: &lt;b&gt;five&lt;/b&gt; reposts</p>", idempotency_key: email_log_id });
    expect((await org.moderator.api.get(`/soundcloud/email-logs/${email_log_id}`)).body).toMatchObject({
      status: "sent",
      template_id: id,
      template_name: name,
      related_object_type: "member",
      related_object_id: member.id,
      resend_message_id: mail!.id,
      template_data: { recipient_name: member.name, news: "<b>five</b> reposts" },
      metadata: { sent_by: org.moderator.user_id },
    });
    expect(await AutomationLog.find(org.ctx, { org_id: org.org_id, id: email_log_id })).toBeUndefined();
    const health = await AutomationHealth.list(org.ctx, { org_id: org.org_id });
    expect(health.items.map(({ total_runs }) => total_runs)).toEqual([0, 0, 0, 0]);
  });

  it("comes out once under retries of the request and of the order", async () => {
    const org = await world.org();
    const member = await reader(org);
    const { id } = await template(org);
    const body = { member_id: member.id, variables: { news: "once" } };
    const key = { key: `by-hand-${org.org_id}` };
    const first = await send(org, id, body, key);
    const again = await send(org, id, body, key);
    expect([again.status, again.body, again.headers["idempotency-replayed"]]).toEqual([202, first.body, "true"]);
    expect((await send(org, id, { ...body, variables: { news: "other" } }, key)).problem).toMatchObject({ status: 422, code: "idempotency_key_reused" });
    const order = org.message(SendEmail, { email_log_id: first.body.items[0].email_log_id });
    expect(await world.deliver(sendEmailWorker, [order, "{}", order])).toBe(1);
    await handOver();
    expect(await world.mailsTo(member.emails[0]!)).toHaveLength(1);
    expect(await world.logsOf(org)).toHaveLength(1);
  });

  it("goes to the person behind a submission, who need not be told the track, and is noted there", async () => {
    const org = await world.org();
    const member = await reader(org);
    const submission = await org.submission({ member_id: member.id, artist_name: "Quiet Choir", track_title: "Light Us" });
    const { id } = await template(org, {
      body_html: "{{ artist_name }}, {{ track_title }}, {{ track_url }}: {{ news }}",
      variables: { recipient_name: "", artist_name: "", track_title: "", track_url: "", news: "" },
    });
    const reply = await send(org, id, { submission_id: submission.id, variables: { news: "soon", track_title: "Another Title" } });
    expect(reply.status).toBe(202);
    await handOver();
    const [mail] = await world.mailsTo(member.emails[0]!);
    expect(mail!.html).toBe(`Quiet Choir, Another Title, ${submission.track_url}: soon`);
    const seen = await org.moderator.api.get(`/soundcloud/submissions/${submission.id}`);
    expect(seen.body.resend_message_ids).toEqual([mail!.id]);
    const logs = await org.moderator.api.get("/soundcloud/email-logs", { query: { related_object_id: submission.id } });
    expect(logs.body.items).toMatchObject([{ template_id: id, related_object_type: "submission" }]);
  });

  it("goes to each address of a client that takes mails, and names those that do not", async () => {
    const org = await world.org();
    const [open, bounced, other] = [address(), address(), address()];
    const client = await clientWith(org, [open, bounced, other]);
    await suppress(org, bounced, "hard_bounce");
    const submission = await org.submission({ client_id: client.id });
    const { id } = await template(org);
    for (const to of [{ client_id: client.id }, { submission_id: submission.id }]) {
      const { status, body } = await send(org, id, { ...to, variables: { news: "x" } });
      expect([status, body.items.map(({ recipient_email }: { recipient_email: string }) => recipient_email), body.refused]).toEqual([
        202,
        [open, other],
        [{ recipient_email: bounced, reason: "hard_bounce" }],
      ]);
    }
    await handOver();
    expect(await Promise.all([open, bounced, other].map(async (to) => (await world.mailsTo(to)).length))).toEqual([2, 0, 2]);
    await suppress(org, open, "complaint");
    await suppress(org, other, "hard_bounce");
    const { problem } = await send(org, id, { client_id: client.id, variables: { news: "x" } });
    expect([problem!.status, problem!.code, problem!.errors.map(({ code }: { code: string }) => code)]).toEqual([
      422,
      "address_suppressed",
      ["complaint", "hard_bounce", "hard_bounce"],
    ]);
  });

  it("422 with everything that is missing or too much, and nothing is made", async () => {
    const org = await world.org();
    const member = await reader(org);
    const { id } = await template(org, { variables: { recipient_name: "", news: "", day: "", hour: "" } });
    const faults = async (variables: object) => {
      const { problem } = await send(org, id, { member_id: member.id, variables });
      return [problem!.status, problem!.code, problem!.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()];
    };
    expect(await faults({ hour: 12 })).toEqual([422, "missing_variables", ["/variables/day", "/variables/news"]]);
    expect(await faults({ news: "", day: "", hour: 1, a: 1, b: 2 })).toEqual([422, "unknown_variables", ["/variables/a", "/variables/b"]]);
    expect(await faults({})).toEqual([422, "missing_variables", ["/variables/day", "/variables/hour", "/variables/news"]]);
    expect(await world.logsOf(org)).toEqual([]);
  });

  it("422 for whom nobody knows or who has no address; 409 when it is switched off; 400 unless one is named", async () => {
    const [org, other] = [await world.org(), await world.org()];
    const [member, foreign, silent] = [await reader(org), await reader(other), await org.member({ emails: [] })];
    const { id, version } = await template(org);
    const variables = { news: "x" };
    const codeOf = async (body: object) => {
      const { problem } = await send(org, id, body);
      return [problem!.status, problem!.code, problem!.errors?.map(({ pointer }: { pointer: string }) => pointer)];
    };
    for (const field of ["member_id", "client_id", "submission_id"])
      expect(await codeOf({ [field]: foreign.id, variables })).toEqual([422, "unknown_recipient", [`/${field}`]]);
    expect(await codeOf({ member_id: silent.id, variables })).toEqual([422, "no_address", ["/member_id"]]);
    expect((await codeOf({ variables }))[0]).toBe(400);
    expect((await codeOf({ member_id: member.id, client_id: member.id, variables }))[0]).toBe(400);
    await org.admin.api.patch(`/soundcloud/email-templates/${id}`, { active: false }, { version });
    expect((await codeOf({ member_id: member.id, variables })).slice(0, 2)).toEqual([409, "template_inactive"]);
    const { person } = await org.artist();
    expect((await person.api.post(`/soundcloud/email-templates/${id}/send`, { member_id: member.id })).status).toBe(403);
    expect((await send(other, id, { member_id: foreign.id })).status).toBe(404);
    expect((await send(org, id, { member_id: member.id }, { key: "" })).status).toBe(400);
  });

  it("422 when the mails come to more than one transaction takes", async () => {
    const org = await world.org();
    const client = await clientWith(
      org,
      Array.from({ length: 20 }, () => address()),
    );
    const { id } = await template(org, { body_html: `{% for n in (1..4) %}${"x".repeat(45_000)}{% endfor %}{{ news }}` });
    expect((await send(org, id, { client_id: client.id, variables: { news: "x" } })).problem).toMatchObject({ status: 422, code: "mail_too_large" });
    expect(await world.logsOf(org)).toEqual([]);
  });

  it("is held back when its recipient is erased before it leaves, and loses what it says", async () => {
    const org = await world.org();
    const member = await reader(org);
    const { id } = await template(org);
    const noted = { resend_message_ids: ["message-1"], ip_tracking_url: "https://influenceplanner.com/planned/calendar/1" };
    const submission = await org.submission({ member_id: member.id, ...noted });
    const mailed = async (to: object): Promise<string> => (await send(org, id, { ...to, variables: { news: "secret" } })).body.items[0].email_log_id;
    const sent = [await mailed({ member_id: member.id }), await mailed({ submission_id: submission.id })];
    const moved = address();
    await Member.patch(org.ctx, { org_id: org.org_id, id: member.id }, { emails: [moved], primary_email: moved });
    await orderErasure(org.ctx, member.id);
    await world.drain(erasePersonWorker);
    await handOver();
    expect(await world.mailsTo(member.emails[0]!)).toEqual([]);
    for (const email_log_id of sent)
      expect((await org.moderator.api.get(`/soundcloud/email-logs/${email_log_id}`)).body).toMatchObject({
        status: "failed",
        recipient_email: "erased@erased.invalid",
        template_data: {},
      });
    const left = (await org.moderator.api.get(`/soundcloud/submissions/${submission.id}`)).body;
    expect([left.resend_message_ids, left.ip_tracking_url]).toEqual([[], undefined]);
  });
});
