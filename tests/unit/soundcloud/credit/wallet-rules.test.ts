import { describe, expect, it } from "vitest";
import * as rules from "../../../../shared/soundcloud/credit/wallet-rules.ts";
import type { Posting, Wallet } from "../../../../shared/soundcloud/credit/wallet-rules.ts";

const T1 = { monthly_grant: 1, cap: 3 };
const T3 = { monthly_grant: 2, cap: 6 };
const T4 = { monthly_grant: 3, cap: 9 };
const wallet = (more: Partial<Wallet> = {}): Wallet => ({ balance: 0, held: 0, reserved: 0, debt: 0, ...T1, last_granted_month: "2026-01", ...more });
const numbers = ({ wallet: { balance, held, reserved, debt } }: Posting) => ({ balance, held, reserved, debt });
const rows = ({ entries }: Posting) =>
  entries.map(({ reason, bucket, change_amount, balance_after }) => `${reason} ${bucket} ${change_amount} -> ${balance_after}`);

describe("open", () => {
  it("holds the first month's grant, in one row", () => {
    const opened = rules.open(T1, "2026-01");
    expect(opened.wallet).toEqual(wallet({ balance: 1 }));
    expect(rows(opened)).toEqual(["monthly_grant available 1 -> 1"]);
  });
});

describe("grant", () => {
  it.each([
    ["T1 at 3", wallet({ balance: 3 }), 0, 1],
    ["T3 at 5", wallet({ ...T3, balance: 5 }), 1, 1],
    ["T4 at 0", wallet({ ...T4, balance: 0 }), 3, undefined],
  ])("%s", (_, before, change_amount, clipped) => {
    const { entries } = rules.grant(before, "2026-02");
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ change_amount, balance_after: before.balance + change_amount, bucket: "available", reference_type: "monthly_grant" });
    expect(entries[0]?.clipped).toBe(clipped);
  });

  it.each([
    ["T3 at 1, two months", wallet({ ...T3, balance: 1 }), "2026-03", [3, 5]],
    ["T2 at 1, four months", wallet({ balance: 1, last_granted_month: "2025-11" }), "2026-03", [2, 3, 3, 3]],
  ])("catches up missed months in order: %s", (_, before, month, balances) => {
    let after = before;
    const seen = rules.monthsDue(before, month).map((due) => (after = rules.grant(after, due).wallet).balance);
    expect(seen).toEqual(balances);
    expect(rules.monthsDue(after, month)).toEqual([]);
  });

  it.each(["2026-01", "2025-12", "2026-03"])("refuses %s after January 2026", (month) => {
    expect(() => rules.grant(wallet(), month)).toThrow(expect.objectContaining({ code: "grant_out_of_order" }));
  });
});

describe("a T1 member's spring", () => {
  it("ends with balance 3, nothing reserved, nothing held", () => {
    let now = rules.open(T1, "2026-01").wallet;
    const balances: number[] = [];
    const apply = (posting: Posting) => {
      now = posting.wallet;
      balances.push(now.balance);
      return posting;
    };
    apply(rules.grant(now, "2026-02"));
    apply(rules.grant(now, "2026-03"));
    expect(apply(rules.grant(now, "2026-04")).entries).toMatchObject([{ change_amount: 0, clipped: 1 }]);
    expect(rows(apply(rules.earn(now, 1)))).toEqual(["repost_earn held 1 -> 1"]);
    expect(balances).toEqual([2, 3, 3, 3]);
    apply(rules.reserve(now, 1));
    apply(rules.reserve(now, 1));
    expect(now.balance).toBe(3);
    expect(rules.spendable(now)).toBe(1);
    expect(rows(apply(rules.settle(now, 1)))).toEqual(["repost_spend available -1 -> 2", "held_release held -1 -> 0", "held_release available 1 -> 3"]);
    expect(apply(rules.release(now, 1)).entries).toEqual([]);
    expect(now).toEqual(wallet({ balance: 3, last_granted_month: "2026-04" }));
  });
});

describe("reserve", () => {
  it("lets exactly two of three reservations of 1 through when 2 are spendable", () => {
    const twice = rules.reserve(rules.reserve(wallet({ balance: 2 }), 1).wallet, 1).wallet;
    expect(() => rules.reserve(twice, 1)).toThrow(
      expect.objectContaining({ kind: "conflict", code: "insufficient_credits", extra: { price: 1, spendable: 0 } }),
    );
  });

  it("does not lend what is owed", () => {
    expect(rules.spendable(wallet({ balance: 3, reserved: 1, debt: 1 }))).toBe(1);
    expect(rules.spendable(wallet({ balance: 2, reserved: 2, debt: 1 }))).toBe(0);
  });
});

describe("settle and release", () => {
  it.each([rules.settle, rules.release])("refuses what is not reserved", (operation) => {
    expect(() => operation(wallet({ balance: 3, reserved: 1 }), 2)).toThrow(expect.objectContaining({ code: "not_reserved" }));
  });
});

describe("earn", () => {
  it("pays debt, then fills the balance, then holds the rest", () => {
    const earned = rules.earn(wallet({ balance: 2, debt: 1 }), 4);
    expect(numbers(earned)).toEqual({ balance: 3, held: 2, reserved: 0, debt: 0 });
    expect(rows(earned)).toEqual(["repost_earn debt -1 -> 0", "repost_earn available 1 -> 3", "repost_earn held 2 -> 2"]);
  });
});

describe("refund", () => {
  it("returns the price to the artist, holding what has no room", () => {
    const refunded = rules.refund(wallet({ balance: 2 }), 3);
    expect(numbers(refunded)).toEqual({ balance: 3, held: 2, reserved: 0, debt: 0 });
    expect(refunded.entries.every(({ reference_type }) => reference_type === "refund")).toBe(true);
  });

  it("takes from the supporter's held, then its unreserved balance, then as debt", () => {
    expect(numbers(rules.takeBack(wallet({ balance: 3, held: 2, reserved: 2 }), 2))).toEqual({ balance: 3, held: 0, reserved: 2, debt: 0 });
    const owing = rules.takeBack(wallet({ balance: 3, held: 1, reserved: 2 }), 4);
    expect(numbers(owing)).toEqual({ balance: 2, held: 0, reserved: 2, debt: 2 });
    expect(rows(owing)).toEqual(["repost_take_back held -1 -> 0", "repost_take_back available -1 -> 2", "repost_take_back debt 2 -> 2"]);
  });
});

describe("retier", () => {
  it("raises the cap at once and lets held credits in", () => {
    const raised = rules.retier(wallet({ balance: 3, held: 2 }), T3);
    expect(raised.wallet).toEqual(wallet({ ...T3, balance: 5 }));
    expect(rows(raised)).toEqual(["held_release held -2 -> 0", "held_release available 2 -> 5"]);
  });

  it("moves what is over a lower cap to held", () => {
    expect(rules.retier(wallet({ ...T4, balance: 8 }), T1).wallet).toEqual(wallet({ balance: 3, held: 5 }));
  });

  it("lets a lower cap wait until no more than it is reserved", () => {
    const waiting = rules.retier(wallet({ ...T4, balance: 8, reserved: 5 }), T1);
    expect(waiting.wallet).toEqual(wallet({ monthly_grant: 1, cap: 9, pending_cap: 3, balance: 8, reserved: 5 }));
    expect(waiting.entries).toEqual([]);
    const still = rules.release(waiting.wallet, 1);
    expect(still.wallet).toMatchObject({ cap: 9, pending_cap: 3, reserved: 4 });
    const applied = rules.settle(still.wallet, 1);
    expect(applied.wallet).toEqual(wallet({ balance: 3, held: 4, reserved: 3 }));
    expect(rows(applied)).toEqual(["repost_spend available -1 -> 7", "cap_excess available -4 -> 3", "cap_excess held 4 -> 4"]);
  });

  it("forgets a waiting cap when the tier rises again", () => {
    const waiting = rules.retier(wallet({ ...T4, balance: 8, reserved: 5 }), T1).wallet;
    expect(rules.retier(waiting, T4).wallet).toEqual(wallet({ ...T4, balance: 8, reserved: 5 }));
  });
});

describe("adjust", () => {
  it("adds above the cap as held and takes only what is free", () => {
    expect(numbers(rules.adjust(wallet({ balance: 2 }), 3))).toEqual({ balance: 3, held: 2, reserved: 0, debt: 0 });
    expect(numbers(rules.adjust(wallet({ balance: 3, held: 1, reserved: 1 }), -3))).toEqual({ balance: 1, held: 0, reserved: 1, debt: 0 });
    expect(() => rules.adjust(wallet({ balance: 3, reserved: 1 }), -3)).toThrow(expect.objectContaining({ code: "insufficient_credits" }));
  });

  it.each([0, 1.5, Number.NaN])("refuses %d", (amount) => {
    expect(() => rules.adjust(wallet(), amount)).toThrow(expect.objectContaining({ code: "invalid_amount" }));
  });
});

describe("reconcile", () => {
  it("recomputes a wallet and names rows that do not continue their bucket", () => {
    const entries = [...rules.open(T1, "2026-01").entries, ...rules.earn(wallet({ balance: 1 }), 4).entries];
    expect(rules.reconcile(entries)).toEqual({ balance: 3, held: 2, debt: 0, credits_given: 4, credits_used: 0, broken: [] });
    const altered = entries.map((entry, index) => (index === 1 ? { ...entry, change_amount: 1 } : entry));
    expect(rules.reconcile(altered)).toMatchObject({ balance: 2, broken: [1] });
  });
});
