import { PublishQueue } from "../../../events/soundcloud/publish-queue.v1.ts";
import { QueuePublished } from "../../../events/soundcloud/queue-published.v1.ts";
import { DomainError } from "../../kernel/errors.ts";
import type { OrgJobCtx } from "../../kernel/job.ts";
import type { Commands } from "../../kernel/queue/commands.ts";
import { inParallel } from "../../kernel/queue/parallel.ts";
import { every } from "../../kernel/table/every.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { getSettings } from "../settings/get-settings.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { publishAssignment } from "./publish-assignment.ts";
import { QueueAssignment, fillsSlot } from "./queue-assignment.ts";
import { Queue } from "./queue.ts";

const PARALLEL = 8;
/** No assignment is begun with less time than this. */
const RESERVE_MS = 15_000;

type PublishCtx = OrgJobCtx & { readonly commands: Commands };

/** All assignments of the queue's build, strongly consistent. Throws DomainError unavailable while the index lags behind. */
const assignmentsOf = async (ctx: PublishCtx, { org_id, date, build_id, filled_slots }: Queue): Promise<QueueAssignment[]> => {
  const listed = await Array.fromAsync(every((page) => QueueAssignment.query.byQueue(ctx, { org_id, queue_date: date, build_id }, page)));
  if (listed.length < filled_slots)
    throw new DomainError(
      "unavailable",
      "index_behind",
      `${listed.length} of the ${filled_slots} assignments of ${date} are listed so far; the next delivery looks again.`,
      { retry_after: 5 },
    );
  return QueueAssignment.getMany(ctx, listed, { consistent: true });
};

/** What publication came to: assignments made, and every empty slot with its reason, those that were passed over included. */
const outcomeOf = (queue: Queue, assignments: readonly QueueAssignment[]) => {
  const empty_counts = { ...queue.empty_counts };
  for (const { skip_reason } of assignments.filter((one) => !fillsSlot(one)))
    if (skip_reason !== undefined) empty_counts[skip_reason] = (empty_counts[skip_reason] ?? 0) + 1;
  return { filled_slots: assignments.filter(fillsSlot).length, empty_counts };
};

/** The queue turns published; nothing happens when another delivery did that. */
const finish = (ctx: PublishCtx, date: string): Promise<void> =>
  contend(async () => {
    const queue = await Queue.get(ctx, { org_id: ctx.org_id, date }, { consistent: true });
    if (!queue.publishing) return;
    const outcome = outcomeOf(queue, await assignmentsOf(ctx, queue));
    const writes = Queue.writes.transition(ctx, queue, "published", { patch: { publishing: false, published_at: ctx.clock.now().toISOString(), ...outcome } });
    await transact(ctx, soundcloud, [...writes, ...soundcloudSystem.emit(ctx, QueuePublished, { date, assignments: outcome.filled_slots })], {
      pattern: "queues.publish",
    });
  });

/**
 * Publishes an approved queue, assignment by assignment. It can be interrupted anywhere: what is done is found done, and
 * when the time runs out a new message goes on. Members see nothing before the last step.
 */
export const publishQueue = async (ctx: PublishCtx, { date }: { date: string }): Promise<void> => {
  const queue = await Queue.find(ctx, { org_id: ctx.org_id, date }, { consistent: true });
  if (!queue?.publishing) return ctx.log.info("queue is not to be published", { date, status: queue?.status });
  const settings = await getSettings(ctx);
  const open = (await assignmentsOf(ctx, queue)).filter(({ status, published_at }) => status === "assigned" && published_at === undefined);
  // Assignments that draw on one wallet go one after another, in order of position, so that the credits go to the first.
  const groups = [...Map.groupBy(open, ({ payer_id, submission_id }) => payer_id ?? submission_id).values()];
  const finished = await inParallel(groups, PARALLEL, async (group) => {
    for (const assignment of group) {
      if (ctx.remaining_ms() < RESERVE_MS) return false;
      await publishAssignment(ctx, assignment, settings);
    }
    return true;
  });
  if (finished.includes(false)) return ctx.commands.send(ctx, PublishQueue, ctx.org_id, [{ date }]);
  await finish(ctx, date);
};
