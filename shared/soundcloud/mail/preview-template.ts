import type { OrgCtx } from "../../kernel/context.ts";
import type { MailTemplate, RenderedMail, Values } from "../../mail/render.ts";
import { renderer } from "../../mail/renderer.ts";
import { AutomationTemplate } from "./automation-template.ts";
import { requireDeclared } from "./check-template.ts";
import { EmailTemplate } from "./email-template.ts";

const preview = async (template: MailTemplate, values: Values): Promise<RenderedMail> => {
  requireDeclared(template, values);
  return (await renderer()).renderMail(template, values);
};

/**
 * The mail as it would be with these values; nothing is sent. Throws DomainError not_found, `unknown_variables`,
 * `missing_variables` or `template_failed`, each with all that it found.
 */
export const previewEmailTemplate = async (ctx: OrgCtx, id: string, values: Values): Promise<RenderedMail> =>
  preview(await EmailTemplate.get(ctx, { org_id: ctx.org_id, id }), values);
export const previewAutomationTemplate = async (ctx: OrgCtx, id: string, values: Values): Promise<RenderedMail> =>
  preview(await AutomationTemplate.get(ctx, { org_id: ctx.org_id, id }), values);
