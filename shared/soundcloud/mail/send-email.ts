import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { DomainError, isDomainError } from "../../kernel/errors.ts";
import type { Failure, Outcome } from "../../kernel/outcome.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import type { Mail } from "../../mail/resend.client.ts";
import { soundcloud } from "../table.ts";
import { AutomationLog } from "./automation-log.ts";
import { EmailLog } from "./email-log.ts";
import { MailBody } from "./mail-body.ts";
import { MailSuppression, addressHash } from "./mail-suppression.ts";
import { type Move, countRun, moveMail } from "./move-mail.ts";
import { outranks } from "./mail-status.ts";
import { noteOnRequest } from "./note-on-request.ts";

/** Hands mails to the outside service; the same key within a day sends once. */
export interface Mailer {
  send(mail: Mail, idempotency_key: string): Promise<Outcome<{ id: string }>>;
}
export type SendEmailCtx = OrgCtx & { readonly mailer: Mailer; readonly letterhead: { readonly from: string }; readonly commands: Commands };

/** SQS holds a message back no longer. */
const LONGEST_DELAY_S = 900;
/** The service remembers a key for 24 hours; what it put off longer is news no more. */
const GIVEN_UP_MS = 24 * 3_600_000;
/** Refusals of the deployment, not of the mail: after it was mended, the mails go out from the dead-letter queue. */
const OURS = new Set(["missing_api_key", "invalid_api_key", "restricted_api_key", "suspended_api_key", "invalid_permission", "invalid_from_address"]);

/**
 * Sends a queued mail once, however often it is ordered. A suppressed address gets nothing; what the service refuses is
 * `failed` with its reason; what it puts off is ordered again for later.
 * Throws DomainError `mail_not_sent` when the order should be delivered again.
 */
export const sendEmail = async (ctx: SendEmailCtx, { email_log_id: id }: { email_log_id: string }): Promise<void> => {
  const mail = await EmailLog.find(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (!mail || mail.ended_at !== undefined) return;
  // The service has told of it before an earlier delivery could store that it was sent.
  if (mail.status !== "pending") return end(ctx, id, { status: "sent" });
  const [body, standing] = await Promise.all([
    MailBody.find(ctx, { org_id: ctx.org_id, id }, { consistent: true }),
    MailSuppression.find(ctx, { org_id: ctx.org_id, address_hash: addressHash(mail.recipient_email) }, { consistent: true }),
  ]);
  if (!body) return end(ctx, id, { status: "failed", error: "The mail's text is gone: its recipient was erased." });
  if (standing?.suppressed_at !== undefined) return end(ctx, id, { status: "suppressed", error: `The address takes no mails: ${standing.reason}.` });
  const { html, text } = body;
  const tags = { org_id: ctx.org_id, message_key: id };
  const letter = { from: ctx.letterhead.from, to: mail.recipient_email, subject: mail.subject ?? "", html, ...(text === undefined ? {} : { text }), tags };
  const outcome = await ctx.mailer.send(letter, id);
  return outcome.kind === "ok" ? end(ctx, id, { status: "sent", message_id: outcome.value.id }) : notSent(ctx, mail, outcome);
};

/** Stores what became of the mail, with the run of its automation, once. An event of the service may have come before: the status never goes back. */
const end = (ctx: OrgCtx, id: string, { status, message_id, error }: Move): Promise<void> =>
  contend(async () => {
    const mail = await EmailLog.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
    if (mail.ended_at !== undefined) return;
    const at = ctx.clock.now().toISOString();
    const run = status === "suppressed" ? [] : await countRun(ctx, mail, status === "failed" ? error : undefined);
    const move = {
      status: outranks(status, mail.status) ? status : mail.status,
      message_id,
      error: error?.slice(0, 500),
      ended_at: at,
      ...(status === "sent" ? { sent_at: mail.sent_at ?? at } : {}),
      ...(status === "failed" ? { failed_at: mail.failed_at ?? at } : {}),
    };
    const noted = status === "sent" ? await noteOnRequest(ctx, mail, message_id ?? mail.resend_message_id, at) : [];
    await transact(ctx, soundcloud, [...(await moveMail(ctx, mail, move)), ...run, ...noted], { pattern: "mail.end" });
  });

const notSent = async (ctx: SendEmailCtx, mail: EmailLog, outcome: Failure): Promise<void> => {
  if (outcome.kind === "retry_later") return putOff(ctx, mail, outcome);
  if (outcome.kind === "permanent") {
    // The service has a mail under this key: an earlier attempt sent it, under another sender.
    if (outcome.code === "invalid_idempotent_request") return end(ctx, mail.id, { status: "sent" });
    if (!OURS.has(outcome.code)) return end(ctx, mail.id, { status: "failed", error: `${outcome.code}: ${outcome.detail}` });
  }
  const why = outcome.kind === "permanent" ? `${outcome.kind} (${outcome.code})` : outcome.kind;
  throw new DomainError("unavailable", "mail_not_sent", `The mail ${mail.id} was not handed over: ${why}. Deliver the order again.`);
};

/** Of two deliveries that were put off at once, one orders the next attempt. */
const putOff = async (ctx: SendEmailCtx, mail: EmailLog, { after_ms, reason }: Extract<Failure, { kind: "retry_later" }>): Promise<void> => {
  const { org_id, id, logged_at } = mail;
  if (ctx.clock.now().getTime() - Date.parse(logged_at) > GIVEN_UP_MS) return end(ctx, id, { status: "failed", error: `Put off for a day: ${reason}` });
  try {
    await transact(ctx, soundcloud, await retryWrites(ctx, mail), { pattern: "mail.putOff" });
  } catch (error) {
    if (isDomainError(error, "concurrent_change")) return;
    throw error;
  }
  const delay_s = Math.min(Math.max(1, Math.ceil(after_ms / 1000)), LONGEST_DELAY_S);
  await ctx.commands.sendEach(ctx, SendEmail, [{ org_id, data: { email_log_id: id }, delay_s }]);
};

const retryWrites = async (ctx: OrgCtx, mail: EmailLog): Promise<Write[]> => {
  const retry_count = mail.retry_count + 1;
  const automation = await AutomationLog.find(ctx, { org_id: mail.org_id, id: mail.id }, { consistent: true });
  return [...EmailLog.writes.patch(ctx, mail, { retry_count }), ...(automation ? AutomationLog.writes.patch(ctx, automation, { retry_count }) : [])];
};
