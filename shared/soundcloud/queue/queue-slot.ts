import * as z from "zod";
import { date, id } from "../../kernel/fields.ts";
import { type Item, entity } from "../../kernel/table/entity.ts";
import { soundcloud } from "../table.ts";

/**
 * Why a slot is empty. `account_status`: the member is not active, or SoundCloud is not linked; `inactive`: no activity
 * for too long; `no_demand`: nobody wants supporters; `not_proposed`: no proposal names the supporter; `conflict`: it may
 * not take what it was proposed for; `demand_met`: those who wanted it have enough; `credits`: it could not be paid;
 * `swapped`: ops gave its track to another.
 */
export const EmptyReason = z.enum(["account_status", "inactive", "no_demand", "not_proposed", "conflict", "demand_met", "credits", "swapped"]);
export type EmptyReason = z.output<typeof EmptyReason>;

/** A supporter's slots that stay empty in a build, and why. */
export const QueueSlot = entity(soundcloud, "QueueSlot", {
  fields: () => ({ org_id: id, date, build_id: id, supporter_id: id, empty_slots: z.int().min(1), reason: EmptyReason, expires_at: z.int() }),
  key: ["{org_id}#QE#{date}#{build_id}", "{supporter_id}"],
  hidden: ["expires_at"],
  ttl: (slot) => slot.expires_at,
});
export type QueueSlot = Item<typeof QueueSlot>;
