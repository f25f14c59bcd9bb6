import { beforeAll, describe, expect, it } from "vitest";
import { GrantCredits } from "../../../events/soundcloud/grant-credits.v1.ts";
import { grantCreditsMonthlyJob } from "../../../functions/soundcloud/grant-credits-monthly.schedule.ts";
import { grantCreditsWorker } from "../../../functions/soundcloud/grant-credits.worker.ts";
import { grantCredits } from "../../../shared/soundcloud/credit/grant-credits.ts";
import { LedgerEntry } from "../../../shared/soundcloud/credit/ledger-entry.ts";
import { reconcileOrg } from "../../../shared/soundcloud/reconcile/reconcile.ts";
import { Settings } from "../../../shared/soundcloud/settings/settings.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld();
});

const grantsOf = async (ctx: SoundcloudWorld["ctx"], member_id: string) =>
  (await LedgerEntry.list(ctx, { org_id: ctx.org_id, member_id })).items
    .filter(({ reason }) => reason === "monthly_grant")
    .map(({ reference_id, change_amount, metadata }) => [reference_id, change_amount, metadata.clipped ?? 0]);

describe("a grant", () => {
  it.each([
    ["T1 at 3 is clipped", 500, 3, "2026-12", [["2026-12", 0, 1]]],
    ["T3 at 5 gets what fits", 10_000, 5, "2026-12", [["2026-12", 1, 1]]],
    ["T4 at 0 gets 3", 100_000, 0, "2026-12", [["2026-12", 3, 0]]],
    [
      "T3 at 1 catches two months up",
      10_000,
      1,
      "2027-01",
      [
        ["2026-12", 2, 0],
        ["2027-01", 2, 0],
      ],
    ],
    [
      "T2 at 1 catches four months up, in order",
      1000,
      1,
      "2027-03",
      [
        ["2026-12", 1, 0],
        ["2027-01", 1, 0],
        ["2027-02", 0, 1],
        ["2027-03", 0, 1],
      ],
    ],
  ] as const)("%s", async (_, followers, credits, month, expected) => {
    const { id } = await world.member({ followers, credits });
    expect(await grantCredits(world.ctx, { member_id: id, month })).toBe(expected.length);
    expect((await grantsOf(world.ctx, id)).slice(1)).toEqual(expected);
    expect(await grantCredits(world.ctx, { member_id: id, month })).toBe(0);
  });

  it("is given once by many at the same time", async () => {
    const { id } = await world.member();
    const counts = await Promise.all(Array.from({ length: 6 }, () => grantCredits(world.ctx, { member_id: id, month: "2026-12" })));
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
    expect(await world.wallet(id)).toMatchObject({ balance: 2, seq: 2 });
  });
});

describe("the worker", () => {
  it("grants every member once, delivered twice, under the settings of today", async () => {
    const org = await world.org();
    const members = [await org.member({ followers: 0 }), await org.member({ followers: 10_000 }), await org.member({ followers: 100_000 })];
    await Settings.patch(org.ctx, { org_id: org.org_id }, { monthly_grants: { T1: 2, T2: 2, T3: 3, T4: 4 } });
    const message = org.message(GrantCredits, { month: "2026-12" });
    expect(await world.deliver(grantCreditsWorker, [message, message])).toBe(0);
    expect(await world.deliver(grantCreditsWorker, [message])).toBe(0);
    const wallets = await Promise.all(members.map(({ id }) => org.wallet(id)));
    expect(wallets.map(({ balance, monthly_grant, cap }) => [balance, monthly_grant, cap])).toEqual([
      [3, 2, 6],
      [5, 3, 9],
      [7, 4, 12],
    ]);
    expect((await reconcileOrg(org.ctx)).differences).toEqual([]);
  });

  it("goes on in new messages when time runs short, and leaves nobody out", async () => {
    const org = await world.org();
    const ids: string[] = [];
    for (let n = 0; n < 103; n++) ids.push((await org.member({ genres: [], unlinked: true })).id);
    await world.deliver(grantCreditsWorker, [org.message(GrantCredits, { month: "2026-12" })], { remaining_ms: 10_000 });
    expect(world.sent.map(({ envelope }) => [envelope.type, envelope.org_id])).toEqual([[GrantCredits.type, org.org_id]]);
    expect(await world.drain(grantCreditsWorker, { remaining_ms: 10_000 })).toBe(1);
    const wallets = await Promise.all(ids.map((id) => org.wallet(id)));
    expect(wallets.every(({ last_granted_month, seq }) => last_granted_month === "2026-12" && seq === 2)).toBe(true);
  });

  it("a poison message fails alone", async () => {
    const org = await world.org();
    const { id } = await org.member();
    const poison = org.message(GrantCredits, { month: "December" });
    expect(await world.deliver(grantCreditsWorker, [poison, "not json", org.message(GrantCredits, { month: "2026-12" })])).toBe(2);
    expect((await org.wallet(id)).last_granted_month).toBe("2026-12");
  });
});

describe("the schedule", () => {
  it("sends every org one order of the month, and makes up for missed months", async () => {
    const alone = await soundcloudWorld();
    const second = await alone.org();
    await alone.tick(grantCreditsMonthlyJob, "2026-12-01T00:00:00Z");
    const orders = () => alone.sent.splice(0).map(({ envelope }) => `${(envelope.data as { month: string }).month} ${envelope.org_id}`);
    expect(new Set(orders())).toEqual(new Set([`2026-12 ${alone.org_id}`, `2026-12 ${second.org_id}`]));
    await alone.tick(grantCreditsMonthlyJob, "2026-12-01T00:00:00Z");
    expect(orders()).toEqual([]);
    await alone.tick(grantCreditsMonthlyJob, "2027-02-01T00:00:00Z");
    expect(orders().map((order) => order.slice(0, 7))).toEqual(["2027-01", "2027-01", "2027-02", "2027-02"]);
  });
});
