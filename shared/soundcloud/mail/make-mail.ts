import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { MailTemplate } from "../../mail/render.ts";
import { renderer } from "../../mail/renderer.ts";
import { Complaint } from "../complaint/complaint.ts";
import { Inquiry } from "../inquiry/inquiry.ts";
import { Member } from "../member/member.ts";
import { EmailLog } from "./email-log.ts";
import { MailBody } from "./mail-body.ts";
import type { MailOrder } from "./mail-order.ts";

/** A mail to be made, under the key by which its template is known to the org. */
export interface NewMail {
  readonly id: string;
  readonly template: MailTemplate;
  readonly template_name: string;
  /** For a template of ops, which is sent by hand. */
  readonly template_id?: string;
  readonly order: MailOrder;
  readonly metadata: EmailLog["metadata"];
}
/** What is stored of a mail that waits to be sent. */
export interface MadeMail {
  readonly log: EmailLog;
  readonly body: MailBody;
}

/** Renders a mail, once and for all attempts to send it. Throws DomainError `missing_variables` or `template_failed`. */
export const makeMail = async (ctx: OrgCtx, { id, template, template_name, template_id, order, metadata }: NewMail): Promise<MadeMail> => {
  const { org_id } = ctx;
  const { subject, ...body } = (await renderer()).renderMail(template, order.values);
  const at = ctx.clock.now().toISOString();
  return {
    log: EmailLog.draft(ctx, {
      org_id,
      id,
      logged_at: at,
      recipient_email: order.to,
      subject,
      metadata,
      template_name,
      ...(template_id === undefined ? {} : { template_id }),
      ...(order.user_id === undefined ? {} : { user_id: order.user_id }),
      related_object_type: order.object_type,
      related_object_id: order.object_id,
      template_data: Object.fromEntries(Object.entries(order.values).filter(([name]) => Object.hasOwn(template.variables, name))),
    }),
    body: MailBody.draft(ctx, { org_id, id, ...body, rendered_at: at }),
  };
};

/** The writes that store a mail. */
export const madeMailWrites = (ctx: OrgCtx, { log, body }: MadeMail): Write[] => [...EmailLog.writes.put(ctx, log), ...MailBody.writes.put(ctx, body)];

/** An erasure or a change of address meanwhile stops the mail; a repeat reads who is written to now. */
export const stillTheirs = (ctx: OrgCtx, { to, member_id, emails, from_request, object_type, object_id: id }: MailOrder): Write[] => {
  const { org_id } = ctx;
  if (from_request) return (object_type === "inquiry" ? Inquiry : Complaint).writes.require(ctx, { org_id, id }, { is: { email: to } });
  return member_id === undefined || emails === undefined ? [] : Member.writes.require(ctx, { org_id, id: member_id }, { is: { emails: [...emails] } });
};
