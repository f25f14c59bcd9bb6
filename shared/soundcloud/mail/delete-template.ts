import type { OrgCtx } from "../../kernel/context.ts";
import { AutomationTemplate } from "./automation-template.ts";
import { EmailTemplate } from "./email-template.ts";

/** Mails that were made of it keep what they say. Throws DomainError not_found or `stale`. */
export const deleteEmailTemplate = (ctx: OrgCtx, id: string, version: number): Promise<void> =>
  EmailTemplate.delete(ctx, { org_id: ctx.org_id, id }, { version });
export const deleteAutomationTemplate = (ctx: OrgCtx, id: string, version: number): Promise<void> =>
  AutomationTemplate.delete(ctx, { org_id: ctx.org_id, id }, { version });
