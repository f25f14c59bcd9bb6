import { createHash } from "node:crypto";
import type { OrgCtx } from "../../kernel/context.ts";
import { actorId } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import { LedgerEntry } from "./ledger-entry.ts";
import type { Posting } from "./wallet-rules.ts";
import { Wallet } from "./wallet.ts";

/** What caused a movement: the assignment, the month, the correction. */
export interface Cause {
  readonly reference_id: string;
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

const sum = (posting: Posting, reason: string): number =>
  posting.entries.filter((entry) => entry.reason === reason).reduce((total, entry) => total + Math.abs(entry.change_amount), 0);

/** The hash of an entry over the one before it: a missing or altered entry breaks the chain from there on. */
export const entryHash = (previous: string, entry: { seq: number; change_amount: number; bucket: string; balance_after: number; reference: string }): string =>
  createHash("sha256")
    .update(JSON.stringify([previous, entry.seq, entry.change_amount, entry.bucket, entry.balance_after, entry.reference]))
    .digest("base64url");

/**
 * The writes that make a posting true: the wallet under its version, and its ledger entries in order, chained. A cause
 * that was applied before meets the entry's unique reference: the transaction fails with `reference_taken` and nothing
 * moves. One posting per wallet and transaction.
 */
export const postingWrites = (ctx: OrgCtx, stored: Wallet, posting: Posting, cause: Cause): Write[] => {
  let { seq, last_hash } = stored;
  const created_by = actorId(ctx.actor);
  const entries = posting.entries.flatMap((entry) => {
    const { clipped, ...row } = entry;
    const reference = `${entry.reason}:${cause.reference_id}:${entry.bucket}`;
    seq += 1;
    last_hash = entryHash(last_hash, { seq, reference, change_amount: row.change_amount, bucket: row.bucket, balance_after: row.balance_after });
    return LedgerEntry.writes.create(ctx, {
      ...row,
      org_id: stored.org_id,
      member_id: stored.member_id,
      reference_id: cause.reference_id,
      reference,
      seq,
      hash: last_hash,
      metadata: { ...cause.metadata, ...(clipped === undefined ? {} : { clipped }) },
      ...(created_by === undefined ? {} : { created_by }),
    });
  });
  const { balance, held, reserved, debt, cap, pending_cap, monthly_grant, last_granted_month } = posting.wallet;
  const wallet = Wallet.writes.patch(ctx, stored, {
    balance,
    held,
    reserved,
    debt,
    cap,
    pending_cap: pending_cap ?? null,
    monthly_grant,
    last_granted_month,
    seq,
    last_hash,
    credits_given: stored.credits_given + sum(posting, "repost_earn"),
    credits_used: stored.credits_used + sum(posting, "repost_spend"),
    ...(last_granted_month === stored.last_granted_month ? {} : { last_granted_at: ctx.clock.now().toISOString() }),
  });
  return [...wallet, ...entries];
};
