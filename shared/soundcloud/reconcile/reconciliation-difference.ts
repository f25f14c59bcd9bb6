import * as z from "zod";
import { id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/** One difference that a run has found, numbered from 1 in the order of finding. README, Reconciliation. */
export const ReconciliationDifference = entity(soundcloud, "ReconciliationDifference", {
  fields: () => ({
    org_id: id,
    reconciliation_id: id,
    seq: z.int().min(1),
    check: z.string().max(100),
    subject: z.string().max(200),
    /** Missing stands for null. */
    stored: z.json().optional(),
    computed: z.json().optional(),
    expires_at: z.int(),
  }),
  key: ["{org_id}#RD#{reconciliation_id}", "{seq:8}"],
  hidden: ["expires_at"],
  ttl: (difference) => difference.expires_at,
});
export type ReconciliationDifference = Item<typeof ReconciliationDifference>;
