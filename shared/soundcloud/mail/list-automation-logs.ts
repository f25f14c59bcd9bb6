import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { AutomationLog } from "./automation-log.ts";
import { MailStatus } from "./mail-status.ts";

export const AutomationLogFilter = z
  .strictObject({ recipient_member_id: z.uuid().optional(), parent_id: z.uuid().optional(), mail_status: MailStatus.optional() })
  .refine(
    (filter) => Object.values(filter).filter((value) => value !== undefined).length <= 1,
    "gives one of recipient_member_id, parent_id and mail_status at most",
  );
type AutomationLogFilter = z.output<typeof AutomationLogFilter>;

/** What the org's automations sent, the latest first. */
export const listAutomationLogs = (
  ctx: OrgCtx,
  { recipient_member_id, parent_id, mail_status }: AutomationLogFilter,
  page: PageRequest,
): Promise<PageOf<AutomationLog>> => {
  const { org_id } = ctx;
  const options = { ...page, desc: true };
  if (recipient_member_id !== undefined) return AutomationLog.query.byMember(ctx, { org_id, recipient_member_id }, options);
  if (parent_id !== undefined) return AutomationLog.query.byParent(ctx, { org_id, parent_id }, options);
  if (mail_status !== undefined) return AutomationLog.query.byStatus(ctx, { org_id, mail_status }, options);
  return AutomationLog.query.all(ctx, { org_id }, options);
};
