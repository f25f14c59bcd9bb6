import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { LedgerEntry } from "../credit/ledger-entry.ts";
import { entryHash } from "../credit/post-credits.ts";
import { reconcile } from "../credit/wallet-rules.ts";
import type { Wallet } from "../credit/wallet.ts";
import { QueueAssignment } from "../queue/queue-assignment.ts";
import { Submission } from "../submission/submission.ts";
import { type Difference, compare } from "./difference.ts";

/** What client work minted for a member, and what was taken back: the member's part of the campaign account. */
export interface Minted {
  readonly minted: number;
  readonly returned: number;
}

export interface WalletCheck extends Minted {
  readonly entries: number;
  readonly differences: readonly Difference[];
}

/** The hash after the last entry; null from the first entry on that is missing or altered. */
const chainEnd = (entries: readonly LedgerEntry[]): string | null => {
  let hash = "";
  for (const [at, entry] of entries.entries()) {
    hash = entryHash(hash, entry);
    if (entry.seq !== at + 1 || entry.hash !== hash) return null;
  }
  return hash;
};

const sumOf = (entries: readonly LedgerEntry[], reason: string): number =>
  entries.filter((entry) => entry.reason === reason && entry.metadata.minted === true).reduce((sum, entry) => sum + Math.abs(entry.change_amount), 0);

/**
 * Credits promised to a member's open assignments: published and not ended. They are reached over the member's
 * submissions, because an assignment's payer is the member who submitted its track.
 */
const reservedFor = async (ctx: OrgCtx, member_id: string): Promise<number> => {
  const { org_id } = ctx;
  let reserved = 0;
  for await (const { id } of every((page) => Submission.query.byParty(ctx, { org_id, party_id: member_id }, page)))
    for await (const one of every((page) => QueueAssignment.query.bySubmission(ctx, { org_id, submission_id: id }, page)))
      if (one.status === "assigned" && one.payer_id === member_id) reserved += one.credits_allocated;
  return reserved;
};

/** Recomputes one wallet: from all of its ledger entries, and what is reserved from the assignments that it is promised to. */
export const checkWallet = async (ctx: OrgCtx, wallet: Wallet): Promise<WalletCheck> => {
  const { org_id, member_id } = wallet;
  const [entries, reserved] = await Promise.all([
    Array.fromAsync(every((page) => LedgerEntry.list(ctx, { org_id, member_id }, { ...page, to: { seq: wallet.seq } }))),
    reservedFor(ctx, member_id),
  ]);
  const { balance, held, debt, credits_given, credits_used, broken } = reconcile(entries);
  const computed = { balance, held, debt, reserved, credits_given, credits_used, seq: entries.length, last_hash: chainEnd(entries), broken_entries: 0 };
  return {
    entries: entries.length,
    differences: compare("wallet", member_id, { ...wallet, pending_cap: null, broken_entries: broken.length }, computed),
    minted: sumOf(entries, "repost_earn"),
    returned: sumOf(entries, "repost_take_back"),
  };
};
