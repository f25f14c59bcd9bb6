import * as z from "zod";
import { id, newId } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

const credits = z.int().min(0);

/**
 * A member's credits now; every change is one transaction with its ledger entries, under the wallet's version. `seq`
 * and `last_hash` chain the entries: none can be left out or altered unnoticed. Rules: README, Credits.
 */
export const Wallet = entity(soundcloud, "Wallet", {
  fields: () => ({
    org_id: id,
    id: newId,
    member_id: id,
    balance: credits,
    /** Earned above the cap, waiting for room. */
    held: credits.default(0),
    /** Promised to assignments that are not settled yet. */
    reserved: credits.default(0),
    /** Owed after a refund that the wallet could not pay; taken from the next earnings. */
    debt: credits.default(0),
    monthly_grant: credits,
    cap: credits,
    /** A lower cap and grant that wait until reserved fits. */
    pending_cap: credits.optional(),
    /** The last UTC month granted, `YYYY-MM`. */
    last_granted_month: z.string().regex(/^\d{4}-\d{2}$/),
    last_granted_at: z.iso.datetime(),
    /** Sums over the ledger: earned from and spent on support, without grants. */
    credits_given: credits.default(0),
    credits_used: credits.default(0),
    seq: credits.default(0),
    last_hash: z.string().default(""),
  }),
  key: ["{org_id}#M#{member_id}", "W"],
  indexes: { all: { on: "gsi1", pk: "{org_id}#WS", sk: "{member_id}" } },
  hidden: ["last_hash"],
  check: (w) => [
    ...(w.balance > w.cap ? [{ pointer: "/balance", code: "above_cap", detail: `balance ${w.balance} is above the cap ${w.cap}` }] : []),
    ...(w.cap < w.monthly_grant ? [{ pointer: "/cap", code: "below_grant", detail: `cap ${w.cap} is below the monthly grant ${w.monthly_grant}` }] : []),
    ...(w.held > 0 && w.balance !== w.cap
      ? [{ pointer: "/held", code: "held_below_cap", detail: "credits are held only while the balance is at the cap" }]
      : []),
  ],
});
export type Wallet = Item<typeof Wallet>;
