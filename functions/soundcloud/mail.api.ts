import { authenticate } from "../../shared/identity/authenticate.ts";
import { api } from "../../shared/kernel/http/api.ts";
import { onLambda } from "../../shared/kernel/http/on-lambda.ts";
import { webhookSecrets } from "../../shared/mail/webhook-secrets.ts";
import { createAutomationTemplate } from "../../shared/soundcloud/mail/create-automation-template.ts";
import { createEmailTemplate } from "../../shared/soundcloud/mail/create-email-template.ts";
import { deleteAutomationTemplate, deleteEmailTemplate } from "../../shared/soundcloud/mail/delete-template.ts";
import { listAutomationHealth } from "../../shared/soundcloud/mail/list-automation-health.ts";
import { listAutomationLogs } from "../../shared/soundcloud/mail/list-automation-logs.ts";
import { getEmailLog, listEmailLogs } from "../../shared/soundcloud/mail/list-email-logs.ts";
import { listMailEvents } from "../../shared/soundcloud/mail/list-mail-events.ts";
import { patchAutomationTemplate } from "../../shared/soundcloud/mail/patch-automation-template.ts";
import { patchEmailTemplate } from "../../shared/soundcloud/mail/patch-email-template.ts";
import { previewAutomationTemplate, previewEmailTemplate } from "../../shared/soundcloud/mail/preview-template.ts";
import { getAutomationTemplate, getEmailTemplate, listAutomationTemplates, listEmailTemplates } from "../../shared/soundcloud/mail/read-templates.ts";
import { receiveMailEvent } from "../../shared/soundcloud/mail/receive-mail-event.ts";
import { sendTemplate } from "../../shared/soundcloud/mail/send-template.ts";
import { switchAutomation } from "../../shared/soundcloud/mail/switch-automation.ts";
import { soundcloudSystem } from "../../shared/soundcloud/table.ts";
import { mail } from "./mail.routes.ts";

export const mailApi = api(
  mail,
  { records: soundcloudSystem.idempotency, ports: { resend_secrets: ({ env }) => webhookSecrets(env("RESEND_WEBHOOK_SECRET")) } },
  {
    listEmailTemplates: (ctx, { page }) => listEmailTemplates(ctx, page),
    createEmailTemplate: (ctx, { body }) => createEmailTemplate(ctx, body),
    getEmailTemplate: (ctx, { params }) => getEmailTemplate(ctx, params.email_template_id),
    patchEmailTemplate: (ctx, { params, body, version }) => patchEmailTemplate(ctx, params.email_template_id, body, version),
    deleteEmailTemplate: (ctx, { params, version }) => deleteEmailTemplate(ctx, params.email_template_id, version),
    previewEmailTemplate: (ctx, { params, body }) => previewEmailTemplate(ctx, params.email_template_id, body.variables),
    sendEmailTemplate: (ctx, { params, body }) => sendTemplate(ctx, params.email_template_id, body),
    listAutomationTemplates: (ctx, { page }) => listAutomationTemplates(ctx, page),
    createAutomationTemplate: (ctx, { body }) => createAutomationTemplate(ctx, body),
    getAutomationTemplate: (ctx, { params }) => getAutomationTemplate(ctx, params.automation_template_id),
    patchAutomationTemplate: (ctx, { params, body, version }) => patchAutomationTemplate(ctx, params.automation_template_id, body, version),
    deleteAutomationTemplate: (ctx, { params, version }) => deleteAutomationTemplate(ctx, params.automation_template_id, version),
    previewAutomationTemplate: (ctx, { params, body }) => previewAutomationTemplate(ctx, params.automation_template_id, body.variables),
    listEmailLogs: (ctx, { query, page }) => listEmailLogs(ctx, query, page),
    getEmailLog: (ctx, { params }) => getEmailLog(ctx, params.email_log_id),
    listAutomationLogs: (ctx, { query, page }) => listAutomationLogs(ctx, query, page),
    listAutomationHealth: (ctx, { page }) => listAutomationHealth(ctx, page),
    switchAutomation: (ctx, { params, body, version }) => switchAutomation(ctx, params.automation_health_id, body.enabled, version),
    listMailEvents: (ctx, { query, page }) => listMailEvents(ctx, query, page),
    receiveMailEvent: { secrets: async (ctx) => ctx.resend_secrets, run: (ctx, { body, message }) => receiveMailEvent(ctx, body, message.id) },
  },
);
export const handler = onLambda(mailApi, authenticate);
