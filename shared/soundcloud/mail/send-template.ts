import { MailOrdered } from "../../../events/soundcloud/mail-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { Client } from "../party/client.ts";
import { Member } from "../member/member.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { requireDeclared } from "./check-template.ts";
import type { RelatedObject } from "./email-log.ts";
import { EmailTemplate } from "./email-template.ts";
import type { MailOrder } from "./mail-order.ts";
import { MailSuppression, addressHash } from "./mail-suppression.ts";
import { type MadeMail, madeMailWrites, makeMail, stillTheirs } from "./make-mail.ts";
import { type Recipient, recipientsOfClient, recipientsOfMember, recipientsOfSubmission, trackValues } from "./recipient.ts";
import type { SendInput, SentByHand } from "./send-fields.ts";

/** All mails of one order are stored in one transaction, which takes 4 MB. */
const MOST_BYTES = 3_000_000;

/** To whom, about what, and what is known of it without being given. */
interface Addressees {
  readonly field: "member_id" | "client_id" | "submission_id";
  readonly object_type: RelatedObject;
  readonly object_id: string;
  readonly recipients: readonly Recipient[];
  readonly known: MailOrder["values"];
}

const refused = (field: string, code: string, detail: string) => unprocessable(code, detail, [{ pointer: `/${field}`, code, detail }]);

const addresseesOf = async (ctx: OrgCtx, { member_id, client_id, submission_id }: SendInput): Promise<Addressees> => {
  const { org_id } = ctx;
  const unknown = (field: string) => refused(field, "unknown_recipient", `${field} names nothing in the org.`);
  if (member_id !== undefined) {
    if (!(await Member.find(ctx, { org_id, id: member_id }))) throw unknown("member_id");
    return { field: "member_id", object_type: "member", object_id: member_id, recipients: await recipientsOfMember(ctx, member_id), known: {} };
  }
  if (client_id !== undefined) {
    if (!(await Client.find(ctx, { org_id, id: client_id }))) throw unknown("client_id");
    return { field: "client_id", object_type: "client", object_id: client_id, recipients: await recipientsOfClient(ctx, client_id), known: {} };
  }
  const submission = await Submission.find(ctx, { org_id, id: submission_id! });
  if (!submission) throw unknown("submission_id");
  const recipients = await recipientsOfSubmission(ctx, submission);
  return { field: "submission_id", object_type: "submission", object_id: submission.id, recipients, known: trackValues(submission) };
};

/** Those who take mails, and those who do not with the reason. Throws DomainError `no_address` or `address_suppressed` when nobody is left. */
const takers = async (ctx: OrgCtx, { field, recipients }: Addressees): Promise<{ open: Recipient[]; closed: SentByHand["refused"] }> => {
  if (recipients.length === 0) throw refused(field, "no_address", "There is no address to write to, or the member is erased.");
  const keys = recipients.map(({ to }) => ({ org_id: ctx.org_id, address_hash: addressHash(to) }));
  const standings = new Map((await MailSuppression.getMany(ctx, keys, { consistent: true })).map((one) => [one.address_hash, one]));
  const reasonOf = ({ to }: Recipient) => {
    const standing = standings.get(addressHash(to));
    return standing?.suppressed_at === undefined ? undefined : (standing.reason ?? "provider");
  };
  const closed = recipients.flatMap((one) => {
    const reason = reasonOf(one);
    return reason === undefined ? [] : [{ recipient_email: one.to, reason }];
  });
  if (closed.length === recipients.length)
    throw unprocessable(
      "address_suppressed",
      "No address takes mails any more; errors has the reason of each.",
      // Which address it is, whoever asks sees at the member or client; problems hold none.
      closed.map(({ reason }) => ({ pointer: `/${field}`, code: reason, detail: `It takes no mails: ${reason}.` })),
    );
  return { open: recipients.filter((one) => reasonOf(one) === undefined), closed };
};

const bytesOf = (mails: readonly MadeMail[]): number => mails.reduce((sum, mail) => sum + Buffer.byteLength(JSON.stringify(mail)), 0);

/**
 * Sends a template by hand, to a member, a client or whose submission it is: one mail per address, each in the log with
 * the template's id, made and ordered in one transaction. The recipient's name and the track of a submission need not be
 * given. Throws DomainError not_found, `template_inactive`, `unknown_recipient`, `no_address`, `address_suppressed`,
 * `unknown_variables`, `missing_variables`, `template_failed` or `mail_too_large`, each with all that it found. README, Mail.
 */
export const sendTemplate = async (ctx: OrgCtx, id: string, input: SendInput): Promise<SentByHand> => {
  const template = await EmailTemplate.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (!template.active) throw conflict("template_inactive", "The template is switched off; switch it on to send it.");
  requireDeclared(template, input.variables);
  return contend(async () => {
    const addressees = await addresseesOf(ctx, input);
    const { open, closed } = await takers(ctx, addressees);
    const { object_type, object_id, known } = addressees;
    const sent_by = actorId(ctx.actor);
    const orders = open.map(({ recipient_name, ...to }) => ({ ...to, object_type, object_id, values: { recipient_name, ...known, ...input.variables } }));
    const making = orders.map((order) =>
      makeMail(ctx, {
        id: ctx.ids.uuid(),
        template,
        template_name: template.name,
        template_id: template.id,
        order,
        metadata: sent_by === undefined ? {} : { sent_by },
      }),
    );
    const mails = await Promise.all(making);
    if (bytesOf(mails) > MOST_BYTES) throw unprocessable("mail_too_large", `The mails come to more than ${MOST_BYTES} bytes; shorten the template.`);
    const result: SentByHand = {
      items: mails.map(({ log }) => ({ email_log_id: log.id, recipient_email: log.recipient_email, subject: log.subject ?? "" })),
      refused: closed,
    };
    const writes = [
      ...mails.flatMap((mail) => [...madeMailWrites(ctx, mail), ...soundcloudSystem.emit(ctx, MailOrdered, { email_log_id: mail.log.id })]),
      ...orders.flatMap((order) => stillTheirs(ctx, order)),
    ];
    await transact(ctx, soundcloud, writes, { pattern: "mail.send", result });
    return result;
  });
};
