import { BuildQueue } from "../../../events/soundcloud/build-queue.v1.ts";
import { PublicationOrdered } from "../../../events/soundcloud/publication-ordered.v1.ts";
import { type OrgCtx, actorId } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { type QueueView, presentQueue } from "./queue-view.ts";
import { Queue } from "./queue.ts";

const storedQueue = (ctx: OrgCtx, date: string): Promise<Queue> => Queue.get(ctx, { org_id: ctx.org_id, date }, { consistent: true });

/** Throws DomainError `queue_publishing` once the publish job owns the queue. */
export const requireNotPublishing = (queue: Queue): void => {
  if (queue.publishing) throw conflict("queue_publishing", `The queue of ${queue.date} is being published; wait until its status is published.`);
};

/** Throws DomainError `date_passed`: supporters look at today, so a day that is over reaches nobody. */
const requireToCome = (ctx: OrgCtx, date: string, remedy: (today: string) => string): void => {
  const today = todayOf(ctx);
  if (date < today) throw unprocessable("date_passed", `date: ${date} is over in UTC; ${remedy(today)}.`);
};

/** Orders the build of a day's draft. Throws DomainError `date_passed` or `queue_frozen`. */
export const orderBuild = async (ctx: OrgCtx & { readonly commands: Commands }, date: string): Promise<{ date: string; status: "ordered" }> => {
  requireToCome(ctx, date, (today) => `build ${today} or a later day`);
  const queue = await Queue.find(ctx, { org_id: ctx.org_id, date }, { consistent: true });
  if (queue && queue.status !== "draft")
    throw conflict("queue_frozen", `The queue of ${date} is ${queue.status}; swap single assignments, or undo the approval while it is not published.`, {
      status: queue.status,
    });
  const requested_by = actorId(ctx.actor);
  await ctx.commands.send(ctx, BuildQueue, ctx.org_id, [{ date, ...(requested_by === undefined ? {} : { requested_by }) }]);
  return { date, status: "ordered" };
};

const decide = (
  ctx: OrgCtx,
  date: string,
  to: "approved" | "draft",
  patch: Parameters<typeof Queue.writes.patch>[2],
  guard: (queue: Queue) => void,
): Promise<QueueView> =>
  contend(async () => {
    const queue = await storedQueue(ctx, date);
    guard(queue);
    await transact(ctx, soundcloud, Queue.writes.transition(ctx, queue, to, { patch }), { pattern: "queues.decide" });
    return presentQueue(ctx, await storedQueue(ctx, date));
  });

/** Freezes a draft but for swaps. Throws DomainError `invalid_transition` or `date_passed`. */
export const approveQueue = (ctx: OrgCtx, date: string): Promise<QueueView> =>
  decide(ctx, date, "approved", { approved_by_id: actorId(ctx.actor) ?? null, approved_at: ctx.clock.now().toISOString() }, () =>
    requireToCome(ctx, date, (today) => `approve ${today} or a later day`),
  );

/** Throws DomainError `invalid_transition`, or `queue_publishing` once publication has begun. */
export const undoApproval = (ctx: OrgCtx, date: string): Promise<QueueView> =>
  decide(ctx, date, "draft", { approved_by_id: null, approved_at: null }, requireNotPublishing);

/**
 * Hands an approved queue to the publish job, by an event in the same transaction; asking again while it runs wakes it
 * again. Throws DomainError `invalid_transition` or `date_passed`.
 */
export const orderPublication = (ctx: OrgCtx, date: string): Promise<QueueView> =>
  contend(async () => {
    const queue = await storedQueue(ctx, date);
    // The job makes the transition when it is done; asking for its writes refuses now what is not approved.
    Queue.writes.transition(ctx, queue, "published");
    if (!queue.publishing) requireToCome(ctx, date, (today) => `publish ${today} or a later day`);
    const begun = queue.publishing ? [] : Queue.writes.patch(ctx, queue, { publishing: true });
    await transact(ctx, soundcloud, [...begun, ...soundcloudSystem.emit(ctx, PublicationOrdered, { date })], { pattern: "queues.orderPublication" });
    return presentQueue(ctx, await storedQueue(ctx, date));
  });
