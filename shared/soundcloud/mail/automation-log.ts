import * as z from "zod";
import { email, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";
import { RelatedObject, logEnd } from "./email-log.ts";
import { AutomationStatus, MailStatus } from "./mail-status.ts";
import { templateValues } from "./template-fields.ts";

/** A mail that an automation sent: the same id, message id and times as its EmailLog, in the same transactions. README, Mail. */
export const AutomationLog = entity(soundcloud, "AutomationLog", {
  fields: () => ({
    org_id: id,
    id: newId,
    logged_at: timestamp,
    template_key: z.string().max(100),
    recipient_email: email,
    recipient_member_id: id.optional(),
    parent_type: RelatedObject,
    parent_id: id,
    /** Missing while the mail waits to be sent. */
    status: AutomationStatus.optional(),
    /** The mail's own status, of which `status` is a part. */
    mail_status: MailStatus.default("pending"),
    provider_message_id: z.string().max(200).optional(),
    subject: z.string().max(500).optional(),
    variables_used: templateValues.default({}),
    sent_at: timestamp.optional(),
    delivered_at: timestamp.optional(),
    opened_at: timestamp.optional(),
    clicked_at: timestamp.optional(),
    bounced_at: timestamp.optional(),
    error_message: z.string().max(500).optional(),
    retry_count: z.int().min(0).default(0),
    /** What made the mail: `trigger` and `cause`. */
    metadata: z.record(z.string().max(50), z.string().max(200)).default({}),
  }),
  key: ["{org_id}#AL#{id}", "AL"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#AX#{mail_status}", sk: "{logged_at}#{id}" },
    byParent: { on: "gsi2", pk: "{org_id}#AP#{parent_id}", sk: "{logged_at}#{id}" },
    byMember: { on: "gsi3", pk: "{org_id}#AM#{recipient_member_id}", sk: "{logged_at}#{id}" },
    all: { on: "gsi4", pk: "{org_id}#ALS", sk: "{logged_at}#{id}" },
  },
  hidden: ["logged_at"],
  ttl: logEnd,
});
export type AutomationLog = Item<typeof AutomationLog>;
