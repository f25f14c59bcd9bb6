import * as z from "zod";
import { sha256 } from "../../kernel/crypto/tokens.ts";
import { id, timestamp } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

export const SuppressionReason = z.enum(["hard_bounce", "complaint", "soft_bounces", "provider"]);
export type SuppressionReason = z.output<typeof SuppressionReason>;

const SOFT_BOUNCES = 3;
const WITHIN_MS = 7 * 24 * 3_600_000;

/** How an address takes mails, found by its digest: nobody's address is kept by it, so it outlives the person's erasure. README, Mail. */
export const MailSuppression = entity(soundcloud, "MailSuppression", {
  fields: () => ({
    org_id: id,
    address_hash: z.string().length(64),
    /** Nothing is sent any more. */
    suppressed_at: timestamp.optional(),
    reason: SuppressionReason.optional(),
    /** Temporary failures since the last delivery, the latest three. */
    soft_bounces: z.array(timestamp).max(SOFT_BOUNCES).default([]),
  }),
  key: ["{org_id}#SU#{address_hash}", "SU"],
});
export type MailSuppression = Item<typeof MailSuppression>;

export const addressHash = (address: string): string => sha256(address.toLowerCase());

/** The soft bounces that count after one more; the third within 7 days suppresses. */
export const afterSoftBounce = (known: readonly string[], at: string): { soft_bounces: string[]; suppresses: boolean } => {
  const soft_bounces = [...known, at].toSorted().slice(-SOFT_BOUNCES);
  const [first, last] = [soft_bounces[0]!, soft_bounces.at(-1)!];
  return { soft_bounces, suppresses: soft_bounces.length === SOFT_BOUNCES && Date.parse(last) - Date.parse(first) <= WITHIN_MS };
};
