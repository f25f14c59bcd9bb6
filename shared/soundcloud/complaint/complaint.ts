import * as z from "zod";
import { email, id, newId, timestamp, webAddress } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const ComplaintStatus = z.enum(["todo", "in_progress", "done"]);
export type ComplaintStatus = z.output<typeof ComplaintStatus>;

/** What somebody complains about, taken down by ops. README, Complaints. */
export const Complaint = entity(soundcloud, "Complaint", {
  fields: () => ({
    org_id: id,
    id: newId,
    email,
    song_url: webAddress.optional(),
    notes: z.string().max(5000).optional(),
    status: ComplaintStatus.default("todo"),
    owner_id: id.optional(),
    /** It is acknowledged with being taken down. */
    acknowledged_at: timestamp,
    /** When the mail that says so was sent. */
    ack_sent_at: timestamp.optional(),
    resend_message_ids: z.array(z.string().max(200)).max(100).default([]),
    /** Since when it waits: its making, or its last reopening. */
    open_since: timestamp.optional(),
    /** When the person was taken out of it. README, Erasure. */
    erased_at: timestamp.optional(),
  }),
  key: ["{org_id}#CMP#{id}", "CMP"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#CMPS#{status}", sk: "{id}" },
    byEmail: { on: "gsi3", pk: "{org_id}#CMPE#{email}", sk: "{id}" },
    byAge: { on: "gsi4", pk: "{org_id}#CMPO", sk: "{open_since}#{id}" },
  },
  server: ["status", "acknowledged_at", "ack_sent_at", "resend_message_ids", "open_since", "erased_at"],
  immutable: ["email"],
  states: { field: "status", transitions: { todo: ["in_progress", "done"], in_progress: ["done"], done: ["in_progress"] } },
});
export type Complaint = Item<typeof Complaint>;
