import { SchedulesOrdered } from "../../../events/soundcloud/schedules-ordered.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { Schedule } from "./schedule.ts";

const read = (ctx: OrgCtx, id: string): Promise<Schedule> => Schedule.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });

/**
 * Ends a schedule that is open. Influence Planner has no way to be told: what it has already is cancelled there by a
 * person, at `ip_calendar_url`. Throws DomainError not_found or `invalid_transition`.
 */
export const cancelSchedule = async (ctx: OrgCtx, id: string): Promise<Schedule> => {
  await contend(async () => {
    const patch = { check: null, check_at: null };
    await transact(ctx, soundcloud, Schedule.writes.transition(ctx, await read(ctx, id), "cancelled", { patch }), { pattern: "schedules.cancel" });
  });
  return read(ctx, id);
};

/**
 * Lets a failed schedule be created anew, under a new id at Influence Planner. Throws DomainError not_found or
 * `invalid_transition`.
 */
export const retrySchedule = async (ctx: OrgCtx, id: string): Promise<Schedule> => {
  await contend(async () => {
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
    await transact(ctx, soundcloud, [...writes, ...soundcloudSystem.emit(ctx, SchedulesOrdered, { parent_id: schedule.parent_id })], {
      pattern: "schedules.retry",
    });
  });
  return read(ctx, id);
};
