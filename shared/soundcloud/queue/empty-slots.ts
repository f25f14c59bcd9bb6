import type { OrgCtx } from "../../kernel/context.ts";
import { type Write, stillMissing } from "../../kernel/table/table.ts";
import { type EmptyReason, QueueSlot } from "./queue-slot.ts";

const KEEP_DAYS = 400;
const DAY_S = 86_400;

/** A supporter in a build. */
interface Place {
  readonly org_id: string;
  readonly queue_date: string;
  readonly build_id: string;
  readonly supporter_id: string;
}

/** Epoch seconds until which a day's empty slots are kept. */
export const slotExpiry = (date: string): number => Date.parse(date) / 1000 + KEEP_DAYS * DAY_S;

const keyOf = ({ org_id, queue_date, build_id, supporter_id }: Place) => ({ org_id, date: queue_date, build_id, supporter_id });

/** One more slot of a supporter is empty. A reason that stands already stays. */
export const emptied = async (ctx: OrgCtx, place: Place, reason: EmptyReason): Promise<Write[]> => {
  const key = keyOf(place);
  const slot = await QueueSlot.find(ctx, key, { consistent: true });
  if (slot) return QueueSlot.writes.patch(ctx, slot, { empty_slots: slot.empty_slots + 1 });
  return stillMissing(QueueSlot.writes.create(ctx, { ...key, empty_slots: 1, reason, expires_at: slotExpiry(place.queue_date) }));
};

/** One empty slot of a supporter is filled; tells the reason that it had, undefined when none was empty. */
export const filled = async (ctx: OrgCtx, place: Place): Promise<{ writes: Write[]; reason: EmptyReason | undefined }> => {
  const slot = await QueueSlot.find(ctx, keyOf(place), { consistent: true });
  if (!slot) return { writes: [], reason: undefined };
  const writes = slot.empty_slots === 1 ? QueueSlot.writes.delete(ctx, slot) : QueueSlot.writes.patch(ctx, slot, { empty_slots: slot.empty_slots - 1 });
  return { writes, reason: slot.reason };
};
