import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCents } from "../../../../shared/kernel/money.ts";
import { costPerRepost, owedReposts, refundDue } from "../../../../shared/soundcloud/campaign/delivery.ts";

describe("cost per repost", () => {
  it.each([
    ["250.00", 38, "6.5789"],
    ["250.00", 1, "250.0000"],
    ["0.00", 3, "0.0000"],
    ["0.01", 3, "0.0033"],
    ["0.01", 20_000, "0.0000"],
    ["0.01", 200, "0.0001"],
    ["100.00", 3, "33.3333"],
    ["9999999999.99", 7, "1428571428.5700"],
  ])("%s for %i is %s", (price, reposts, cost) => {
    expect(costPerRepost(price, reposts)).toBe(cost);
  });
  it("is not known without a repost or a price", () => {
    expect([costPerRepost("250.00", 0), costPerRepost(undefined, 3)]).toEqual([null, null]);
  });
});

describe("the refund due", () => {
  const due = (price_usd: string, goal_reposts: number, verified_reposts: number) => refundDue({ price_usd, goal_reposts, verified_reposts });

  it.each([
    ["250.00", 40, 38, "12.50"],
    ["100.00", 3, 1, "66.67"],
    ["100.00", 3, 2, "33.34"],
    ["100.00", 3, 0, "100.00"],
    ["100.00", 3, 4, "0.00"],
    ["0.01", 100_000, 99_999, "0.01"],
    ["9999999999.99", 100_000, 1, "9999900000.00"],
  ])("of %s for %i with %i there is %s", (price, goal, verified, refund) => {
    expect(due(price, goal, verified)).toBe(refund);
  });
  it("is not known without a price or a goal", () => {
    expect(refundDue({ goal_reposts: 3, verified_reposts: 1 })).toBeNull();
    expect(due("100.00", 0, 0)).toBeNull();
  });
  it("is at least the owed part and less than a cent more, within the price, and falls with every repost", () => {
    const cents = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 100_000 }), fc.nat({ max: 100_000 }), (price, goal, verified) => {
        const price_usd = `${Math.floor(price / 100)}.${String(price % 100).padStart(2, "0")}`;
        const refund = toCents(due(price_usd, goal, verified)!);
        const owed = BigInt(owedReposts({ goal_reposts: goal, verified_reposts: verified })) * BigInt(price);
        expect(BigInt(refund) * BigInt(goal) >= owed).toBe(true);
        expect(BigInt(refund - 1) * BigInt(goal) < owed).toBe(true);
        expect(refund).toBeLessThanOrEqual(price);
        expect(toCents(due(price_usd, goal, verified + 1)!)).toBeLessThanOrEqual(refund);
      }),
    );
  });
});
