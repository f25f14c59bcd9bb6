import * as z from "zod";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { RelatedObject } from "./email-log.ts";

const KEPT_S = 400 * 24 * 3600;

/**
 * What the mail service told of a mail, once each: the id is made of the service's own. One about a message that nobody
 * here sent has no object. It keeps no address and nothing that a reader's device says of itself. README, Mail.
 */
export const MailEvent = entity(soundcloud, "MailEvent", {
  fields: () => ({
    org_id: id,
    id,
    message_id: z.string().max(200),
    /** The mail that it is about. */
    email_log_id: id.optional(),
    object_type: RelatedObject.optional(),
    object_id: id.optional(),
    event_type: z.string().max(100),
    timestamp,
    /** Of a bounce, its type and subtype. */
    meta: z.record(z.string().max(50), z.string().max(100)).default({}),
  }),
  key: ["{org_id}#EV#{id}", "EV"],
  indexes: {
    byMessage: { on: "gsi1", pk: "{org_id}#EVM#{message_id}", sk: "{timestamp}#{id}" },
    byObject: { on: "gsi2", pk: "{org_id}#EVO#{object_id}", sk: "{timestamp}#{id}" },
    all: { on: "gsi4", pk: "{org_id}#EVS", sk: "{timestamp}#{id}" },
  },
  ttl: ({ timestamp: at }) => Math.floor(Date.parse(at) / 1000) + KEPT_S,
});
export type MailEvent = Item<typeof MailEvent>;
