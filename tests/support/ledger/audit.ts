import { every } from "../../../shared/kernel/table/every.ts";
import type { OrgCtx } from "../../../shared/kernel/context.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { entryHash } from "../../../shared/soundcloud/credit/post-credits.ts";
import { reconcile } from "../../../shared/soundcloud/credit/wallet-rules.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { QueueAssignment } from "../../../shared/soundcloud/queue/queue-assignment.ts";
import { sampleOf } from "../matrix/sample.ts";

/** All assignments of a run are of one build of one day. */
const buildOf = (org_id: string): { org_id: string; queue_date: string; build_id: string } => ({
  ...(sampleOf(QueueAssignment, 1) as { queue_date: string; build_id: string }),
  org_id,
});

export const bookOf = async (ctx: OrgCtx, member_id: string): Promise<Book> => {
  const key = { org_id: ctx.org_id, member_id };
  return {
    wallet: await Wallet.get(ctx, key, { consistent: true }),
    entries: await Array.fromAsync(every((page) => LedgerEntry.list(ctx, key, page))),
  };
};

export interface RunToAudit {
  readonly members: readonly string[];
  /** By order, whether it was carried out (true) or refused (false). */
  readonly promised: ReadonlyMap<string, boolean>;
  /** The cap of every wallet: nobody's tier changes in a run. */
  readonly cap: number;
}

/** Reads the books of a run that has ended, and tells what is wrong with them. */
export const auditRun = async (ctx: OrgCtx, { members, promised, cap }: RunToAudit): Promise<string[]> => {
  const assignments = await Array.fromAsync(every((page) => QueueAssignment.query.byQueue(ctx, buildOf(ctx.org_id), page)));
  const books = await Promise.all(members.map((member_id) => bookOf(ctx, member_id)));
  return [
    ...books.flatMap(auditBook),
    ...books.filter(({ wallet }) => wallet.cap !== cap).map(({ wallet }) => `${wallet.member_id} has a cap of ${wallet.cap} instead of ${cap}`),
    ...auditPromises(books, assignments, promised),
    ...auditAssignments(books, assignments, promised),
    ...auditReservations(books, assignments),
  ];
};

/** Every change of an assignment's state has a row in its history. One request an assignment, so for the simulator only. */
export const auditHistories = async (ctx: OrgCtx): Promise<string[]> => {
  const assignments = await Array.fromAsync(every((page) => QueueAssignment.query.byQueue(ctx, buildOf(ctx.org_id), page)));
  const found = await Promise.all(
    assignments.map(async ({ org_id, id, status }) => {
      const { items } = await QueueAssignment.history(ctx, { org_id, id });
      const told = items.map(({ to }) => to).join();
      return told === (status === "assigned" ? "" : status) ? [] : [`${id} is ${status}, and its history tells "${told}"`];
    }),
  );
  return found.flat();
};

export interface Book {
  readonly wallet: Wallet;
  readonly entries: readonly LedgerEntry[];
}

const entriesOf = (books: readonly Book[]): LedgerEntry[] => books.flatMap(({ entries }) => entries);

const auditPromises = (books: readonly Book[], assignments: readonly QueueAssignment[], promised: ReadonlyMap<string, boolean>): string[] => {
  const adjusted = Map.groupBy(entriesOf(books), ({ metadata }) => metadata["note"]);
  const granted = Map.groupBy(
    entriesOf(books).filter(({ reason }) => reason === "monthly_grant"),
    ({ member_id, reference_id }) => `${member_id}:${reference_id}`,
  );
  const assigned = new Set(assignments.map(({ id }) => id));
  return [...promised].flatMap(([promise, kept]) => {
    const [kind, ...rest] = promise.split(":");
    const id = rest.join(":");
    if (kind === "adjust") {
      const { size } = new Set(adjusted.get(id)?.map(({ reference_id }) => reference_id));
      return size === (kept ? 1 : 0) ? [] : [`${promise} ${kept ? "was promised" : "was refused"} and stands in the books ${size} times`];
    }
    if (kind === "grant") return granted.get(id)?.length === 1 ? [] : [`${promise} is not there once`];
    if (kind !== "reserve" || assigned.has(id) === kept) return [];
    return [kept ? `${promise} was promised and is not there` : `${promise} was refused and is there`];
  });
};

const auditAssignments = (books: readonly Book[], assignments: readonly QueueAssignment[], promised: ReadonlyMap<string, boolean>): string[] => {
  const sums = new Map<string, number>();
  for (const { reason, reference_id, change_amount } of entriesOf(books)) {
    const cause = `${reason}:${reference_id}`;
    sums.set(cause, (sums.get(cause) ?? 0) + Math.abs(change_amount));
  }
  const sumOf = (reason: string, id: string): number => sums.get(`${reason}:${id}`) ?? 0;
  return assignments.flatMap(({ id, status, credits_allocated, refunded_at }) => {
    const found: string[] = [];
    const expected = status === "completed" ? credits_allocated : 0;
    if (sumOf("repost_spend", id) !== expected || sumOf("repost_earn", id) !== expected)
      found.push(`${id} is ${status}, spent ${sumOf("repost_spend", id)} and earned ${sumOf("repost_earn", id)} of ${credits_allocated}`);
    const back = refunded_at === undefined ? 0 : credits_allocated;
    if (sumOf("repost_refund", id) !== back || sumOf("repost_take_back", id) !== back)
      found.push(`${id} gives ${sumOf("repost_refund", id)} back instead of ${back}`);
    if (promised.get(`settle:${id}`) && status !== "completed") found.push(`${id} was settled and is ${status}`);
    if (promised.get(`release:${id}`) && status !== "skipped") found.push(`${id} was released and is ${status}`);
    if (promised.get(`refund:${id}`) && refunded_at === undefined) found.push(`${id} was refunded and is not`);
    return found;
  });
};

const auditReservations = (books: readonly Book[], assignments: readonly QueueAssignment[]): string[] => {
  const open = new Map<string | undefined, number>();
  for (const { payer_id, credits_allocated, status } of assignments)
    if (status === "assigned") open.set(payer_id, (open.get(payer_id) ?? 0) + credits_allocated);
  return books
    .filter(({ wallet }) => wallet.reserved !== (open.get(wallet.member_id) ?? 0))
    .map(({ wallet }) => `${wallet.member_id} has ${wallet.reserved} reserved for assignments of ${open.get(wallet.member_id) ?? 0}`);
};

/** What is wrong with one member's book. */
export const auditBook = ({ wallet, entries }: Book): string[] => {
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
