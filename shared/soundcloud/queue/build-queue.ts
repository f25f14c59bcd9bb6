import { QueueBuilt } from "../../../events/soundcloud/queue-built.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { isDomainError } from "../../kernel/errors.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, stillMissing, transact } from "../../kernel/table/table.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { slotExpiry } from "./empty-slots.ts";
import { type DayPlan, planDay } from "./plan-day.ts";
import { QueueAssignment } from "./queue-assignment.ts";
import { QueueSlot } from "./queue-slot.ts";
import { Queue, UNFILLED_NAMED } from "./queue.ts";

/** Assignments stored by one transaction, at DynamoDB's limit. */
const CHUNK = 100;
const PARALLEL = 8;
const DAY_S = 86_400;
/** What a rebuild leaves behind, and drafts that nobody published, go after this. */
const DRAFT_DAYS = 30;

interface Build {
  readonly queue_id: string;
  readonly build_id: string;
  readonly date: string;
}

const assignmentsOf = (ctx: OrgCtx, { queue_id, build_id, date }: Build, plan: DayPlan): QueueAssignment[] =>
  plan.assignments.map(({ position, submission_id, supporter_id, score, price }) => {
    const { member_id, track_url, track_key, artist_key, artist_name } = plan.submission.get(submission_id)!;
    return QueueAssignment.draft(ctx, {
      org_id: ctx.org_id,
      queue_id,
      queue_date: date,
      build_id,
      submission_id,
      supporter_id,
      payer_id: member_id,
      position,
      credits_allocated: price,
      reach: plan.target({ submission_id, supporter_id }).reach,
      score,
      track_url,
      track_key,
      artist_key,
      artist_name,
      expires_at: Date.parse(date) / 1000 + DRAFT_DAYS * DAY_S,
    });
  });

/** Stores a build under its own id, where nothing points to yet. */
const storeBuild = async (ctx: OrgCtx, build: Build, plan: DayPlan): Promise<void> => {
  const { build_id, date } = build;
  const slots = plan.empty.map((slot) => ({ org_id: ctx.org_id, date, build_id, ...slot, expires_at: slotExpiry(date) }));
  const assignments = assignmentsOf(ctx, build, plan);
  const chunks = Array.from({ length: Math.ceil(assignments.length / CHUNK) }, (_, at) => assignments.slice(at * CHUNK, (at + 1) * CHUNK));
  await Promise.all([QueueSlot.putMany(ctx, slots), inParallel(chunks, PARALLEL, (chunk) => storeChunk(ctx, chunk))]);
};

/** The ids are new, so what exists already was stored by this very call, whose answer got lost. */
const storeChunk = async (ctx: OrgCtx, chunk: readonly QueueAssignment[]): Promise<void> => {
  try {
    await transact(
      ctx,
      soundcloud,
      chunk.flatMap((one) => QueueAssignment.writes.put(ctx, one)),
      { pattern: "queues.storeBuild" },
    );
  } catch (error) {
    if (!isDomainError(error, "already_exists")) throw error;
  }
};

const emptyCounts = (plan: DayPlan): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason, empty_slots } of plan.empty) counts[reason] = (counts[reason] ?? 0) + empty_slots;
  return counts;
};

/** Points the queue at the build, in one write with its event. Throws DomainError `concurrent_change` when another build or a decision was first. */
const pointQueue = async (
  ctx: OrgCtx,
  queue: Queue | undefined,
  { queue_id, build_id, date }: Build,
  plan: DayPlan,
  requested_by: string | undefined,
): Promise<void> => {
  const counts = { total_slots: plan.total_slots, filled_slots: plan.assignments.length };
  const content = {
    build_id,
    build_order: ctx.request_id,
    built_at: ctx.clock.now().toISOString(),
    ...counts,
    empty_counts: emptyCounts(plan),
    unfilled: plan.unfilled.slice(0, UNFILLED_NAMED),
    unfilled_count: plan.unfilled.length,
    ...(requested_by === undefined ? {} : { created_by_id: requested_by }),
  };
  const writes = queue
    ? Queue.writes.patch(ctx, queue, content)
    : stillMissing(Queue.writes.create(ctx, { org_id: ctx.org_id, id: queue_id, date, ...content }));
  await transact(ctx, soundcloud, [...writes, ...soundcloudSystem.emit(ctx, QueueBuilt, { date, build_id, ...counts })], { pattern: "queues.point" });
};

/** Tells each submission whether the queue leaves its demand to the next day, and why. Repeating it changes nothing. */
const markShifted = async (ctx: OrgCtx, queue: Queue): Promise<void> => {
  const reasons = new Map(queue.unfilled.map(({ submission_id, reason }) => [submission_id, reason]));
  const open = await Array.fromAsync(every((page) => Submission.query.openDemand(ctx, { org_id: ctx.org_id }, page)));
  const changed = open.filter(({ id, auto_shifted, shift_reason }) => auto_shifted !== reasons.has(id) || shift_reason !== reasons.get(id));
  await inParallel(changed, PARALLEL, (from) => {
    const shift_reason = reasons.get(from.id);
    return Submission.patch(ctx, from, { auto_shifted: shift_reason !== undefined, shift_reason: shift_reason ?? null }, { from });
  });
};

/**
 * Builds the draft queue of a day, replacing the draft that is there. A frozen queue and a past day are left alone. The
 * queue changes as a whole or not at all; an order that is delivered again after it was carried out builds nothing.
 */
export const buildQueue = async (ctx: OrgCtx, { date, requested_by }: { date: string; requested_by?: string | undefined }): Promise<void> => {
  const key = { org_id: ctx.org_id, date };
  const built = await contend(async () => {
    const queue = await Queue.find(ctx, key, { consistent: true });
    if (queue && queue.status !== "draft") return ctx.log.info("queue is frozen and was not built", { date, status: queue.status });
    if (queue?.build_order === ctx.request_id) return queue;
    if (date < todayOf(ctx)) return ctx.log.info("queue of a past day was not built", { date });
    const plan = await planDay(ctx, date);
    const build = { queue_id: queue?.id ?? ctx.ids.uuid(), build_id: ctx.ids.uuid(), date };
    await storeBuild(ctx, build, plan);
    await pointQueue(ctx, queue, build, plan, requested_by);
    ctx.log.info("queue built", { date, filled_slots: plan.assignments.length, total_slots: plan.total_slots, unfilled: plan.unfilled.length });
    return Queue.get(ctx, key, { consistent: true });
  });
  if (built) await markShifted(ctx, built);
};
