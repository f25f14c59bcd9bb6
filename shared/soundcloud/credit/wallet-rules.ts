import { conflict, unprocessable } from "../../kernel/errors.ts";

/**
 * The numbers of one member's wallet, in whole credits.
 * Always: 0 <= reserved <= balance <= cap; held > 0 only while balance = cap; debt >= 0.
 */
export interface Wallet {
  readonly balance: number;
  /** Earned above the cap. It flows into the balance when room appears, and is never lost. */
  readonly held: number;
  /** Part of the balance promised to published assignments. */
  readonly reserved: number;
  /** What a take-back could not collect. It is paid from the next earnings. */
  readonly debt: number;
  readonly cap: number;
  /** A lower cap that waits until no more than it is reserved. */
  readonly pending_cap?: number | undefined;
  readonly monthly_grant: number;
  /** `YYYY-MM` of the last month granted, UTC. */
  readonly last_granted_month: string;
}

export type Bucket = "available" | "held" | "debt";
export type ReferenceType = "schedule" | "manual" | "monthly_grant" | "refund";
export type LedgerReason =
  | "monthly_grant"
  | "repost_spend"
  | "repost_earn"
  | "repost_refund"
  | "repost_take_back"
  | "held_release"
  | "cap_excess"
  | "manual_adjustment";

/**
 * One ledger row. The rows of a bucket add up to what the wallet has in it (`available` to `balance`); `balance_after`
 * is that running sum. One operation writes at most one row for each reason and bucket.
 */
export interface LedgerChange {
  readonly change_amount: number;
  readonly bucket: Bucket;
  readonly balance_after: number;
  readonly reason: LedgerReason;
  readonly reference_type: ReferenceType;
  /** The part of a grant that the cap cut off. Absent means 0. */
  readonly clipped?: number;
}

/** A wallet after an operation, and the rows to append in the same transaction, in this order. */
export interface Posting {
  readonly wallet: Wallet;
  readonly entries: readonly LedgerChange[];
}

type Cause = Pick<LedgerChange, "reason" | "reference_type">;

const GRANT: Cause = { reason: "monthly_grant", reference_type: "monthly_grant" };
const SPEND: Cause = { reason: "repost_spend", reference_type: "schedule" };
const EARN: Cause = { reason: "repost_earn", reference_type: "schedule" };
const REFUND: Cause = { reason: "repost_refund", reference_type: "refund" };
const TAKE_BACK: Cause = { reason: "repost_take_back", reference_type: "refund" };
const MANUAL: Cause = { reason: "manual_adjustment", reference_type: "manual" };

/** What a new reservation may use: neither promised to others nor owed. */
export const spendable = (wallet: Wallet): number => Math.max(0, wallet.balance - wallet.reserved - wallet.debt);

/** A new wallet holds the grant of its first month; the next grant is next month's. */
export function open(terms: { monthly_grant: number; cap: number }, month: string): Posting {
  const empty: Wallet = { balance: 0, held: 0, reserved: 0, debt: 0, ...terms, last_granted_month: month };
  return postGrant(empty);
}

/** The months after the wallet's last granted one, up to and including `month`, oldest first. */
export function monthsDue(wallet: Wallet, month: string): string[] {
  const due: string[] = [];
  for (let next = monthAfter(wallet.last_granted_month); next <= month; next = monthAfter(next)) due.push(next);
  return due;
}

/** Grants one month, as far as the cap has room. Months are granted in order and once; a row is written even when nothing fits. */
export function grant(wallet: Wallet, month: string): Posting {
  const next = monthAfter(wallet.last_granted_month);
  if (month !== next)
    throw conflict("grant_out_of_order", `month: ${wallet.last_granted_month} was granted last, so only ${next} can be granted now, not ${month}.`);
  return postGrant({ ...wallet, last_granted_month: month });
}

/** Pays a supporter: debt first, then the balance up to the cap, the rest is held. */
export function earn(wallet: Wallet, amount: number): Posting {
  requireAmount(amount);
  const repaid = Math.min(wallet.debt, amount);
  return credit(move(unchanged(wallet), "debt", -repaid, EARN), amount - repaid, EARN);
}

/** Promises `price` of the balance to an assignment. Nothing is posted until it settles. */
export function reserve(wallet: Wallet, price: number): Posting {
  requireAmount(price);
  const credits = spendable(wallet);
  if (credits < price)
    throw conflict("insufficient_credits", `credits: ${price} needed, ${credits} spendable. Earn credits by reposting, or wait for the next grant.`, {
      price,
      spendable: credits,
    });
  return unchanged({ ...wallet, reserved: wallet.reserved + price });
}

/** Spends a reservation of `price` on the artist's side. Held credits take the room that appears. */
export function settle(wallet: Wallet, price: number): Posting {
  const spent = move(unchanged(unreserve(wallet, price)), "available", -price, SPEND);
  return fitToCap(spent, SPEND.reference_type);
}

/** Gives up a reservation of `price`. Nothing is posted, unless a waiting cap applies now. */
export function release(wallet: Wallet, price: number): Posting {
  return fitToCap(unchanged(unreserve(wallet, price)), "schedule");
}

/** Returns the price of a repost that did not last to its artist; what the cap has no room for is held. */
export function refund(wallet: Wallet, amount: number): Posting {
  requireAmount(amount);
  return credit(unchanged(wallet), amount, REFUND);
}

/** Takes earnings back from a supporter: from held, then from the unreserved balance; the rest becomes debt. */
export function takeBack(wallet: Wallet, amount: number): Posting {
  requireAmount(amount);
  return debit(wallet, amount, TAKE_BACK);
}

/**
 * Changes grant and cap with the tier. The new grant counts from next month. A higher cap applies at once;
 * a lower one applies at once too, its excess moving to held, unless more than it is reserved: then it waits.
 */
export function retier(wallet: Wallet, terms: { monthly_grant: number; cap: number }): Posting {
  return fitToCap(unchanged({ ...wallet, monthly_grant: terms.monthly_grant, pending_cap: terms.cap }), "manual");
}

/** A correction by operations: a positive amount is held above the cap, a negative one never touches what is reserved. */
export function adjust(wallet: Wallet, amount: number): Posting {
  requireAmount(Math.abs(amount));
  if (amount > 0) return credit(unchanged(wallet), amount, MANUAL);
  const free = wallet.held + wallet.balance - wallet.reserved;
  if (free < -amount)
    throw conflict("insufficient_credits", `amount: ${-amount} to take, but only ${free} credits are neither spent nor reserved. Take ${free} or less.`, {
      spendable: free,
    });
  return debit(wallet, -amount, MANUAL);
}

const unchanged = (wallet: Wallet): Posting => ({ wallet, entries: [] });
const room = (wallet: Wallet): number => wallet.cap - wallet.balance;

/** Appends one row and changes its bucket by the same amount. */
function post(posting: Posting, bucket: Bucket, change_amount: number, cause: Cause, more: { clipped?: number } = {}): Posting {
  const field = bucket === "available" ? "balance" : bucket;
  const balance_after = posting.wallet[field] + change_amount;
  return {
    wallet: { ...posting.wallet, [field]: balance_after },
    entries: [...posting.entries, { change_amount, bucket, balance_after, ...cause, ...more }],
  };
}

/** Like `post`, but moving nothing leaves no row. */
const move = (posting: Posting, bucket: Bucket, amount: number, cause: Cause): Posting => (amount === 0 ? posting : post(posting, bucket, amount, cause));

function postGrant(wallet: Wallet): Posting {
  const granted = Math.min(wallet.monthly_grant, room(wallet));
  const clipped = wallet.monthly_grant - granted;
  return post(unchanged(wallet), "available", granted, GRANT, clipped === 0 ? {} : { clipped });
}

function credit(posting: Posting, amount: number, cause: Cause): Posting {
  const available = Math.min(amount, room(posting.wallet));
  return move(move(posting, "available", available, cause), "held", amount - available, cause);
}

/** Held goes first, so that held credits remain only above a full balance. */
function debit(wallet: Wallet, amount: number, cause: Cause): Posting {
  const held = Math.min(wallet.held, amount);
  const available = Math.min(wallet.balance - wallet.reserved, amount - held);
  const taken = move(move(unchanged(wallet), "held", -held, cause), "available", -available, cause);
  return move(taken, "debt", amount - held - available, cause);
}

/** Applies a waiting cap when the reservations allow it, then moves what is over the cap to held, or held into the room. */
function fitToCap(posting: Posting, reference_type: ReferenceType): Posting {
  const { pending_cap, ...rest } = posting.wallet;
  const applies = pending_cap !== undefined && rest.reserved <= pending_cap;
  const start: Posting = applies ? { ...posting, wallet: { ...rest, cap: pending_cap } } : posting;
  const excess = -room(start.wallet);
  if (excess > 0) {
    const cause: Cause = { reason: "cap_excess", reference_type };
    return move(move(start, "available", -excess, cause), "held", excess, cause);
  }
  const cause: Cause = { reason: "held_release", reference_type };
  const moved = Math.min(start.wallet.held, room(start.wallet));
  return move(move(start, "held", -moved, cause), "available", moved, cause);
}

function unreserve(wallet: Wallet, price: number): Wallet {
  requireAmount(price);
  if (wallet.reserved < price)
    throw conflict("not_reserved", `price: ${price} to settle or release, but only ${wallet.reserved} credits are reserved. The reservation has ended before.`);
  return { ...wallet, reserved: wallet.reserved - price };
}

function requireAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount <= 0)
    throw unprocessable("invalid_amount", `amount: must be a whole number of credits other than 0, and positive except for an adjustment; got ${amount}.`);
}

/** `2026-12` → `2027-01`. */
function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const [nextYear, next] = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(nextYear).padStart(4, "0")}-${String(next).padStart(2, "0")}`;
}

/** What the ledger says a wallet holds. */
export interface LedgerSums {
  readonly balance: number;
  readonly held: number;
  readonly debt: number;
  /** Sum of everything earned by reposting, including what paid off debt or is held. */
  readonly credits_given: number;
  /** Sum of everything spent on reposts. Refunds and take-backs change neither sum. */
  readonly credits_used: number;
  /** Positions of rows (from 0) whose `balance_after` is not the running sum of their bucket. Empty when healthy. */
  readonly broken: readonly number[];
}

/** Recomputes a wallet from all of its ledger rows, oldest first. */
export function reconcile(entries: readonly Pick<LedgerChange, "change_amount" | "bucket" | "balance_after" | "reason">[]): LedgerSums {
  const sums = { available: 0, held: 0, debt: 0, given: 0, used: 0 };
  const broken: number[] = [];
  entries.forEach(({ change_amount, bucket, balance_after, reason }, position) => {
    sums[bucket] += change_amount;
    if (sums[bucket] !== balance_after) broken.push(position);
    if (reason === "repost_earn") sums.given += Math.abs(change_amount);
    if (reason === "repost_spend") sums.used -= change_amount;
  });
  return { balance: sums.available, held: sums.held, debt: sums.debt, credits_given: sums.given, credits_used: sums.used, broken };
}
