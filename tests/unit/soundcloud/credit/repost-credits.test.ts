import { expect, it } from "vitest";
import type { OrgCtx } from "../../../../shared/kernel/context.ts";
import { releaseWrites, settleWrites } from "../../../../shared/soundcloud/credit/repost-credits.ts";
import type { Wallet } from "../../../../shared/soundcloud/credit/wallet.ts";

/** The rules refuse before anything is asked of the context. */
const ctx = {} as OrgCtx;
const wallet = { balance: 5, held: 0, reserved: 0, debt: 0, monthly_grant: 3, cap: 10, last_granted_month: "2026-11" } as Wallet;
const repost = { assignment_id: "01a1f82f-1e80-7000-8000-0000000000ba", price: 3 };

it("takes a reservation that has ended since the assignment was read for a change in between", () => {
  for (const end of [() => releaseWrites(ctx, wallet, repost), () => settleWrites(ctx, wallet, wallet, repost, 0)])
    expect(end).toThrow(expect.objectContaining({ code: "concurrent_change" }));
});
