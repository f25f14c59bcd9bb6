import { ApplyPlannerEvent } from "../../../events/soundcloud/apply-planner-event.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { isDomainError } from "../../kernel/errors.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { type Sign, connectionWrites } from "./connection.ts";
import { plannedWrites } from "./planned-writes.ts";
import { PlannerEvent } from "./planner-event.ts";
import { Schedule, awaitedKey } from "./schedule.ts";
import { failureWrites, scheduledPatch } from "./send-schedules.ts";

/** A parked event is looked at again after so many minutes; then by the hourly run. */
const AGAIN_MINUTES = [1, 5, 15];
/** Their words for an account that must be connected again. */
const REFUSED = new Set(["account_invalid", "account_disconnected", "token_invalid", "unauthorized"]);

/** The schedule that an event names: by its id there, or by track and channel while that id is awaited. */
const scheduleOf = async (ctx: OrgCtx, { org_id, ip_schedule_id, target_user_id, media_url }: PlannerEvent): Promise<Schedule | undefined> => {
  const known = await Schedule.by.planned(ctx, { org_id, ip_schedule_id, target_user_id });
  if (known || media_url === undefined) return known;
  return Schedule.by.awaited(ctx, { org_id, awaited_key: awaitedKey(media_url, target_user_id) });
};

const signOf = ({ type, error_code, error_message, performed_at, occurred_at }: PlannerEvent): Sign =>
  type === "schedule.completed"
    ? { kind: "success", at: performed_at ?? occurred_at }
    : { kind: error_code !== undefined && REFUSED.has(error_code) ? "refused" : "error", message: error_message ?? "Influence Planner could not repost." };

/** What completes a schedule, and shows that its account works. */
export const completionWrites = async (
  ctx: OrgCtx,
  schedule: Schedule,
  proof: { readonly completed_at: string; readonly proof_url?: string | undefined; readonly verified_by: "soundcloud" | "influence_planner" },
): Promise<Write[]> => {
  const { completed_at, proof_url, verified_by } = proof;
  const patch = { completed_at, verified_by, error_message: null, check: null, check_at: null, ...(proof_url === undefined ? {} : { proof_url }) };
  return [
    ...Schedule.writes.transition(ctx, schedule, "completed", { patch }),
    ...(await plannedWrites(ctx, schedule, [{ from: schedule, to: { ...schedule, status: "completed", completed_at } }])),
    ...(await connectionWrites(ctx, { member_id: schedule.member_id, platform: "soundcloud" }, { kind: "success", at: completed_at })),
  ];
};

/** What an event changes of a schedule that Influence Planner has; nothing where a later one was here first. */
const effectOf = async (ctx: OrgCtx, schedule: Schedule, event: PlannerEvent): Promise<Write[]> => {
  const { type, performed_at, occurred_at, proof_url, error_message } = event;
  const { status } = schedule;
  if (type === "schedule.completed" && (status === "scheduled" || status === "failed"))
    return completionWrites(ctx, schedule, { completed_at: performed_at ?? occurred_at, proof_url, verified_by: "influence_planner" });
  if (type === "schedule.completed" && status === "cancelled" && schedule.late_completion_at === undefined)
    return Schedule.writes.patch(ctx, schedule, { late_completion_at: performed_at ?? occurred_at, check: "review", check_at: ctx.clock.now().toISOString() });
  if (type === "schedule.failed" && status === "scheduled")
    return [
      ...failureWrites(ctx, schedule, error_message ?? "Influence Planner could not repost."),
      ...(await plannedWrites(ctx, schedule, [{ from: schedule, to: { ...schedule, status: "failed" } }])),
      ...(await connectionWrites(ctx, { member_id: schedule.member_id, platform: "soundcloud" }, signOf(event))),
    ];
  if (type === "schedule.cancelled" && status === "scheduled")
    return [
      ...Schedule.writes.transition(ctx, schedule, "cancelled", { patch: { check: null, check_at: null } }),
      ...(await plannedWrites(ctx, schedule, [{ from: schedule, to: { ...schedule, status: "cancelled" } }])),
    ];
  return [];
};

const park = async (ctx: OrgCtx & { readonly commands: Commands }, event: PlannerEvent): Promise<void> => {
  const { org_id, id, attempts } = event;
  const minutes = AGAIN_MINUTES[attempts];
  await PlannerEvent.patch(ctx, { org_id, id }, { state: "parked", attempts: attempts + 1 });
  if (minutes !== undefined) await ctx.commands.sendEach(ctx, ApplyPlannerEvent, [{ org_id, data: { event_id: id }, delay_s: minutes * 60 }]);
};

/**
 * Applies a call-back to its schedule, whatever the order in which they come: a status never goes back, and `completed`
 * beats a `failed` that came before it. One about a schedule that is not known is parked and looked at again. README,
 * Schedules.
 */
export const applyPlannerEvent = async (ctx: OrgCtx & { readonly commands: Commands }, event_id: string): Promise<void> => {
  await contend(async () => {
    const event = await PlannerEvent.find(ctx, { org_id: ctx.org_id, id: event_id }, { consistent: true });
    if (!event || event.state === "expired") return;
    let schedule = await scheduleOf(ctx, event);
    if (!schedule) return park(ctx, event);
    if (schedule.status === "pending") {
      // That they call back tells that the schedule exists; whatever else the event says comes on top.
      const adopted = Schedule.writes.transition(ctx, schedule, "scheduled", { patch: scheduledPatch(ctx, schedule, event) });
      const planned = await plannedWrites(ctx, schedule, [{ from: schedule, to: { ...schedule, status: "scheduled", ip_schedule_id: event.ip_schedule_id } }]);
      await transact(ctx, soundcloud, [...adopted, ...planned], { pattern: "schedules.adopt" });
      schedule = await Schedule.get(ctx, { org_id: ctx.org_id, id: schedule.id }, { consistent: true });
    }
    try {
      await transact(ctx, soundcloud, [...(await effectOf(ctx, schedule, event)), ...PlannerEvent.writes.delete(ctx, event)], { pattern: "planner.apply" });
    } catch (error) {
      // Another delivery was first; what it did is this.
      if (!isDomainError(error, "not_found")) throw error;
    }
  });
};
