import type { OrgCtx } from "../../kernel/context.ts";
import { contend, transact } from "../../kernel/table/table.ts";
import { soundcloud } from "../table.ts";
import { postingWrites } from "./post-credits.ts";
import { type WalletView, presentWallet } from "./present-wallet.ts";
import { adjust } from "./wallet-rules.ts";
import { Wallet } from "./wallet.ts";

/** A correction by hand, in whole credits, with its reason in the ledger. Throws DomainError `insufficient_credits`. */
export const adjustCredits = async (ctx: OrgCtx, input: { member_id: string; amount: number; reason: string }): Promise<WalletView> => {
  const reference_id = ctx.ids.uuid();
  return contend(async () => {
    const key = { org_id: ctx.org_id, member_id: input.member_id };
    const wallet = await Wallet.get(ctx, key, { consistent: true });
    const posting = adjust(wallet, input.amount);
    const writes = postingWrites(ctx, wallet, posting, { reference_id, metadata: { note: input.reason } });
    const result = presentWallet(Wallet.after(writes));
    await transact(ctx, soundcloud, writes, { pattern: "credits.adjust", result });
    return result;
  });
};
