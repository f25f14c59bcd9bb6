import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const KEPT_S = 30 * 24 * 3600;

/** What a mail says, rendered once, so that each attempt sends the very same; kept 30 days and apart from its log, whose lists need not carry it. */
export const MailBody = entity(soundcloud, "MailBody", {
  fields: () => ({ org_id: id, id, html: z.string(), text: z.string().optional(), rendered_at: timestamp }),
  key: ["{org_id}#EL#{id}", "B"],
  ttl: ({ rendered_at }) => Math.floor(Date.parse(rendered_at) / 1000) + KEPT_S,
});
export type MailBody = Item<typeof MailBody>;
