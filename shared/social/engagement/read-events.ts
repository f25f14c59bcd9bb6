import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { getPost } from "../post/read-posts.ts";
import { EngagementEvent } from "./engagement-event.ts";
import { EventBatch } from "./event-batch.ts";
import { ParkedEvent, ParkedState } from "./parked-event.ts";

export const MonthFilter = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month such as 2026-11")
    .optional(),
});
export const ParkedFilter = z.strictObject({ state: ParkedState.default("given_up") });

/** A post's stored events of a month, the current one unless told, by id. Throws DomainError not_found. */
export const listEvents = async (
  ctx: OrgCtx,
  post_id: string,
  { month = todayOf(ctx).slice(0, 7) }: z.output<typeof MonthFilter>,
  page: PageRequest,
): Promise<PageOf<EngagementEvent>> => {
  await getPost(ctx, post_id);
  return EngagementEvent.list(ctx, { org_id: ctx.org_id, month, post_id }, page);
};

/** What came of a batch. Throws DomainError not_found, also while it waits in the queue. */
export const getBatch = (ctx: OrgCtx, id: string): Promise<EventBatch> => EventBatch.get(ctx, { org_id: ctx.org_id, id });

/** The latest first. */
export const listParked = (ctx: OrgCtx, { state }: z.output<typeof ParkedFilter>, page: PageRequest): Promise<PageOf<ParkedEvent>> =>
  ParkedEvent.query.byState(ctx, { org_id: ctx.org_id, state }, { ...page, desc: true });
