import * as fc from "fast-check";
import { expect, it } from "vitest";
import { isDomainError } from "../../../../shared/kernel/errors.ts";
import type { LedgerChange, Posting, Wallet } from "../../../../shared/soundcloud/credit/wallet-rules.ts";
import * as rules from "../../../../shared/soundcloud/credit/wallet-rules.ts";
import { SIZE_TIERS, walletTerms } from "../../../../shared/soundcloud/tier/tier.ts";

const MEMBERS = 6;
const member = fc.nat({ max: MEMBERS - 1 });
const amount = fc.integer({ min: 1, max: 6 });
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("reserve" as const), artist: member, supporter: member, price: amount }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("settle" as const, "release" as const, "refund" as const), reference: fc.nat({ max: 200 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("grant" as const), member }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("retier" as const), member, tier: fc.constantFrom(...SIZE_TIERS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mint" as const), member, amount }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("adjust" as const), member, amount: fc.integer({ min: -6, max: 6 }).filter((value) => value !== 0) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Reservation {
  readonly artist: number;
  readonly supporter: number;
  readonly price: number;
  state: "open" | "settled" | "released" | "refunded";
}

/** Several wallets, their ledgers, and the references that a caller keeps: each ends once. */
interface Network {
  readonly wallets: Wallet[];
  readonly ledgers: LedgerChange[][];
  readonly reservations: Reservation[];
  minted: number;
  burned: number;
  refused: number;
}

function openNetwork(): Network {
  const opened = Array.from({ length: MEMBERS }, () => rules.open(walletTerms("T1"), "2026-01"));
  return {
    wallets: opened.map(({ wallet }) => wallet),
    ledgers: opened.map(({ entries }) => [...entries]),
    reservations: [],
    minted: MEMBERS * walletTerms("T1").monthly_grant,
    burned: 0,
    refused: 0,
  };
}

function post(network: Network, index: number, { wallet, entries }: Posting): void {
  network.wallets[index] = wallet;
  network.ledgers[index]!.push(...entries);
}

function run(network: Network, operation: Operation): void {
  try {
    apply(network, operation);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    network.refused++;
  }
}

function apply(network: Network, operation: Operation): void {
  const at = (index: number) => network.wallets[index]!;
  switch (operation.kind) {
    case "reserve": {
      const { artist, supporter, price } = operation;
      if (artist === supporter) return;
      post(network, artist, rules.reserve(at(artist), price));
      network.reservations.push({ artist, supporter, price, state: "open" });
      return;
    }
    case "settle":
    case "release":
    case "refund":
      return end(network, operation.kind, network.reservations[operation.reference % Math.max(1, network.reservations.length)]);
    case "grant": {
      const [month] = rules.monthsDue(at(operation.member), "2027-12");
      if (month === undefined) return;
      const posting = rules.grant(at(operation.member), month);
      network.minted += posting.entries[0]!.change_amount;
      return post(network, operation.member, posting);
    }
    case "retier":
      return post(network, operation.member, rules.retier(at(operation.member), walletTerms(operation.tier)));
    case "mint":
      network.minted += operation.amount;
      return post(network, operation.member, rules.earn(at(operation.member), operation.amount));
    case "adjust":
      post(network, operation.member, rules.adjust(at(operation.member), operation.amount));
      if (operation.amount > 0) network.minted += operation.amount;
      else network.burned -= operation.amount;
  }
}

function end(network: Network, kind: "settle" | "release" | "refund", reservation: Reservation | undefined): void {
  if (reservation === undefined || reservation.state !== (kind === "refund" ? "settled" : "open")) return;
  const { artist, supporter, price } = reservation;
  if (kind === "release") {
    post(network, artist, rules.release(network.wallets[artist]!, price));
    reservation.state = "released";
    return;
  }
  const [paying, paid] = kind === "settle" ? [rules.settle, rules.earn] : [rules.refund, rules.takeBack];
  post(network, artist, paying(network.wallets[artist]!, price));
  post(network, supporter, paid(network.wallets[supporter]!, price));
  reservation.state = kind === "settle" ? "settled" : "refunded";
}

/** The invariants of one wallet that are broken, by name. */
function broken({ balance, held, reserved, debt, cap, monthly_grant, pending_cap }: Wallet): string[] {
  const checks = {
    reserved_within_balance: 0 <= reserved && reserved <= balance,
    balance_within_cap: balance <= cap,
    grant_within_cap: monthly_grant <= cap,
    nothing_negative: Math.min(held, debt) >= 0,
    held_only_when_full: held === 0 || balance === cap,
    cap_waits_only_for_reservations: pending_cap === undefined || reserved > pending_cap,
  };
  return Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]));
}

function expectSound({ wallets, ledgers, reservations, minted, burned }: Network): void {
  wallets.forEach(({ balance, held, reserved, debt }, index) => {
    const open = reservations.filter((one) => one.artist === index && one.state === "open");
    expect(reserved).toBe(open.reduce((sum, { price }) => sum + price, 0));
    expect(rules.reconcile(ledgers[index]!)).toMatchObject({ balance, held, debt, broken: [] });
    expect(ledgers[index]!.filter(({ balance_after }) => balance_after < 0)).toEqual([]);
  });
  expect(minted - burned).toBe(wallets.reduce((sum, { balance, held, debt }) => sum + balance + held - debt, 0));
}

it("keeps every invariant under any sequence of operations on six wallets", () => {
  const met = { refused: 0, settled: 0, released: 0, refunded: 0, pending: 0, debts: 0, held: 0 };
  fc.assert(
    fc.property(fc.array(operation, { minLength: 150, maxLength: 200 }), (operations) => {
      const network = openNetwork();
      for (const one of operations) {
        run(network, one);
        expect(network.wallets.flatMap(broken)).toEqual([]);
        met.pending += network.wallets.filter(({ pending_cap }) => pending_cap !== undefined).length;
        met.debts += network.wallets.filter(({ debt }) => debt > 0).length;
        met.held += network.wallets.filter(({ held }) => held > 0).length;
      }
      expectSound(network);
      met.refused += network.refused;
      for (const { state } of network.reservations) if (state !== "open") met[state]++;
    }),
    { numRuns: 300, seed: 1 },
  );
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(100);
});
