import type { OrgCtx } from "../../kernel/context.ts";
import type { Write } from "../../kernel/table/table.ts";
import type { SizeTier } from "../member/member.ts";
import type { Settings } from "../settings/settings.ts";
import { walletTerms } from "../tier/tier.ts";
import { LedgerEntry } from "./ledger-entry.ts";
import { entryHash } from "./post-credits.ts";
import { open } from "./wallet-rules.ts";
import { Wallet } from "./wallet.ts";

/** `2026-11` of a time, in UTC. */
export const monthOf = (time: Date): string => time.toISOString().slice(0, 7);

/** The writes that open a new member's wallet with the grant of the current month, entered in the ledger. */
export const openWalletWrites = (ctx: OrgCtx, member: { member_id: string; size_tier: SizeTier }, settings: Settings): Write[] => {
  const now = ctx.clock.now();
  const month = monthOf(now);
  const { wallet, entries } = open(walletTerms(member.size_tier, settings), month);
  const [entry] = entries;
  if (!entry) throw new Error("A new wallet has the entry of its first grant.");
  const { clipped: _, ...row } = entry;
  const chained = { ...row, seq: 1, reference: `${row.reason}:${month}:${row.bucket}` };
  const hash = entryHash("", chained);
  const key = { org_id: ctx.org_id, member_id: member.member_id };
  return [
    ...Wallet.writes.create(ctx, { ...key, ...wallet, last_granted_at: now.toISOString(), seq: 1, last_hash: hash }),
    ...LedgerEntry.writes.create(ctx, { ...key, ...chained, reference_id: month, hash }),
  ];
};
