import { SendEmail } from "../../../events/soundcloud/send-email.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { AutomationLog } from "./automation-log.ts";
import type { AutomationTemplate } from "./automation-template.ts";
import { EmailLog } from "./email-log.ts";
import type { MailOrder } from "./mail-order.ts";
import { MailRepeat } from "./mail-repeat.ts";
import { madeMailWrites, makeMail, stillTheirs } from "./make-mail.ts";
import type { Trigger } from "./trigger.ts";

export type QueueMailCtx = OrgCtx & { readonly commands: Commands };
/** What makes a mail one of its kind: the event, or the week of a digest. */
export interface Cause {
  readonly trigger: Trigger;
  /** The same for whatever must not be told twice. */
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** Makes the mail unless it was made before, and orders that it be sent; a repeat orders it again while it waits. */
export const queueMail = async (ctx: QueueMailCtx, template: AutomationTemplate, order: MailOrder, cause: Cause): Promise<void> => {
  const { org_id } = ctx;
  const id = uuidOf(`mail/${org_id}/${cause.key}/${template.id}/${order.member_id ?? order.to}`);
  const known = (await EmailLog.find(ctx, { org_id, id }, { consistent: true })) ?? (await storeMail(ctx, id, template, order, cause));
  if (known?.status === "pending") await ctx.commands.sendEach(ctx, SendEmail, [{ org_id, id, data: { email_log_id: id } }]);
};

/** Log, body and repeat guard in one transaction; undefined when the recipient had such a mail not long ago. */
const storeMail = (ctx: QueueMailCtx, id: string, template: AutomationTemplate, order: MailOrder, cause: Cause): Promise<EmailLog | undefined> =>
  contend(async () => {
    const { org_id } = ctx;
    const guard = await repeatGuard(ctx, id, template, order);
    // What keeps it back may be this very mail, made by another delivery meanwhile.
    if (!guard) return EmailLog.find(ctx, { org_id, id }, { consistent: true });
    try {
      const writes = await mailWrites(ctx, id, template, order, cause);
      await transact(ctx, soundcloud, [...writes, ...guard, ...stillTheirs(ctx, order)], { pattern: "mail.queue" });
    } catch (error) {
      if (!isDomainError(error, "already_exists")) throw error;
    }
    // Another delivery made this mail, or another mail of the kind; the log tells.
    return EmailLog.find(ctx, { org_id, id }, { consistent: true });
  });

const mailWrites = async (ctx: QueueMailCtx, id: string, template: AutomationTemplate, order: MailOrder, { trigger, key }: Cause): Promise<Write[]> => {
  const mail = await makeMail(ctx, { id, template, template_name: template.template_key, order, metadata: { trigger, cause: key } });
  const { org_id, logged_at, recipient_email, subject, metadata, template_data } = mail.log;
  return [
    ...madeMailWrites(ctx, mail),
    ...AutomationLog.writes.create(ctx, {
      org_id,
      id,
      logged_at,
      recipient_email,
      ...(subject === undefined ? {} : { subject }),
      metadata,
      ...(order.member_id === undefined ? {} : { recipient_member_id: order.member_id }),
      template_key: template.template_key,
      parent_type: order.object_type,
      parent_id: order.object_id,
      variables_used: template_data,
    }),
  ];
};

/** The write that keeps the next mail of the kind back; undefined while an earlier one does. Time to live deletes late, so the time decides. */
const repeatGuard = async (
  ctx: QueueMailCtx,
  email_log_id: string,
  template: AutomationTemplate,
  { to, member_id, once }: MailOrder,
): Promise<Write[] | undefined> => {
  if (!once) return [];
  const now = ctx.clock.now();
  const key = { org_id: ctx.org_id, kind: `${template.template_key}/${once.kind}/${member_id ?? to}` };
  const last = await MailRepeat.find(ctx, key, { consistent: true });
  if (last && last.allowed_from > now.toISOString()) return undefined;
  const next = { email_log_id, allowed_from: new Date(now.getTime() + once.days * DAY_MS).toISOString() };
  return last ? MailRepeat.writes.patch(ctx, last, next) : MailRepeat.writes.create(ctx, { ...key, ...next });
};
