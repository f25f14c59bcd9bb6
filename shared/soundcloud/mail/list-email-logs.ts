import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { email } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { EmailLog } from "./email-log.ts";
import { MailStatus } from "./mail-status.ts";

export const EmailLogFilter = z
  .strictObject({ recipient_email: email.optional(), related_object_id: z.uuid().optional(), status: MailStatus.optional() })
  .refine(
    (filter) => Object.values(filter).filter((value) => value !== undefined).length <= 1,
    "gives one of recipient_email, related_object_id and status at most",
  );
type EmailLogFilter = z.output<typeof EmailLogFilter>;

/** The org's mails, the latest first. */
export const listEmailLogs = (ctx: OrgCtx, { recipient_email, related_object_id, status }: EmailLogFilter, page: PageRequest): Promise<PageOf<EmailLog>> => {
  const { org_id } = ctx;
  const options = { ...page, desc: true };
  if (recipient_email !== undefined) return EmailLog.query.byRecipient(ctx, { org_id, recipient_email }, options);
  if (related_object_id !== undefined) return EmailLog.query.byObject(ctx, { org_id, related_object_id }, options);
  if (status !== undefined) return EmailLog.query.byStatus(ctx, { org_id, status }, options);
  return EmailLog.query.all(ctx, { org_id }, options);
};
export const getEmailLog = (ctx: OrgCtx, id: string): Promise<EmailLog> => EmailLog.get(ctx, { org_id: ctx.org_id, id });
