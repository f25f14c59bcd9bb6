import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { id } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { Schedule, ScheduleStatus, type ScheduleView, presentSchedule } from "./schedule.ts";

/** Exactly one. */
export const ScheduleFilter = z
  .strictObject({ status: ScheduleStatus.optional(), parent_id: id.optional(), needs_attention: z.literal("true").optional() })
  .refine((filter) => Object.values(filter).filter((value) => value !== undefined).length === 1, "Give one filter: status, parent_id or needs_attention.");
type ScheduleFilter = z.output<typeof ScheduleFilter>;

const select = (ctx: OrgCtx, { status, parent_id }: ScheduleFilter, page: PageRequest): Promise<PageOf<Schedule>> => {
  const { org_id } = ctx;
  if (status !== undefined) return Schedule.query.byStatus(ctx, { org_id, status }, page);
  if (parent_id !== undefined) return Schedule.query.byParent(ctx, { org_id, parent_id }, page);
  return Schedule.query.due(ctx, { org_id, check: "review" }, page);
};

export const listSchedules = async (ctx: OrgCtx, filter: ScheduleFilter, page: PageRequest): Promise<PageOf<ScheduleView>> => {
  const found = await select(ctx, filter, page);
  return { ...found, items: found.items.map(presentSchedule) };
};
