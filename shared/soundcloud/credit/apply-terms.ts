import { type Posting, type Wallet, retier } from "./wallet-rules.ts";

/** What a tier gives: the grant of a month, and the most that a wallet holds. */
export interface WalletTerms {
  readonly monthly_grant: number;
  readonly cap: number;
}

/** Brings a wallet to the terms of its member's tier; undefined when it has them, or they wait in `pending_cap` already. */
export const withTerms = (wallet: Wallet, terms: WalletTerms): Posting | undefined =>
  wallet.monthly_grant === terms.monthly_grant && (wallet.pending_cap ?? wallet.cap) === terms.cap ? undefined : retier(wallet, terms);
