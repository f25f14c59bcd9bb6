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

/** Reads the books of a run that has ended, and what is wrong with them. */
export const auditRun = async (ctx: OrgCtx, members: readonly string[], promised: ReadonlyMap<string, boolean>): Promise<string[]> => {
  const assignments = await Array.fromAsync(every((page) => QueueAssignment.query.byQueue(ctx, buildOf(ctx.org_id), page)));
  return audit(await Promise.all(members.map((member_id) => bookOf(ctx, member_id))), assignments, promised);
};

export interface Book {
  readonly wallet: Wallet;
  readonly entries: readonly LedgerEntry[];
}

/** Everything that must be true of the books, whatever happened on the way. `promised` says of each order whether it was carried out. */
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
