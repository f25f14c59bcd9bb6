import { creditsApi } from "../../../functions/soundcloud/credits.api.ts";
import { isDomainError } from "../../../shared/kernel/errors.ts";
import { every } from "../../../shared/kernel/table/every.ts";
import { type Write, contend, transact } from "../../../shared/kernel/table/table.ts";
import { grantCredits } from "../../../shared/soundcloud/credit/grant-credits.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { entryHash } from "../../../shared/soundcloud/credit/post-credits.ts";
import { refundWrites, releaseWrites, reserveWrites, settleWrites } from "../../../shared/soundcloud/credit/repost-credits.ts";
import { reconcile } from "../../../shared/soundcloud/credit/wallet-rules.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { soundcloud } from "../../../shared/soundcloud/table.ts";
import type { TestDatabaseOptions } from "../dynamo.ts";
import { type FaultGate, type FaultOptions, faultGate } from "../faults/gate.ts";
import { randomOf } from "../faults/random.ts";
import { sampleOf } from "../matrix/sample.ts";
import { soundcloudWorld } from "../soundcloud.ts";
import { type Order, type Phase, planOf } from "./plan.ts";

type Wrap = NonNullable<TestDatabaseOptions["wrap"]>;
type Repost = Extract<Order, { kind: "repost" }>;

export interface LedgerRun extends FaultOptions {
  readonly operations: number;
  readonly members: number;
  readonly at_once: number;
  /** How often an order is delivered at most until its answer is definite; 30 unless told. */
  readonly deliveries?: number;
  /** A fault of the code itself, above the gate. */
  readonly mutant?: Wrap;
}
export interface LedgerResult {
  /** What is wrong with the books; empty when they are right. */
  readonly violations: readonly string[];
  readonly gate: FaultGate;
  readonly operations: number;
  readonly refused: number;
}

const LEASE_MS = 36_000;

/** Plays a plan of orders against the real credit code on the engine under faults, then audits the books. */
export const playLedger = async ({ operations, members: count, at_once, deliveries = 30, mutant, ...faults }: LedgerRun): Promise<LedgerResult> => {
  const gate = faultGate(faults);
  const wrap: Wrap = mutant ? (handler) => mutant(gate.wrap(handler)) : gate.wrap;
  const world = await soundcloudWorld({ apis: [creditsApi], wrap });
  const { ctx, org_id } = world;
  const members = await Promise.all(Array.from({ length: count }, () => world.member({ followers: 200_000 }).then(({ id }) => id)));
  const random = randomOf(faults.seed);
  const waiting = planOf(random, { operations, members: count });
  const violations: string[] = [];
  const promised = new Map<string, boolean>();
  let [done, refused, reposts] = [0, 0, 0];

  const key = (member: number) => ({ org_id, member_id: members[member]! });
  const walletOf = (member: number): Promise<Wallet> => Wallet.get(ctx, key(member), { consistent: true });

  /** As a queue: delivered again until the answer is definite. True when it was carried out. */
  const deliver = async (name: string, work: () => Promise<unknown>, refusals: readonly string[]): Promise<boolean> => {
    done += 1;
    let last: unknown;
    for (let delivery = 1; delivery <= deliveries && violations.length === 0; delivery++) {
      try {
        await work();
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

  const adjust = async ({ member, amount, key: idempotency }: Extract<Order, { kind: "adjust" }>): Promise<void> => {
    const send = async (): Promise<unknown> => {
      const reply = await world.admin.api.post(`/soundcloud/members/${members[member]}/credits/adjust`, { amount, reason: idempotency }, { key: idempotency });
      if (reply.problem?.code === "request_in_flight") world.clock.advance(LEASE_MS);
      if (reply.status === 409 && reply.problem.code === "insufficient_credits") promised.set(`adjust:${idempotency}`, false);
      else if (reply.status !== 200) throw new Error(`${reply.status} ${reply.problem.code}`);
      else promised.set(`adjust:${idempotency}`, true);
      return reply.body;
    };
    await deliver(idempotency, send, []);
    // The client did not hear the answer to what was carried out, and asks again.
    if (promised.get(`adjust:${idempotency}`) && random() < 0.2) await deliver(`${idempotency} again`, send, []);
  };

  const grant = async ({ member, month }: Extract<Order, { kind: "grant" }>): Promise<void> => {
    if (await deliver(`grant ${month}`, () => grantCredits(ctx, { member_id: members[member]!, month }), []))
      promised.set(`grant:${members[member]}:${month}`, true);
  };

  /** As publication and verification do it: the money moves in the transaction that moves the assignment. */
  const step = (repost: Repost, id: string, phase: Phase): Promise<unknown> =>
    contend(async () => {
      const [assignment, payer] = await Promise.all([QueueAssignment.find(ctx, { org_id, id }, { consistent: true }), walletOf(repost.payer)]);
      const price = { assignment_id: id, price: repost.price };
      const move = (writes: readonly Write[]): Promise<void> => transact(ctx, soundcloud, writes, { pattern: `ledger.${phase}` });
      if (phase === "reserve") {
        if (assignment) return;
        const fixed = { org_id, id, payer_id: members[repost.payer], supporter_id: members[repost.supporter], credits_allocated: repost.price };
        await move([
          ...reserveWrites(ctx, payer, price),
          ...QueueAssignment.writes.create(ctx, sampleOf(QueueAssignment, 1, { fixed }) as Parameters<typeof QueueAssignment.create>[1]),
        ]);
        return;
      }
      if (!assignment) throw new Error(`The assignment ${id} was promised and is not there.`);
      if (phase === "settle" && assignment.status === "assigned") {
        const supporter = await walletOf(repost.supporter);
        await move([...settleWrites(ctx, payer, supporter, price, 0), ...QueueAssignment.writes.transition(ctx, assignment, "completed")]);
      }
      if (phase === "release" && assignment.status === "assigned")
        await move([...releaseWrites(ctx, payer, price), ...QueueAssignment.writes.transition(ctx, assignment, "skipped")]);
      if (phase === "refund" && assignment.refunded_at === undefined) {
        const supporter = await walletOf(repost.supporter);
        await move([
          ...refundWrites(ctx, payer, supporter, price, 0),
          ...QueueAssignment.writes.patch(ctx, assignment, { refunded_at: ctx.clock.now().toISOString() }),
        ]);
      }
    });

  const play = async (repost: Repost): Promise<void> => {
    const id = ctx.ids.uuid();
    reposts += 1;
    for (const phase of repost.phases) {
      if (!(await deliver(`${phase} ${id}`, () => step(repost, id, phase), phase === "reserve" ? ["insufficient_credits"] : []))) return;
      promised.set(`${phase}:${id}`, true);
      if (random() < 0.2) await deliver(`${phase} ${id} again`, () => step(repost, id, phase), []);
    }
  };

  const work = async (): Promise<void> => {
    for (let order = waiting.shift(); order && violations.length === 0; order = waiting.shift()) {
      if (order.kind === "adjust") await adjust(order);
      else if (order.kind === "grant") await grant(order);
      else await play(order);
    }
  };
  gate.start();
  await Promise.all(Array.from({ length: at_once }, work));
  await gate.stop();

  const assignments = await Array.fromAsync(every((page) => QueueAssignment.query.byQueue(ctx, bookOf(org_id), page)));
  const books = await Promise.all(
    members.map(async (_, member) => ({
      wallet: await walletOf(member),
      entries: await Array.fromAsync(every((page) => LedgerEntry.list(ctx, key(member), page))),
    })),
  );
  violations.push(...audit(books, assignments, promised));
  return { violations, gate, operations: done, refused };
};

/** All assignments of a run are of one build of one day. */
const bookOf = (org_id: string): { org_id: string; queue_date: string; build_id: string } => ({
  ...(sampleOf(QueueAssignment, 1) as { queue_date: string; build_id: string }),
  org_id,
});

interface Book {
  readonly wallet: Wallet;
  readonly entries: readonly LedgerEntry[];
}

/** Everything that must be true of the books, whatever happened on the way. */
const audit = (books: readonly Book[], assignments: readonly QueueAssignment[], promised: ReadonlyMap<string, boolean>): string[] => {
  const found = books.flatMap(auditBook);
  const entries = books.flatMap((book) => book.entries);
  const sumOf = (reason: string, reference_id: string): number =>
    entries.filter((entry) => entry.reason === reason && entry.reference_id === reference_id).reduce((sum, entry) => sum + Math.abs(entry.change_amount), 0);
  for (const [promise, kept] of promised) {
    const [kind, ...rest] = promise.split(":");
    const id = rest.join(":");
    if (kind === "adjust") {
      const references = new Set(entries.filter((entry) => entry.metadata["note"] === id).map((entry) => entry.reference_id));
      if (references.size !== (kept ? 1 : 0))
        found.push(`${promise} ${kept ? "was promised" : "was refused"} and stands in the books ${references.size} times`);
    }
    if (kind === "grant") {
      const [member_id, month] = rest;
      if (entries.filter((entry) => entry.member_id === member_id && entry.reason === "monthly_grant" && entry.reference_id === month).length !== 1)
        found.push(`${promise} is not there once`);
    }
    if (kind === "reserve" && !assignments.some((assignment) => assignment.id === id)) found.push(`${promise} was promised and is not there`);
  }
  for (const { id, status, credits_allocated, refunded_at } of assignments) {
    const expected = status === "completed" ? credits_allocated : 0;
    if (sumOf("repost_spend", id) !== expected || sumOf("repost_earn", id) !== expected)
      found.push(`${id} is ${status}, spent ${sumOf("repost_spend", id)} and earned ${sumOf("repost_earn", id)} of ${credits_allocated}`);
    const back = refunded_at === undefined ? 0 : credits_allocated;
    if (sumOf("repost_refund", id) !== back || sumOf("repost_take_back", id) !== back)
      found.push(`${id} gives ${sumOf("repost_refund", id)} back instead of ${back}`);
    if (promised.get(`settle:${id}`) && status !== "completed") found.push(`${id} was settled and is ${status}`);
    if (promised.get(`refund:${id}`) && refunded_at === undefined) found.push(`${id} was refunded and is not`);
  }
  for (const { wallet } of books) {
    const open = assignments
      .filter(({ payer_id, status }) => payer_id === wallet.member_id && status === "assigned")
      .reduce((sum, { credits_allocated }) => sum + credits_allocated, 0);
    if (open !== wallet.reserved) found.push(`${wallet.member_id} has ${wallet.reserved} reserved for assignments of ${open}`);
  }
  return found;
};

const auditBook = ({ wallet, entries }: Book): string[] => {
  const found: string[] = [];
  const wrong = (what: string): void => void found.push(`${wallet.member_id}: ${what}`);
  const sums = reconcile(entries);
  for (const name of ["balance", "held", "debt", "credits_given", "credits_used"] as const)
    if (sums[name] !== wallet[name]) wrong(`${name} is ${wallet[name]}, the ledger says ${sums[name]}`);
  if (sums.broken.length > 0) wrong(`running sums break at ${sums.broken.join()}`);
  if (wallet.balance < 0 || wallet.balance > wallet.cap || wallet.reserved > wallet.balance || wallet.debt < 0)
    wrong(`impossible numbers ${JSON.stringify(wallet)}`);
  if (entries.some((entry, at) => entry.seq !== at + 1) || wallet.seq !== entries.length) wrong(`entries are not numbered 1 to ${wallet.seq}`);
  if (new Set(entries.map(({ reference }) => reference)).size !== entries.length) wrong("a cause was applied twice");
  const last = entries.reduce((previous, entry) => {
    if (entry.hash !== entryHash(previous, entry)) wrong(`the chain breaks at ${entry.seq}`);
    return entry.hash;
  }, "");
  if (last !== wallet.last_hash) wrong("the wallet does not end the chain");
  return found;
};
