import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { plannedWrites } from "../planner/planned-writes.ts";
import { Schedule } from "../planner/schedule.ts";
import { soundcloud } from "../table.ts";
import { ERASED_TRACK_URL } from "./erased-track.ts";
import { type EraseCtx, type Erasure, type Progress, through } from "./erasure.ts";

/** Ends a schedule that is open and takes the given texts out of it. Repeating it changes nothing. */
const eraseSchedule = (ctx: OrgCtx, { org_id, id }: Schedule, texts: Parameters<typeof Schedule.patch>[2]): Promise<void> =>
  contend(async () => {
    const schedule = await Schedule.get(ctx, { org_id, id }, { consistent: true });
    const patch = { ...texts, check: null, check_at: null, awaited_key: null, error_message: null };
    const isOpen = schedule.status === "pending" || schedule.status === "scheduled";
    const writes = isOpen ? Schedule.writes.transition(ctx, schedule, "cancelled", { patch }) : Schedule.writes.patch(ctx, schedule, patch);
    const planned = isOpen ? await plannedWrites(ctx, schedule, [{ from: schedule, to: { ...schedule, status: "cancelled" } }]) : [];
    await transact(ctx, soundcloud, [...writes, ...planned], { pattern: "schedules.erase" });
    await Schedule.forgetReasons(ctx, schedule);
  });

/** What was planned on the member's channel: the numbers stay, the channel goes. */
export const eraseSchedules = async (ctx: EraseCtx, { member: { org_id, id } }: Erasure): Promise<Progress | undefined> => {
  const planned = every((page) => Schedule.query.byMember(ctx, { org_id, member_id: id }, page));
  const stopped = await through(ctx, planned, async (schedule) => {
    if (schedule.target_handle !== `erased-${schedule.id}`)
      await eraseSchedule(ctx, schedule, { target_handle: `erased-${schedule.id}`, target_user_id: null, proof_url: null });
  });
  return stopped && {};
};

/** What was planned for one of the member's tracks. */
export const eraseSchedulesFor = async (ctx: OrgCtx, parent_id: string): Promise<void> => {
  for await (const schedule of every((page) => Schedule.query.byParent(ctx, { org_id: ctx.org_id, parent_id }, page)))
    if (schedule.track_url !== ERASED_TRACK_URL) await eraseSchedule(ctx, schedule, { track_url: ERASED_TRACK_URL });
};
