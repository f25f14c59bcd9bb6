import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { bodyHtml, bodyText, subject, variables } from "./template-fields.ts";

/** A mail that ops write and reuse, in Liquid. README, Mail. */
export const EmailTemplate = entity(soundcloud, "EmailTemplate", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z
      .string()
      .trim()
      .regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, "is a key: small letters, digits, - and _"),
    subject,
    body_html: bodyHtml,
    body_text: bodyText.optional(),
    variables: variables.default({}),
    active: z.boolean().default(true),
  }),
  key: ["{org_id}#ET", "{id}"],
  unique: { name: "{org_id}#{name}" },
});
export type EmailTemplate = Item<typeof EmailTemplate>;
