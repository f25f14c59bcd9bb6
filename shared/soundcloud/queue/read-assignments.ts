import * as z from "zod";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { forbidden, notFound } from "../../kernel/errors.ts";
import { date, id } from "../../kernel/fields.ts";
import type { PageOf, PageRequest } from "../../kernel/http/route.ts";
import { findOwnMember, ownMember } from "../member/own-member.ts";
import { type AssignmentView, presentAssignment, presentAssignmentPage } from "./assignment-view.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { Queue } from "./queue.ts";

/** `date` is a queue's, today unless given; of the others one at most. */
export const AssignmentFilter = z
  .strictObject({
    date: date.optional(),
    supporter_id: id.optional(),
    submission_id: id.optional(),
    review: z.literal("true").optional(),
  })
  .refine(
    ({ date: _, ...filter }) => Object.values(filter).filter((value) => value !== undefined).length <= 1,
    "Give one filter at most: supporter_id, submission_id or review.",
  );
type AssignmentFilter = z.output<typeof AssignmentFilter>;

const publishedQueue = async (ctx: OrgCtx, queue_date: string): Promise<Queue | undefined> => {
  const queue = await Queue.find(ctx, { org_id: ctx.org_id, date: queue_date });
  return queue?.status === "published" ? queue : undefined;
};

/** A supporter's published assignments of one day, by position. */
const ofDay = (ctx: OrgCtx, supporter_id: string, queue_date: string, page: PageRequest): Promise<PageOf<QueueAssignment>> =>
  QueueAssignment.query.bySupporter(ctx, { org_id: ctx.org_id, supporter_id }, { ...page, prefix: { published_on: queue_date } });

/** What ops look for; without a filter everything that was published for the day. */
const select = async (
  ctx: OrgCtx,
  { supporter_id, submission_id, review, ...filter }: AssignmentFilter,
  page: PageRequest,
): Promise<PageOf<QueueAssignment>> => {
  const { org_id } = ctx;
  const queue_date = filter.date ?? todayOf(ctx);
  if (submission_id !== undefined) return QueueAssignment.query.bySubmission(ctx, { org_id, submission_id }, page);
  if (supporter_id !== undefined) return ofDay(ctx, supporter_id, queue_date, page);
  if (review !== undefined) return QueueAssignment.query.due(ctx, { org_id, check: "review" }, page);
  const queue = await publishedQueue(ctx, queue_date);
  return queue ? QueueAssignment.query.byQueue(ctx, { org_id, queue_date, build_id: queue.build_id }, page) : { items: [] };
};

/** Members see their own ones of a day whose queue is published; nothing of it before. */
export const listAssignments = async (ctx: OrgCtx, filter: AssignmentFilter, page: PageRequest): Promise<PageOf<AssignmentView>> => {
  if (ctx.grant === "all") return presentAssignmentPage(ctx, await select(ctx, filter, page));
  const own = await ownMember(ctx);
  if (filter.supporter_id !== undefined && filter.supporter_id !== own.id) throw notFound("member");
  if (filter.submission_id !== undefined || filter.review !== undefined)
    throw forbidden("filter_for_ops", "submission_id and review are for ops; leave them out.");
  const queue_date = filter.date ?? todayOf(ctx);
  if (!(await publishedQueue(ctx, queue_date))) return { items: [] };
  return presentAssignmentPage(ctx, await ofDay(ctx, own.id, queue_date, page));
};

/** An assignment as far as the caller may see it: any for ops, published own ones for members. Throws DomainError not_found. */
export const visibleAssignment = async (ctx: OrgCtx, id: string): Promise<QueueAssignment> => {
  const assignment = await QueueAssignment.get(ctx, { org_id: ctx.org_id, id }, { consistent: true });
  if (ctx.grant === "all") return assignment;
  const own = await findOwnMember(ctx);
  if (own?.id !== assignment.supporter_id || assignment.published_on === undefined || !(await publishedQueue(ctx, assignment.queue_date)))
    throw notFound("queue assignment");
  return assignment;
};

export const getAssignment = async (ctx: OrgCtx, id: string): Promise<AssignmentView> => presentAssignment(ctx, await visibleAssignment(ctx, id));
