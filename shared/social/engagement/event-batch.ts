import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { social } from "../table.ts";

const count = z.int().min(0);

/**
 * What came of one message of events. Stored in the same transaction as the views that it counts, so that a message
 * which comes again finds its record and counts nothing. README, Engagement.
 */
export const EventBatch = entity(social, "EventBatch", {
  fields: () => ({
    org_id: id,
    id,
    received: count,
    /** Events and touches that were new. */
    stored: count,
    /** Events and touches that were stored before; after a delivery that broke off, also those that it had stored. */
    duplicates: count,
    /** Of months that are in the archive for good. */
    too_late: count,
    /** Views without a person. */
    views: count,
    /** Whose post is not known yet. */
    parked: count,
    /** Epoch seconds: longer than a queue repeats a message. */
    expires_at: z.int(),
  }),
  key: ["{org_id}#EB#{id}", "EB"],
  hidden: ["expires_at"],
  ttl: ({ expires_at }) => expires_at,
});
export type EventBatch = Item<typeof EventBatch>;
