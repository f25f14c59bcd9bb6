import * as z from "zod";
import { resource, roles, route, signedBy } from "../../shared/kernel/http/route.ts";
import { AutomationHealth } from "../../shared/soundcloud/mail/automation-health.ts";
import { AutomationLog } from "../../shared/soundcloud/mail/automation-log.ts";
import { AutomationTemplate } from "../../shared/soundcloud/mail/automation-template.ts";
import { EmailLog } from "../../shared/soundcloud/mail/email-log.ts";
import { EmailTemplate } from "../../shared/soundcloud/mail/email-template.ts";
import { AutomationLogFilter } from "../../shared/soundcloud/mail/list-automation-logs.ts";
import { EmailLogFilter } from "../../shared/soundcloud/mail/list-email-logs.ts";
import { MailEventFilter } from "../../shared/soundcloud/mail/list-mail-events.ts";
import { MailEvent } from "../../shared/soundcloud/mail/mail-event.ts";
import { Preview, PreviewInput } from "../../shared/soundcloud/mail/preview-fields.ts";
import { ResendEvent } from "../../shared/soundcloud/mail/resend-event.ts";
import { SendInput, SentByHand } from "../../shared/soundcloud/mail/send-fields.ts";
import { HealthPatch } from "../../shared/soundcloud/mail/switch-automation.ts";

const admin = roles("soundcloud", { admin: "all" });
const ops = roles("soundcloud", { admin: "all", moderator: "all" });
const EmailTemplateParams = z.strictObject({ email_template_id: z.uuid() });
const AutomationTemplateParams = z.strictObject({ automation_template_id: z.uuid() });
const invalidTemplate = {
  template_invalid: { status: 422, when: "the template cannot be read, uses forbidden tags or filters, or variables that are not declared; all are listed" },
} as const;
const previewErrors = {
  ...invalidTemplate,
  unknown_variables: { status: 422, when: "values are given that the template does not declare; all are listed" },
  missing_variables: { status: 422, when: "declared variables have no value; all are listed" },
  template_failed: { status: 422, when: "rendering takes too long, too much memory or becomes too large" },
} as const;
const preview = {
  body: PreviewInput,
  reply: { status: 200, body: Preview },
  errors: previewErrors,
  example: { body: { variables: { recipient_name: "Jane" } }, reply: { subject: "Welcome, Jane", html: "<p>Hello Jane</p>", text: "Hello Jane" } },
} as const;
const content = { subject: "Welcome, {{ recipient_name }}", body_html: "<p>Hello {{ recipient_name }}</p>", variables: { recipient_name: "Whom it goes to" } };

export const mail = resource(
  "soundcloud",
  "mail",
  "The mails of the network: templates in Liquid, the automations that send them, what became of each mail, and how the automations fare. Members see none of it.",
  {
    listEmailTemplates: route({
      method: "GET",
      path: "/soundcloud/email-templates",
      summary: "List the templates of mails",
      policy: ops,
      list: true,
      reply: { status: 200, body: EmailTemplate.api.response },
    }),
    createEmailTemplate: route({
      method: "POST",
      path: "/soundcloud/email-templates",
      summary: "Add a template of a mail",
      description: "Every variable that subject and bodies use is declared in `variables`. Values are escaped in `body_html`.",
      policy: admin,
      idempotent: true,
      body: EmailTemplate.api.create,
      reply: { status: 201, body: EmailTemplate.api.response, location: "/soundcloud/email-templates/{id}" },
      errors: { ...invalidTemplate, name_taken: { status: 409, when: "another template has the name" } },
      example: { body: { name: "welcome", ...content } },
    }),
    getEmailTemplate: route({
      method: "GET",
      path: "/soundcloud/email-templates/{email_template_id}",
      summary: "Read a template of a mail",
      policy: ops,
      params: EmailTemplateParams,
      reply: { status: 200, body: EmailTemplate.api.response },
    }),
    patchEmailTemplate: route({
      method: "PATCH",
      path: "/soundcloud/email-templates/{email_template_id}",
      summary: "Change a template of a mail",
      policy: admin,
      params: EmailTemplateParams,
      if_match: true,
      body: EmailTemplate.api.patch,
      reply: { status: 200, body: EmailTemplate.api.response },
      errors: { ...invalidTemplate, name_taken: { status: 409, when: "another template has the name" } },
      example: { body: { active: false } },
    }),
    deleteEmailTemplate: route({
      method: "DELETE",
      path: "/soundcloud/email-templates/{email_template_id}",
      summary: "Delete a template of a mail",
      policy: admin,
      params: EmailTemplateParams,
      if_match: true,
      reply: { status: 204, body: null },
    }),
    previewEmailTemplate: route({
      method: "POST",
      path: "/soundcloud/email-templates/{email_template_id}/preview",
      summary: "Render a template with given values",
      description: "Sends nothing and changes nothing.",
      policy: ops,
      params: EmailTemplateParams,
      ...preview,
    }),
    sendEmailTemplate: route({
      method: "POST",
      path: "/soundcloud/email-templates/{email_template_id}/send",
      summary: "Send a template to a member, a client or whose submission it is",
      description:
        "One mail per address, handed over by a job; `GET /soundcloud/email-logs/{email_log_id}` tells what became of it. Every variable that the template declares is given but for `recipient_name` and, about a submission, `artist_name`, `track_title` and `track_url`, which are known. Addresses that take no mails are named in `refused`.",
      policy: ops,
      params: EmailTemplateParams,
      idempotent: true,
      body: SendInput,
      reply: { status: 202, body: SentByHand },
      errors: {
        ...previewErrors,
        template_inactive: { status: 409, when: "the template is switched off" },
        unknown_recipient: { status: 422, when: "the id names nothing in the org" },
        no_address: { status: 422, when: "the recipient has no address, or is erased" },
        address_suppressed: { status: 422, when: "no address of the recipient takes mails; `errors` has the reason of each" },
        mail_too_large: { status: 422, when: "the mails come to more than 3 MB together" },
      },
      example: { body: { member_id: "0199b1f0-7c00-7000-8000-000000000005", variables: { recipient_name: "Jane" } } },
    }),
    listAutomationTemplates: route({
      method: "GET",
      path: "/soundcloud/automation-templates",
      summary: "List the automations",
      policy: ops,
      list: true,
      reply: { status: 200, body: AutomationTemplate.api.response },
    }),
    createAutomationTemplate: route({
      method: "POST",
      path: "/soundcloud/automation-templates",
      summary: "Add an automation",
      description: "It sends its mail whenever one of `trigger_events` happens. What it declares in `variables` must be given by each of them.",
      policy: admin,
      idempotent: true,
      body: AutomationTemplate.api.create,
      reply: { status: 201, body: AutomationTemplate.api.response, location: "/soundcloud/automation-templates/{id}" },
      errors: { ...invalidTemplate, template_key_taken: { status: 409, when: "another automation has the key" } },
      example: { body: { template_key: "submission_approved", name: "Submission approved", trigger_events: ["submission-approved"], ...content } },
    }),
    getAutomationTemplate: route({
      method: "GET",
      path: "/soundcloud/automation-templates/{automation_template_id}",
      summary: "Read an automation",
      policy: ops,
      params: AutomationTemplateParams,
      reply: { status: 200, body: AutomationTemplate.api.response },
    }),
    patchAutomationTemplate: route({
      method: "PATCH",
      path: "/soundcloud/automation-templates/{automation_template_id}",
      summary: "Change an automation, or switch it off",
      description: "Mails that are queued already go out as they were rendered.",
      policy: admin,
      params: AutomationTemplateParams,
      if_match: true,
      body: AutomationTemplate.api.patch,
      reply: { status: 200, body: AutomationTemplate.api.response },
      errors: invalidTemplate,
      example: { body: { enabled: false } },
    }),
    deleteAutomationTemplate: route({
      method: "DELETE",
      path: "/soundcloud/automation-templates/{automation_template_id}",
      summary: "Delete an automation",
      policy: admin,
      params: AutomationTemplateParams,
      if_match: true,
      reply: { status: 204, body: null },
    }),
    previewAutomationTemplate: route({
      method: "POST",
      path: "/soundcloud/automation-templates/{automation_template_id}/preview",
      summary: "Render an automation's mail with given values",
      description: "Sends nothing and changes nothing.",
      policy: ops,
      params: AutomationTemplateParams,
      ...preview,
    }),
    listEmailLogs: route({
      method: "GET",
      path: "/soundcloud/email-logs",
      summary: "List mails, the latest first",
      description: "By recipient, by what they are about, or by status.",
      policy: ops,
      list: true,
      query: EmailLogFilter,
      reply: { status: 200, body: EmailLog.api.response },
    }),
    getEmailLog: route({
      method: "GET",
      path: "/soundcloud/email-logs/{email_log_id}",
      summary: "Read what became of a mail",
      policy: ops,
      params: z.strictObject({ email_log_id: z.uuid() }),
      reply: { status: 200, body: EmailLog.api.response },
    }),
    listAutomationLogs: route({
      method: "GET",
      path: "/soundcloud/automation-logs",
      summary: "List what automations sent, the latest first",
      description:
        "By member, by what the mails are about, or by the mail's status. `status` is missing while a mail waits; a complaint counts as `bounced`, a mail held back as `failed`.",
      policy: ops,
      list: true,
      query: AutomationLogFilter,
      reply: { status: 200, body: AutomationLog.api.response },
    }),
    listAutomationHealth: route({
      method: "GET",
      path: "/soundcloud/automation-health",
      summary: "List how the automations fare",
      description:
        "`error` after three failures in a row; `warning` when more than 5 % of the last hundred failed, or after two intervals without a run; `disabled` when switched off.",
      policy: ops,
      list: true,
      reply: { status: 200, body: AutomationHealth.api.response },
    }),
    switchAutomation: route({
      method: "PATCH",
      path: "/soundcloud/automation-health/{automation_health_id}",
      summary: "Switch an automation on or off",
      policy: admin,
      params: z.strictObject({ automation_health_id: z.uuid() }),
      if_match: true,
      body: HealthPatch,
      reply: { status: 200, body: AutomationHealth.api.response },
      example: { body: { enabled: false } },
    }),
    listMailEvents: route({
      method: "GET",
      path: "/soundcloud/mail-events",
      summary: "List what the mail service told",
      description: "The latest first; of one message, or of the mails about one object.",
      policy: ops,
      list: true,
      query: MailEventFilter,
      reply: { status: 200, body: MailEvent.api.response },
    }),
    receiveMailEvent: route({
      method: "POST",
      path: "/soundcloud/webhooks/resend",
      summary: "Take in what Resend tells of a mail",
      description: "For Resend, which signs each message. What concerns no mail of an org is let pass.",
      policy: signedBy("resend", "none", "svix"),
      body: ResendEvent,
      reply: { status: 204, body: null },
      example: {
        body: {
          type: "email.delivered",
          created_at: "2026-11-20T10:00:01.000Z",
          data: {
            email_id: "56761188-7520-42d8-8898-ff6fc54ce618",
            tags: { org_id: "0199b1f0-7c00-7000-8000-000000000009", message_key: "0199b1f0-7c00-7000-8000-000000000030" },
          },
        },
      },
    }),
  },
);
