import type { OrgCtx } from "../../kernel/context.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { AutomationTemplate } from "./automation-template.ts";
import { EmailTemplate } from "./email-template.ts";

/** The org's templates, the oldest first. */
export const listEmailTemplates = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<EmailTemplate>> => EmailTemplate.list(ctx, { org_id: ctx.org_id }, page);
export const getEmailTemplate = (ctx: OrgCtx, id: string): Promise<EmailTemplate> => EmailTemplate.get(ctx, { org_id: ctx.org_id, id });
export const listAutomationTemplates = (ctx: OrgCtx, page: PageRequest): Promise<PageOf<AutomationTemplate>> =>
  AutomationTemplate.list(ctx, { org_id: ctx.org_id }, page);
export const getAutomationTemplate = (ctx: OrgCtx, id: string): Promise<AutomationTemplate> => AutomationTemplate.get(ctx, { org_id: ctx.org_id, id });
