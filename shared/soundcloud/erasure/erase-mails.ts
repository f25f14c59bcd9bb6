import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { AutomationLog } from "../mail/automation-log.ts";
import { EmailLog } from "../mail/email-log.ts";
import { MailBody } from "../mail/mail-body.ts";
import { mailsByHand } from "../mail/mails-by-hand.ts";
import { soundcloud } from "../table.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";

/** Whom the log of a mail to an erased person names. */
export const ERASED_ADDRESS = "erased@erased.invalid";

/** Log and text of one mail without the person; a mail that waits has no text any more and is not sent. Repeating it changes nothing. */
const eraseMail = (ctx: OrgCtx, id: string): Promise<void> =>
  contend(async () => {
    const key = { org_id: ctx.org_id, id };
    const [mail, automation, body] = await Promise.all([
      EmailLog.find(ctx, key, { consistent: true }),
      AutomationLog.find(ctx, key, { consistent: true }),
      MailBody.find(ctx, key, { consistent: true }),
    ]);
    const gone = { recipient_email: ERASED_ADDRESS, subject: null, error_message: null };
    const writes: Write[] = [
      ...(mail && mail.recipient_email !== ERASED_ADDRESS ? EmailLog.writes.patch(ctx, mail, { ...gone, user_id: null, template_data: {} }) : []),
      ...(automation && automation.recipient_email !== ERASED_ADDRESS ? AutomationLog.writes.patch(ctx, automation, { ...gone, variables_used: {} }) : []),
      ...(body ? MailBody.writes.delete(ctx, body) : []),
    ];
    await transact(ctx, soundcloud, writes, { pattern: "mail.erase" });
  });

/** Mails about an inquiry or a complaint, whatever address they went to. */
export const eraseMailsAbout = async (ctx: OrgCtx, related_object_id: string): Promise<void> => {
  for await (const { id } of every((page) => EmailLog.query.byObject(ctx, { org_id: ctx.org_id, related_object_id }, page))) await eraseMail(ctx, id);
};

/** Those of the mails to an address that are to be erased. */
export const eraseMailsWhere = async (ctx: OrgCtx, recipient_email: string, isTheirs: (mail: EmailLog) => Promise<boolean>): Promise<void> => {
  for await (const mail of every((page) => EmailLog.query.byRecipient(ctx, { org_id: ctx.org_id, recipient_email }, page)))
    if (await isTheirs(mail)) await eraseMail(ctx, mail.id);
};

/** The ids of all mails to the member: those that automations sent, those that ops sent, and those to the addresses that were theirs. */
async function* mailsTo(ctx: OrgCtx, { member: { org_id, id }, texts }: Erasure): AsyncGenerator<string> {
  for await (const one of every((page) => AutomationLog.query.byMember(ctx, { org_id, recipient_member_id: id }, page))) yield one.id;
  for await (const one of mailsByHand(ctx, { org_id, id })) yield one.id;
  for (const recipient_email of texts.emails)
    for await (const one of every((page) => EmailLog.query.byRecipient(ctx, { org_id, recipient_email }, page))) yield one.id;
}

/** Statuses, times and what the mails were about stay; so does an address's standing, which is kept under a digest. */
export const eraseMails = async (ctx: EraseCtx, erasure: Erasure): Promise<Progress | undefined> => {
  const stopped = await through(ctx, mailsTo(ctx, erasure), (id) => eraseMail(ctx, id));
  return stopped === undefined ? undefined : {};
};
