import * as z from "zod";
import { spendable } from "./wallet-rules.ts";
import { Wallet } from "./wallet.ts";

/** A wallet as it is shown: without the chain, with what can be spent now. */
export const WalletView = Wallet.api.response.extend({ spendable: z.int() });
export type WalletView = z.output<typeof WalletView>;

export const presentWallet = ({ last_hash: _, ...wallet }: Wallet): WalletView => ({ ...wallet, spendable: spendable(wallet) });
