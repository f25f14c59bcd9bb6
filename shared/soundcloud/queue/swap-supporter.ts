import { AssignmentSkipped } from "../../../events/soundcloud/assignment-skipped.v1.ts";
import type { OrgCtx } from "../../kernel/context.ts";
import { todayOf } from "../../kernel/days.ts";
import { conflict, unprocessable } from "../../kernel/errors.ts";
import { every } from "../../kernel/table/every.ts";
import { type Write, contend, transact } from "../../kernel/table/table.ts";
import { postingWrites } from "../credit/post-credits.ts";
import { release, reserve } from "../credit/wallet-rules.ts";
import { Wallet } from "../credit/wallet.ts";
import { Submission } from "../submission/submission.ts";
import { soundcloud, soundcloudSystem } from "../table.ts";
import { proposeTargets } from "../target/build-proposal.ts";
import { type Roster, loadMembersOfRoster } from "../target/load-roster.ts";
import type { ExclusionReason, Target } from "../target/select.ts";
import { artistKeys, supportHistory } from "../target/support-history.ts";
import { requireNotPublishing } from "./decide-queue.ts";
import { emptied, filled } from "./empty-slots.ts";
import { recordRemoval } from "./end-assignment.ts";
import { plannedElsewhere, withPlanned } from "./planned.ts";
import { bindingWrites, publication } from "./publish-assignment.ts";
import { QueueAssignment, fillsSlot } from "./queue-assignment.ts";
import { Queue } from "./queue.ts";

export interface Swap {
  readonly date: string;
  readonly assignment_id: string;
  readonly supporter_id: string;
}

interface Situation {
  readonly queue: Queue;
  readonly old: QueueAssignment;
  /** All assignments of the build, by position. */
  readonly all: readonly QueueAssignment[];
  readonly submission: Submission;
  /** Undefined for client work. */
  readonly wallet: Wallet | undefined;
  /** The new supporter, and the artist whose track it is. */
  readonly roster: Roster;
}

const unknown = (field: string, code: string, detail: string) => unprocessable(code, `${field}: ${detail}`, [{ pointer: `/${field}`, code, detail }]);

const situation = async (ctx: OrgCtx, { date, assignment_id, supporter_id }: Swap): Promise<Situation> => {
  const { org_id } = ctx;
  const consistent = { consistent: true };
  const queue = await Queue.get(ctx, { org_id, date }, consistent);
  requireNotPublishing(queue);
  const old = await QueueAssignment.find(ctx, { org_id, id: assignment_id }, consistent);
  if (old?.queue_date !== date || old.build_id !== queue.build_id)
    throw unknown("assignment_id", "unknown_assignment", `This is no assignment of the queue of ${date}; list them anew.`);
  if (old.status !== "assigned") throw conflict("not_assigned", `The assignment is ${old.status}; only an open one can be swapped.`, { status: old.status });
  const [all, submission, wallet, roster] = await Promise.all([
    Array.fromAsync(every((page) => QueueAssignment.query.byQueue(ctx, { org_id, queue_date: date, build_id: queue.build_id }, page))),
    Submission.get(ctx, { org_id, id: old.submission_id }, consistent),
    old.payer_id === undefined ? undefined : Wallet.get(ctx, { org_id, member_id: old.payer_id }, consistent),
    loadMembersOfRoster(ctx, [supporter_id, ...(old.payer_id === undefined ? [] : [old.payer_id])]),
  ]);
  return { queue, old, all, submission, wallet, roster };
};

/** Rules beyond those of the target builder: what the supporter has in the queue itself. */
const reasonsOfTheQueue = ({ all, submission, roster }: Situation, supporter_id: string): ExclusionReason[] => {
  const mine = all.filter((one) => one.supporter_id === supporter_id && fillsSlot(one));
  const slots = Math.min(roster.member.get(supporter_id)!.daily_capacity, roster.settings.daily_capacity_limit);
  const keys = artistKeys(submission);
  const meets = mine.some((one) => artistKeys(one).some((key) => keys.includes(key)));
  return [...(meets ? (["recent_artist"] as const) : []), ...(mine.length >= slots ? (["at_capacity"] as const) : [])];
};

/** The supporter as a target of the track. Throws DomainError `unknown_member`, or `swap_conflict` with every reason. */
const targetOf = async (ctx: OrgCtx, now: Situation, supporter_id: string): Promise<Target> => {
  const { queue, old, submission, wallet, roster } = now;
  const member = roster.member.get(supporter_id);
  if (!member) throw unknown("supporter_id", "unknown_member", "Choose an id from the org's members.");
  const { settings } = roster;
  const [past, planned] = await Promise.all([
    supportHistory(ctx, submission, { today: queue.date, recent_artist_days: settings.recent_artist_days }),
    plannedElsewhere(ctx, queue.date, todayOf(ctx)),
  ]);
  const history = withPlanned(past, submission, planned, settings);
  // What the old supporter would have cost is free for the new one.
  const freed = wallet && old.published_at !== undefined ? { ...wallet, reserved: wallet.reserved - old.credits_allocated } : wallet;
  const { targets, excluded } = proposeTargets({ submission, history, wallet: freed, roster: { ...roster, members: [member] }, count: 1 }, queue.date);
  const reasons = [...new Set([...excluded.flatMap((one) => one.reasons), ...reasonsOfTheQueue(now, supporter_id)])];
  const [target] = targets;
  if (!target || reasons.length > 0)
    throw conflict("swap_conflict", `${member.name} may not take this track on ${queue.date}: ${reasons.join(", ")}. Choose another supporter.`, { reasons });
  return target;
};

/** The supporters change places: one slot more and one less is empty. The queue's version orders swaps, builds and decisions. */
const slotWrites = async (ctx: OrgCtx, { queue, old }: Situation, supporter_id: string): Promise<Write[]> => {
  const taken = await filled(ctx, { ...old, supporter_id });
  const empty_counts: Record<string, number> = { ...queue.empty_counts, swapped: (queue.empty_counts["swapped"] ?? 0) + 1 };
  if (taken.reason !== undefined) empty_counts[taken.reason] = (empty_counts[taken.reason] ?? 0) - 1;
  const left = Object.fromEntries(Object.entries(empty_counts).filter(([, count]) => count > 0));
  return [...Queue.writes.patch(ctx, queue, { empty_counts: left }), ...taken.writes, ...(await emptied(ctx, old, "swapped"))];
};

/** Before publication nobody is bound: the assignment changes hands. */
const repoint = async (ctx: OrgCtx, now: Situation, target: Target): Promise<QueueAssignment> => {
  const { old } = now;
  const { supporter_id, price: credits_allocated, score, reach } = target;
  const writes = QueueAssignment.writes.patch(ctx, old, { supporter_id, credits_allocated, score, reach });
  const result = QueueAssignment.after(writes);
  await transact(ctx, soundcloud, [...writes, ...(await slotWrites(ctx, now, supporter_id))], { pattern: "queues.swap", result });
  return result;
};

/** One wallet moves once in a transaction: the old price is released and the new one reserved in one posting. */
const moveReservation = (ctx: OrgCtx, wallet: Wallet, from: QueueAssignment, to: QueueAssignment): Write[] => {
  const released = release(wallet, from.credits_allocated);
  const reserved = reserve(released.wallet, to.credits_allocated);
  return postingWrites(ctx, wallet, { wallet: reserved.wallet, entries: released.entries }, { reference_id: to.id });
};

/** After publication the old assignment is skipped and a new one is bound in the same transaction, at the end of the queue. */
const replace = async (ctx: OrgCtx, now: Situation, target: Target): Promise<QueueAssignment> => {
  const { queue, old, all, submission, wallet, roster } = now;
  const { supporter_id, price: credits_allocated, score, reach } = target;
  const { org_id, queue_id, queue_date, build_id, submission_id, payer_id } = old;
  const position = Math.max(...all.map((one) => one.position)) + 1;
  const next = QueueAssignment.draft(ctx, {
    ...publication(ctx, submission, roster.settings),
    published_on: queue.date,
    org_id,
    queue_id,
    queue_date,
    build_id,
    submission_id,
    payer_id,
    supporter_id,
    position,
    credits_allocated,
    score,
    reach,
  });
  const patch = { skip_reason: "swapped", swapped_to: next.id, check: null, check_at: null };
  const writes = [
    ...QueueAssignment.writes.transition(ctx, old, "skipped", { patch, reason: "swapped" }),
    ...QueueAssignment.writes.put(ctx, next),
    ...(wallet ? moveReservation(ctx, wallet, old, next) : []),
    ...(await recordRemoval(ctx, old)),
    ...soundcloudSystem.emit(ctx, AssignmentSkipped, { assignment_id: old.id, submission_id, supporter_id: old.supporter_id }),
    ...bindingWrites(ctx, next, submission),
    ...(await slotWrites(ctx, now, supporter_id)),
  ];
  await transact(ctx, soundcloud, writes, { pattern: "queues.swapPublished", result: next });
  return next;
};

/**
 * Gives an open assignment to another supporter. Throws DomainError `unknown_assignment`, `unknown_member`,
 * `not_assigned`, `queue_publishing`, or `swap_conflict` with all reasons against the supporter.
 */
export const swapSupporter = (ctx: OrgCtx, swap: Swap): Promise<QueueAssignment> =>
  contend(async () => {
    const now = await situation(ctx, swap);
    const target = await targetOf(ctx, now, swap.supporter_id);
    return now.queue.status === "published" ? replace(ctx, now, target) : repoint(ctx, now, target);
  });
