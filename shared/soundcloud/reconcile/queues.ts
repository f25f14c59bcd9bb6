import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { every } from "../../kernel/table/every.ts";
import { QueueAssignment, fillsSlot } from "../queue/queue-assignment.ts";
import type { Queue } from "../queue/queue.ts";
import { type Difference, compare } from "./difference.ts";

/**
 * Counts the assignments of the build that a queue points at; while it is being published, those that are passed over
 * too. A day that went by unpublished bound nobody, and its drafts go in time: it has nothing to reconcile.
 */
export const checkQueue = async (ctx: OrgCtx, { org_id, date, status, build_id, filled_slots, publishing }: Queue): Promise<Difference[]> => {
  if (status !== "published" && !publishing && date < todayOf(ctx)) return [];
  let count = 0;
  for await (const one of every((page) => QueueAssignment.query.byQueue(ctx, { org_id, queue_date: date, build_id }, page)))
    if (publishing || fillsSlot(one)) count += 1;
  return compare("queue", date, { filled_slots }, { filled_slots: count });
};
