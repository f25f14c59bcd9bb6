import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { bodyHtml, bodyText, subject, variables } from "./template-fields.ts";
import { Trigger } from "./trigger.ts";

/** A mail that sends itself when one of its triggers happens. README, Mail. */
export const AutomationTemplate = entity(soundcloud, "AutomationTemplate", {
  fields: () => ({
    org_id: id,
    id: newId,
    template_key: z
      .string()
      .trim()
      .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, "is a key: small letters, digits, - and _"),
    name: z.string().trim().min(1).max(200),
    subject,
    body_html: bodyHtml,
    body_text: bodyText.optional(),
    variables: variables.default({}),
    enabled: z.boolean().default(true),
    trigger_events: z.array(Trigger).max(Trigger.options.length).default([]),
    created_by: id.optional(),
    updated_by: id.optional(),
  }),
  key: ["{org_id}#AT", "{id}"],
  unique: { template_key: "{org_id}#{template_key}" },
  server: ["created_by", "updated_by"],
  immutable: ["template_key"],
});
export type AutomationTemplate = Item<typeof AutomationTemplate>;
