import { ApplyMailEvent } from "../../../events/soundcloud/apply-mail-event.v1.ts";
import { Automate } from "../../../events/soundcloud/automate.v1.ts";
import { MailOrdered } from "../../../events/soundcloud/mail-ordered.v1.ts";
import { SendDigest } from "../../../events/soundcloud/send-digest.v1.ts";
import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import { applyMailEventWorker } from "../../../functions/soundcloud/apply-mail-event.worker.ts";
import { automateWorker } from "../../../functions/soundcloud/automate.worker.ts";
import { sendDigestWorker } from "../../../functions/soundcloud/send-digest.worker.ts";
import { sendEmailWorker } from "../../../functions/soundcloud/send-email.worker.ts";
import type { Worker } from "../../../shared/kernel/queue/worker.ts";
import { AutomationHealth } from "../../../shared/soundcloud/mail/automation-health.ts";
import { AutomationLog } from "../../../shared/soundcloud/mail/automation-log.ts";
import { createEmailTemplate } from "../../../shared/soundcloud/mail/create-email-template.ts";
import { MailSuppression, addressHash } from "../../../shared/soundcloud/mail/mail-suppression.ts";
import { sendTemplate } from "../../../shared/soundcloud/mail/send-template.ts";
import { Submission } from "../../../shared/soundcloud/submission/submission.ts";
import { type MailWorld, mailWorld } from "../../workers/soundcloud/mail-world.ts";
import type { CrashGate } from "../faults/crash.ts";
import type { SoundcloudOrg } from "../soundcloud.ts";
import { type CrashCase, crashCase, requireDone } from "./crash-case.ts";

let readers = 0;

/** One member whose mail it is about, and the message that the job takes. */
interface Started {
  readonly org: SoundcloudOrg;
  readonly email: string;
  readonly message: string;
}

export const softBounces = async (org: SoundcloudOrg, email: string): Promise<number> => {
  const standing = await MailSuppression.find(org.ctx, { org_id: org.org_id, address_hash: addressHash(email) }, { consistent: true });
  return standing?.soft_bounces.length ?? 0;
};

/** Whatever was ordered is sent in the end, and what it came to is told without ids and times. */
const state = async (world: MailWorld, { org, email }: Started): Promise<object> => {
  world.restart();
  await world.drain(sendEmailWorker);
  const logs = await world.logsOf(org);
  const automated = await Promise.all(logs.map(({ org_id, id }) => AutomationLog.get(org.ctx, { org_id, id }, { consistent: true })));
  const health = await AutomationHealth.get(org.ctx, { org_id: org.org_id, automation_name: "notification-emails" }, { consistent: true });
  return {
    mails: (await world.mailsTo(email)).length,
    logs: logs.map(({ status, bounced_at }) => ({ status, bounced: bounced_at !== undefined })),
    automated: automated.map(({ mail_status, provider_message_id }) => ({ mail_status, named: provider_message_id !== undefined })),
    runs: health.total_runs,
    soft_bounces: await softBounces(org, email),
  };
};

const start = async (world: MailWorld): Promise<Omit<Started, "message"> & { member_id: string }> => {
  const org = await world.org();
  const email = `crash-reader-${(readers += 1)}@example.com`;
  const { id } = await org.member({ emails: [email], primary_email: email });
  return { org, email, member_id: id };
};

const promotion = (org: SoundcloudOrg, member_id: string): string => org.message(Automate, { trigger: "tier-changed", member_id, from: "T1", to: "T2" });

/** Without the API: what the sandbox tells by itself, in its own time, would pass the gate among the calls of the job. */
export const mailPlace = (gate: CrashGate): Promise<MailWorld> => mailWorld({ gate, apis: [] });

/** Somebody's mail that the mail service has taken. */
export const mailed = async (world: MailWorld) => {
  const { org, email, member_id } = await start(world);
  await requireDone(world.deliver(automateWorker, [promotion(org, member_id)]));
  await world.drain(sendEmailWorker);
  const [log] = await world.logsOf(org);
  return { org, email, log: log! };
};

const mailCase = (title: string, worker: Worker, begin: (world: MailWorld) => Promise<Started>, ends: object): CrashCase =>
  crashCase(title, {
    place: mailPlace,
    start: begin,
    run: (world, { message }) => {
      world.restart();
      return requireDone(world.deliver(worker, [message]));
    },
    state,
    ends,
    stop: (world) => world.stop(),
  });

const sent = { mails: 1, logs: [{ status: "sent", bounced: false }], automated: [{ mail_status: "sent", named: true }], runs: 1 };

export const automateCrash = mailCase(
  "queueing a mail",
  automateWorker,
  async (world) => {
    const { member_id, ...made } = await start(world);
    return { ...made, message: promotion(made.org, member_id) };
  },
  sent,
);

export const sendDigestCrash = mailCase(
  "queueing digests",
  sendDigestWorker,
  async (world) => {
    const { member_id: _, ...made } = await start(world);
    return { ...made, message: made.org.message(SendDigest, { week: "2026-W46" }) };
  },
  sent,
);

export const sendEmailCrash = mailCase(
  "handing a mail over",
  sendEmailWorker,
  async (world) => {
    const { member_id, ...made } = await start(world);
    await requireDone(world.deliver(automateWorker, [promotion(made.org, member_id)]));
    const [log] = await world.logsOf(made.org);
    return { ...made, message: made.org.message(SendEmail, { email_log_id: log!.id }) };
  },
  sent,
);

/** What ops sent by hand about a submission leaves once, and its id is kept there once. */
export const sendByHandCrash = crashCase("handing a mail of ops over", {
  place: mailPlace,
  start: async (world) => {
    const { org, email, member_id } = await start(world);
    const submission = await org.submission({ member_id, artist: `by-hand-${readers}` });
    const template = await createEmailTemplate(org.ctx, {
      name: "by-hand",
      subject: "{{ news }}",
      body_html: "<p>{{ news }}</p>",
      variables: { news: "" },
      active: true,
    });
    await sendTemplate(org.ctx, template.id, { submission_id: submission.id, variables: { news: "soon" } });
    const event = (await org.events()).find(({ type }) => type === MailOrdered.type)!;
    return { org, email, submission, message: JSON.stringify({ "detail-type": event.type, detail: event }) };
  },
  run: (world, { message }) => {
    world.restart();
    return requireDone(world.deliver(sendEmailWorker, [message]));
  },
  state: async (world, { org, email, submission }) => {
    world.restart();
    await world.drain(sendEmailWorker);
    const [log, ...more] = await world.logsOf(org);
    const { resend_message_ids } = await Submission.get(org.ctx, submission, { consistent: true });
    return { mails: (await world.mailsTo(email)).length, status: log!.status, more, noted: resend_message_ids.map((id) => id === log!.resend_message_id) };
  },
  ends: { mails: 1, status: "sent", more: [], noted: [true] },
  stop: (world) => world.stop(),
});

export const applyMailEventCrash = mailCase(
  "taking in a bounce",
  applyMailEventWorker,
  async (world) => {
    const { log, ...made } = await mailed(world);
    const told = { event_type: "bounced", at: "2026-11-20T10:00:00.000Z", message_id: log.resend_message_id!, message_key: log.id, bounce_type: "Transient" };
    return { ...made, message: made.org.message(ApplyMailEvent, { id: world.ids.uuid(), ...told }) };
  },
  { mails: 1, logs: [{ status: "bounced", bounced: true }], automated: [{ mail_status: "bounced", named: true }], runs: 1, soft_bounces: 1 },
);
