import * as z from "zod";
import { conflict } from "../../kernel/errors.ts";
import { email, id, newId, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { channelUrl } from "../member/member.ts";
import { soundcloud } from "../table.ts";

export const InquiryStatus = z.enum(["undecided", "admitted", "rejected"]);
export type InquiryStatus = z.output<typeof InquiryStatus>;

/** Somebody's application to join the network, taken down by ops. Admitted it is the beginning of one member. README, Inquiries. */
export const Inquiry = entity(soundcloud, "Inquiry", {
  fields: () => ({
    org_id: id,
    id: newId,
    name: z.string().trim().min(1).max(200),
    email,
    soundcloud_url: channelUrl.optional(),
    status: InquiryStatus.default("undecided"),
    admitted_group: z.string().trim().min(1).max(200).optional(),
    admitted_at: timestamp.optional(),
    /** Whom the admission made. */
    member_id: id.optional(),
    ip_join_confirmed: z.boolean().default(false),
    notes: z.string().max(5000).optional(),
    owner_id: id.optional(),
    resend_message_ids: z.array(z.string().max(200)).max(100).default([]),
    /** Since when it waits for a decision: its making, or its last reopening. */
    undecided_since: timestamp.optional(),
    /** When the person was taken out of it. README, Erasure. */
    erased_at: timestamp.optional(),
  }),
  key: ["{org_id}#INQ#{id}", "INQ"],
  indexes: {
    byStatus: { on: "gsi1", pk: "{org_id}#INQS#{status}", sk: "{id}" },
    byMember: { on: "gsi2", pk: "{org_id}#INQM#{member_id}", sk: "{id}" },
    byEmail: { on: "gsi3", pk: "{org_id}#INQE#{email}", sk: "{id}" },
    undecided: { on: "gsi4", pk: "{org_id}#INQU", sk: "{undecided_since}#{id}" },
  },
  server: ["status", "admitted_at", "member_id", "resend_message_ids", "undecided_since", "erased_at"],
  states: { field: "status", transitions: { undecided: ["admitted", "rejected"], rejected: ["undecided"], admitted: [] } },
});
export type Inquiry = Item<typeof Inquiry>;

/** Throws DomainError `inquiry_erased`: there is nobody left to decide about. */
export const requirePerson = ({ erased_at }: Inquiry): void => {
  if (erased_at !== undefined) throw conflict("inquiry_erased", "The person was erased; nothing more can be done with this inquiry.");
};
