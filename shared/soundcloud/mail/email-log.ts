import * as z from "zod";
import { email, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { MailStatus, laterThan } from "./mail-status.ts";
import { templateValues } from "./template-fields.ts";

/** What a mail is about: the six kinds that the tables of the platform name, and clients, who are written to by hand. */
export const RelatedObject = z.enum(["submission", "inquiry", "complaint", "member", "notification", "campaign", "client"]);
export type RelatedObject = z.output<typeof RelatedObject>;

const KEPT_S = 400 * 24 * 3600;

/** How long logs of mails are kept: 400 days from when they were made. */
export const logEnd = ({ logged_at }: { readonly logged_at: string }): number => Math.floor(Date.parse(logged_at) / 1000) + KEPT_S;

/**
 * One mail to one recipient, made once: its id is also the key under which the service sends it, and comes back as the tag
 * `message_key` of its events. The status never goes back. What was rendered is in MailBody. README, Mail.
 */
export const EmailLog = entity(soundcloud, "EmailLog", {
  fields: () => ({
    org_id: id,
    id: newId,
    /** When it was queued: ids of mails are derived and do not sort by time. */
    logged_at: timestamp,
    template_name: z.string().max(100),
    /** The template that ops sent by hand; none for the mails of automations, which are known by their key. */
    template_id: id.optional(),
    recipient_email: email,
    subject: z.string().max(500).optional(),
    status: MailStatus.default("pending"),
    error_message: z.string().max(500).optional(),
    resend_message_id: z.string().max(200).optional(),
    related_object_type: RelatedObject,
    related_object_id: id,
    user_id: id.optional(),
    template_data: templateValues.default({}),
    /** Times that the service put it off. */
    retry_count: z.int().min(0).default(0),
    /** What made the mail: `trigger` and `cause`, or `sent_by`. */
    metadata: z.record(z.string().max(50), z.string().max(200)).default({}),
    /** When the hand-over to the service ended, one way or the other; its events may come before. */
    ended_at: timestamp.optional(),
    sent_at: timestamp.optional(),
    delivered_at: timestamp.optional(),
    opened_at: timestamp.optional(),
    clicked_at: timestamp.optional(),
    bounced_at: timestamp.optional(),
    complained_at: timestamp.optional(),
    failed_at: timestamp.optional(),
  }),
  key: ["{org_id}#EL#{id}", "EL"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#ES#{status}", sk: "{logged_at}#{id}" },
    byObject: { on: "gsi2", pk: "{org_id}#EO#{related_object_id}", sk: "{logged_at}#{id}" },
    byRecipient: { on: "gsi3", pk: "{org_id}#ER#{recipient_email}", sk: "{logged_at}#{id}" },
    all: { on: "gsi4", pk: "{org_id}#ELS", sk: "{logged_at}#{id}" },
  },
  hidden: ["logged_at", "ended_at"],
  states: { field: "status", transitions: Object.fromEntries(MailStatus.options.map((status) => [status, laterThan(status)])) },
  ttl: logEnd,
});
export type EmailLog = Item<typeof EmailLog>;
