import type { OrgCtx } from "../../kernel/context.ts";
import { notFound } from "../../kernel/errors.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { type AssignmentView, presentAssignmentPage } from "./assignment-view.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { QueueSlot } from "./queue-slot.ts";
import { type QueueView, presentListed, presentQueue } from "./queue-view.ts";
import { Queue } from "./queue.ts";

/** The latest date first; members see published ones. */
export const listQueues = async (ctx: OrgCtx, page: PageRequest): Promise<PageOf<QueueView>> => {
  const { org_id } = ctx;
  const latest = { ...page, desc: true };
  const found =
    ctx.grant === "all" ? await Queue.query.byDate(ctx, { org_id }, latest) : await Queue.query.byStatus(ctx, { org_id, status: "published" }, latest);
  return { ...found, items: found.items.map((queue) => presentListed(ctx, queue)) };
};

/** Throws DomainError not_found, to members also for a queue that is not published. */
export const getQueue = async (ctx: OrgCtx, date: string): Promise<QueueView> => {
  const queue = await Queue.get(ctx, { org_id: ctx.org_id, date });
  if (ctx.grant === "own" && queue.status !== "published") throw notFound("queue");
  return presentQueue(ctx, queue);
};

/** The assignments of the build that counts, by position. */
export const listQueueAssignments = async (ctx: OrgCtx, date: string, page: PageRequest): Promise<PageOf<AssignmentView>> => {
  const { org_id, build_id } = await Queue.get(ctx, { org_id: ctx.org_id, date });
  return presentAssignmentPage(ctx, await QueueAssignment.query.byQueue(ctx, { org_id, queue_date: date, build_id }, page));
};

export const listEmptySlots = async (ctx: OrgCtx, date: string, page: PageRequest) => {
  const { org_id, build_id } = await Queue.get(ctx, { org_id: ctx.org_id, date });
  const slots = await QueueSlot.list(ctx, { org_id, date, build_id }, page);
  return { ...slots, items: slots.items.map((slot) => QueueSlot.api.response.parse(slot)) };
};
