import * as z from "zod";
import { id, metadata, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const LedgerReason = z.enum([
  "monthly_grant",
  "repost_spend",
  "repost_earn",
  "repost_refund",
  "repost_take_back",
  "held_release",
  "cap_excess",
  "manual_adjustment",
]);
export const ReferenceType = z.enum(["schedule", "manual", "monthly_grant", "refund"]);

/**
 * One movement of credits; append-only. `reference` names what caused it, once: a repeat meets the unique row and
 * changes nothing. `bucket` says which part of the wallet moved. An earning that the org's campaign account pays has
 * `minted: true` in its metadata.
 */
export const LedgerEntry = entity(soundcloud, "LedgerEntry", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    change_amount: z.int(),
    bucket: z.enum(["available", "held", "debt"]),
    /** The bucket's amount afterwards. */
    balance_after: z.int(),
    reason: LedgerReason,
    reference_type: ReferenceType,
    reference_id: z.string().max(100),
    /** `<reason>:<reference_id>:<bucket>`: applied at most once per member. */
    reference: z.string().max(200),
    created_by: id.optional(),
    metadata: metadata.default({}),
    seq: z.int().min(1),
    hash: z.string(),
  }),
  key: ["{org_id}#M#{member_id}", "L#{seq:10}"],
  unique: { reference: "{org_id}#{member_id}#{reference}" },
});
export type LedgerEntry = Item<typeof LedgerEntry>;
