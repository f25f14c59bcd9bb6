import type { OrgCtx } from "../../../shared/kernel/context.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import { type Write, contend, stillMissing, transact } from "../../../shared/kernel/table/table.ts";
import { grantCredits } from "../../../shared/soundcloud/credit/grant-credits.ts";
import { refundWrites, releaseWrites, reserveWrites, settleWrites } from "../../../shared/soundcloud/credit/repost-credits.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import type { ApiClient } from "../api-client.ts";
import { sampleOf } from "../matrix/sample.ts";
import type { Order, Phase } from "./plan.ts";

type Repost = Extract<Order, { kind: "repost" }>;

/** One of the workers that carry orders out at the same time. */
export interface LedgerLane {
  readonly ctx: OrgCtx;
  readonly admin: ApiClient;
  /** One delivery of an order; it may end in the middle. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
}
/** Where orders are played: on the engine or in the simulator. */
export interface LedgerStage {
  readonly members: readonly string[];
  readonly lanes: readonly LedgerLane[];
  readonly random: () => number;
  /** How often an order is delivered at most until its answer is definite. */
  readonly deliveries: number;
  /** Lets time pass until a claim has lapsed whose run has died. */
  passLease(): Promise<void>;
}
export interface Played {
  /** What must not happen, and did: an order that ends in nonsense or never ends. */
  readonly violations: readonly string[];
  /** By order, whether it was carried out (true) or refused (false), as far as its sender was told. */
  readonly promised: ReadonlyMap<string, boolean>;
  readonly operations: number;
  readonly refused: number;
}

export const LEASE_MS = 36_000;

/** Plays a plan of orders against the real credit code: each is delivered until its answer is definite, some once more. */
export const playOrders = async ({ members, lanes, random, deliveries, passLease }: LedgerStage, orders: readonly Order[]): Promise<Played> => {
  const waiting = [...orders];
  const violations: string[] = [];
  const promised = new Map<string, boolean>();
  let [operations, refused] = [0, 0];

  /** As a queue: delivered again until the answer is definite. True when it was carried out. */
  const deliver = async (lane: LedgerLane, name: string, work: () => Promise<unknown>, refusals: readonly string[]): Promise<boolean> => {
    operations += 1;
    let last: unknown;
    for (let delivery = 1; delivery <= deliveries && violations.length === 0; delivery++) {
      try {
        await lane.attempt(work);
        return true;
      } catch (error) {
        last = error;
        if (isDomainError(error) && refusals.includes(error.code)) {
          refused += 1;
          return false;
        }
        if (isDomainError(error) && error.kind !== "unavailable") {
          violations.push(`${name} ends in ${error.code}: ${error.message}`);
          return false;
        }
      }
    }
    if (violations.length === 0) violations.push(`${name} has no definite answer after ${deliveries} deliveries: ${String(last)}`);
    return false;
  };

  const adjust = async (lane: LedgerLane, { member, amount, key }: Extract<Order, { kind: "adjust" }>): Promise<void> => {
    const send = async (): Promise<void> => {
      const reply = await lane.admin.post(`/soundcloud/members/${members[member]}/credits/adjust`, { amount, reason: key }, { key });
      if (reply.problem?.code === "request_in_flight") await passLease();
      if (reply.status === 409 && reply.problem.code === "insufficient_credits") promised.set(`adjust:${key}`, false);
      else if (reply.status !== 200) throw new Error(`${reply.status} ${reply.problem.code}`);
      else promised.set(`adjust:${key}`, true);
    };
    await deliver(lane, key, send, []);
    // The client did not hear the answer to what was carried out, and asks again.
    if (promised.get(`adjust:${key}`) && random() < 0.2) await deliver(lane, `${key} again`, send, []);
  };

  const grant = async (lane: LedgerLane, { member, month }: Extract<Order, { kind: "grant" }>): Promise<void> => {
    if (await deliver(lane, `grant ${month}`, () => grantCredits(lane.ctx, { member_id: members[member]!, month }), []))
      promised.set(`grant:${members[member]}:${month}`, true);
  };

  const play = async (lane: LedgerLane, repost: Repost): Promise<void> => {
    const id = lane.ctx.ids.uuid();
    const parties = { payer_id: members[repost.payer]!, supporter_id: members[repost.supporter]! };
    for (const phase of repost.phases) {
      const work = () => step(lane.ctx, { ...parties, id, price: repost.price }, phase);
      const isKept = await deliver(lane, `${phase} ${id}`, work, phase === "reserve" ? ["insufficient_credits"] : []);
      promised.set(`${phase}:${id}`, isKept);
      if (!isKept) return;
      if (random() < 0.2) await deliver(lane, `${phase} ${id} again`, work, []);
    }
  };

  const work = async (lane: LedgerLane): Promise<void> => {
    for (let order = waiting.shift(); order && violations.length === 0; order = waiting.shift()) {
      if (order.kind === "adjust") await adjust(lane, order);
      else if (order.kind === "grant") await grant(lane, order);
      else await play(lane, order);
    }
  };
  await Promise.all(lanes.map(work));
  return { violations, promised, operations, refused };
};

interface Assigned {
  readonly id: string;
  readonly payer_id: string;
  readonly supporter_id: string;
  readonly price: number;
}

/** As publication and verification do it: the money moves in the transaction that moves the assignment. */
const step = (ctx: OrgCtx, { id, payer_id, supporter_id, price: credits_allocated }: Assigned, phase: Phase): Promise<unknown> =>
  contend(async () => {
    const { org_id } = ctx;
    const walletOf = (member_id: string): Promise<Wallet> => Wallet.get(ctx, { org_id, member_id }, { consistent: true });
    const find = (): Promise<QueueAssignment | undefined> => QueueAssignment.find(ctx, { org_id, id }, { consistent: true });
    // A refusal changes nothing that a late copy of the same order would meet, so the wallet is read first: one that is too
    // low has changed since the copy was made, which its version keeps out; a copy that came before stands in the assignment.
    const [payer, assignment] = phase === "reserve" ? [await walletOf(payer_id), await find()] : await Promise.all([walletOf(payer_id), find()]);
    const price = { assignment_id: id, price: credits_allocated };
    const move = (writes: readonly Write[]): Promise<void> => transact(ctx, soundcloud, writes, { pattern: `ledger.${phase}` });
    if (phase === "reserve") {
      if (assignment) return;
      const fixed = { org_id, id, payer_id, supporter_id, credits_allocated };
      await move([
        ...reserveWrites(ctx, payer, price),
        ...stillMissing(QueueAssignment.writes.create(ctx, sampleOf(QueueAssignment, 1, { fixed }) as Parameters<typeof QueueAssignment.create>[1])),
      ]);
      return;
    }
    if (!assignment) throw new Error(`The assignment ${id} was promised and is not there.`);
    if (phase === "settle" && assignment.status === "assigned") {
      const supporter = await walletOf(supporter_id);
      await move([...settleWrites(ctx, payer, supporter, price, 0), ...QueueAssignment.writes.transition(ctx, assignment, "completed")]);
    }
    if (phase === "release" && assignment.status === "assigned")
      await move([...releaseWrites(ctx, payer, price), ...QueueAssignment.writes.transition(ctx, assignment, "skipped")]);
    if (phase === "refund" && assignment.refunded_at === undefined) {
      const supporter = await walletOf(supporter_id);
      await move([
        ...refundWrites(ctx, payer, supporter, price, 0),
        ...QueueAssignment.writes.patch(ctx, assignment, { refunded_at: ctx.clock.now().toISOString() }),
      ]);
    }
  });
