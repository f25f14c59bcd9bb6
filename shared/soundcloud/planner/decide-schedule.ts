import { SchedulesOrdered } from "../../../events/soundcloud/schedules-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { plannedWrites } from "./planned-writes.ts";
import { Schedule } from "./schedule.ts";

const read = (ctx: OrgCtx, id: string): Promise<Schedule> => Schedule.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });

/**
 * Ends a schedule that is open. Influence Planner has no way to be told: what it has already is cancelled there by a
 * person, at `ip_calendar_url`. Throws DomainError not_found or `invalid_transition`.
 */
export const cancelSchedule = async (ctx: OrgCtx, id: string): Promise<Schedule> => {
  return contend(async () => {
    const schedule = await read(ctx, id);
    const writes = Schedule.writes.transition(ctx, schedule, "cancelled", { patch: { check: null, check_at: null } });
    const planned = await plannedWrites(ctx, schedule, [{ from: schedule, to: { ...schedule, status: "cancelled" } }]);
    const result = Schedule.after(writes);
    await transact(ctx, soundcloud, [...writes, ...planned], { pattern: "schedules.cancel", result });
    return result;
  });
};

/**
 * Lets a failed schedule be created anew, under a new id at Influence Planner. Throws DomainError not_found or
 * `invalid_transition`.
 */
export const retrySchedule = async (ctx: OrgCtx, id: string): Promise<Schedule> => {
  return contend(async () => {
    const schedule = await read(ctx, id);
    const patch = {
      ip_schedule_id: null,
      ip_calendar_url: null,
      error_message: null,
      sent_at: null,
      awaited_key: null,
      retry_count: 0,
      check: "create" as const,
      check_at: ctx.clock.now().toISOString(),
      check_attempts: 0,
    };
    const writes = Schedule.writes.transition(ctx, schedule, "pending", { patch });
    const planned = await plannedWrites(ctx, schedule, [{ from: schedule, to: { status: "pending", scheduled_at: schedule.scheduled_at } }]);
    const ordered = soundcloudSystem.emit(ctx, SchedulesOrdered, { parent_id: schedule.parent_id });
    const result = Schedule.after(writes);
    await transact(ctx, soundcloud, [...writes, ...ordered, ...planned], { pattern: "schedules.retry", result });
    return result;
  });
};
