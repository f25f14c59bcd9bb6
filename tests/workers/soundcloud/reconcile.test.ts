import { beforeAll, expect, it } from "vitest";
import { Reconcile } from "../../../events/soundcloud/reconcile.v1.ts";
import { reconcileNightlyJob } from "../../../functions/soundcloud/reconcile-nightly.schedule.ts";
import { reconcileWorker } from "../../../functions/soundcloud/reconcile.worker.ts";
import { Wallet } from "../../../shared/soundcloud/credit/wallet.ts";
import { type SoundcloudWorld, soundcloudWorld } from "../../support/soundcloud.ts";

const counted: [string, number][] = [];
const metrics = { count: (name: string, value = 1) => void counted.push([name, value]), took: () => {}, flush: () => {} };
let world: SoundcloudWorld;
beforeAll(async () => {
  world = await soundcloudWorld({ ports: { metrics } });
});

it("a nightly order recomputes the books of each org, and a missed night is left", async () => {
  await world.tick(reconcileNightlyJob, "2026-11-21T03:00:00Z");
  await world.tick(reconcileNightlyJob, "2026-11-24T03:00:00Z");
  expect(world.sent.map(({ envelope }) => envelope.data)).toEqual([{ date: "2026-11-21" }, { date: "2026-11-24" }]);
  expect(await world.drain(reconcileWorker)).toBe(2);
  expect(counted).toEqual([
    ["reconciliation_differences", 0],
    ["reconciliation_differences", 0],
  ]);
});

it("a difference is an error in the log and a count, and nothing is changed", async () => {
  const { id } = await world.member({ followers: 100_000 });
  await Wallet.patch(world.ctx, { org_id: world.org_id, member_id: id }, { balance: 9 });
  counted.length = 0;
  expect(await world.deliver(reconcileWorker, [world.message(Reconcile, { date: "2026-11-21" }), "poison"])).toBe(1);
  expect(counted).toEqual([["reconciliation_differences", 1]]);
  expect(world.log.lines).toContainEqual(
    expect.objectContaining({
      level: "error",
      message: "books differ",
      fields: expect.objectContaining({ count: 1, differences: [{ check: "wallet.balance", subject: id, stored: 9, computed: 3 }] }),
    }),
  );
  expect((await world.wallet(id)).balance).toBe(9);
});
