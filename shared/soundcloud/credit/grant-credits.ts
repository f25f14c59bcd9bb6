import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { type WalletTerms, withTerms } from "./apply-terms.ts";
import { postingWrites } from "./post-credits.ts";
import { type Posting, type Wallet as WalletNumbers, grant, monthsDue } from "./wallet-rules.ts";
import { Wallet } from "./wallet.ts";

/** A month's grant under the terms of today, which a wallet takes over with its first grant after they changed. */
const grantOn = (wallet: WalletNumbers, month: string, terms: WalletTerms | undefined): Posting => {
  const moved = terms && withTerms(wallet, terms);
  const granted = grant(moved?.wallet ?? wallet, month);
  return { wallet: granted.wallet, entries: [...(moved?.entries ?? []), ...granted.entries] };
};

/**
 * Grants a member every month that is due up to `month`, oldest first, each in a transaction of its own under the
 * month's reference. Repeated or late it changes nothing more. Returns how many months were granted.
 */
export const grantCredits = async (ctx: OrgCtx, { member_id, month, terms }: { member_id: string; month: string; terms?: WalletTerms }): Promise<number> => {
  let granted = 0;
  for (;;) {
    const done = await contend(async () => {
      const wallet = await Wallet.get(ctx, { org_id: ctx.org_id, member_id }, { consistent: true });
      const [due] = monthsDue(wallet, month);
      if (due === undefined) return true;
      await transact(ctx, soundcloud, postingWrites(ctx, wallet, grantOn(wallet, due, terms), { reference_id: due }), { pattern: "credits.grant" });
      return false;
    });
    if (done) return granted;
    granted += 1;
  }
};
