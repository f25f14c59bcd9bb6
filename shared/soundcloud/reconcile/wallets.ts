import type { OrgCtx } from "../../kernel/context.ts";
import { every } from "../../kernel/table/every.ts";
import { LedgerEntry } from "../credit/ledger-entry.ts";
import { entryHash } from "../credit/post-credits.ts";
import { reconcile } from "../credit/wallet-rules.ts";
import type { Wallet } from "../credit/wallet.ts";
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

/** Recomputes one wallet from all of its ledger entries. */
export const checkWallet = async (ctx: OrgCtx, wallet: Wallet): Promise<WalletCheck> => {
  const { org_id, member_id } = wallet;
  const entries = await Array.fromAsync(every((page) => LedgerEntry.list(ctx, { org_id, member_id }, { ...page, to: { seq: wallet.seq } })));
  const { balance, held, debt, credits_given, credits_used, broken } = reconcile(entries);
  const computed = { balance, held, debt, credits_given, credits_used, seq: entries.length, last_hash: chainEnd(entries), broken_entries: 0 };
  return {
    entries: entries.length,
    differences: compare("wallet", member_id, { ...wallet, pending_cap: null, broken_entries: broken.length }, computed),
    minted: sumOf(entries, "repost_earn"),
    returned: sumOf(entries, "repost_take_back"),
  };
};
