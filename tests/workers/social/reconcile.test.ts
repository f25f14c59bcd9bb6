import { beforeAll, describe, expect, it } from "vitest";
import { reconcileNightlyJob } from "../../../functions/social/reconcile-nightly.schedule.ts";
import { reconcileWorker } from "../../../functions/social/reconcile.worker.ts";
import { reconciliationsApi } from "../../../functions/social/reconciliations.api.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { createConversion } from "../../../shared/social/conversion/create-conversion.ts";
import { PostRevenue } from "../../../shared/social/conversion/post-revenue.ts";
import { refundConversion } from "../../../shared/social/conversion/refund-conversion.ts";
import { PostDay } from "../../../shared/social/engagement/post-day.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { removeEvents } from "../../../shared/social/engagement/remove-events.ts";
import { social } from "../../../shared/social/table.ts";
import { engages, somebody } from "../../support/audience.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";
import type { SocialOrg } from "../../support/social.ts";

const SETTLED_MS = 16 * 60_000;
let world: EngagementWorld;
const told: Record<string, number> = {};
const metrics = { count: (name: string, value: number) => void (told[name] = value), flush: () => undefined };
let post_id: string;
beforeAll(async () => {
  world = await engagementWorld({ apis: [reconciliationsApi], ports: { metrics } });
  const act = (n: number, at: string) => ({ post_id, id: `act-${n}`, event_type: n % 2 ? ("like" as const) : ("save" as const), event_timestamp: at });
  post_id = (await world.post({ status: "published" })).id;
  await world.ingest([...Array.from({ length: 9 }, (_, n) => act(n, "2026-11-19T08:00:00.000Z")), act(10, "2026-10-31T23:59:59.999Z")]);
  await removeEvents(world.ctx, { events: [{ post_id, month: "2026-11", id: "act-1" }] });
  await world.count();
});

const latest = async () => (await world.owner.api.get("/social/reconciliations")).body.items[0];
/** A run by hand, which ends with one delivery. */
const reconciled = async ({ owner }: SocialOrg = world) => {
  const { status, body } = await owner.api.post("/social/reconciliations");
  expect(status).toBe(202);
  await world.drain(reconcileWorker);
  return (await owner.api.get("/social/reconciliations")).body.items.find(({ id }: { id: string }) => id === body.id);
};

describe("social.run-reconciliation.v1", () => {
  it("leaves what has just changed to the next night", async () => {
    expect(await reconciled()).toMatchObject({ status: "completed", compared: 0, unsettled: 2, difference_count: 0 });
  });
  it("compares this month and the last, and finds nothing", async () => {
    world.clock.advance(SETTLED_MS);
    await world.tick(reconcileNightlyJob, world.clock.now().toISOString());
    expect(await world.drain(reconcileWorker)).toBe(1);
    expect(told).toEqual({ count_differences: 0 });
    const runs = (await world.owner.api.get("/social/reconciliations")).body.items;
    expect(runs).toContainEqual(expect.objectContaining({ date: "2026-11-20", status: "completed", compared: 2, unsettled: 0, difference_count: 0 }));
    // The same night again is the same run.
    await world.tick(reconcileNightlyJob, world.clock.now().toISOString());
    await world.drain(reconcileWorker);
    expect((await world.owner.api.get("/social/reconciliations")).body.items.length).toBe(runs.length);
  });
  it("hands over when time runs short, and goes on where it was", async () => {
    await world.owner.api.post("/social/reconciliations");
    const order = world.sent.splice(0).find(({ envelope }) => envelope.type === reconcileWorker.command.type)!;
    expect(await world.deliver(reconcileWorker, [order.body], { remaining_ms: 20_000 })).toBe(0);
    expect(world.sent.map(({ envelope }) => envelope.data)).toEqual([order.envelope.data]);
    expect((await latest()).status).toBeDefined();
    await world.drain(reconcileWorker);
    expect((await world.owner.api.get("/social/reconciliations")).body.items.filter(({ status }: { status: string }) => status === "running")).toEqual([]);
  });
  it("reports a counter and a month that were altered, to an alarm and in the list", async () => {
    const day = { org_id: world.org_id, post_id, day: "2026-11-19", shard: 0 };
    const month = { org_id: world.org_id, month: "2026-10", post_id };
    const altered = [...PostDay.writes.increment(world.ctx, day, { likes: 2 }), ...PostMonth.writes.increment(world.ctx, month, { events: 1 })];
    await transact(world.ctx, social, altered, { pattern: "test.alter" });
    expect(await reconciled()).toMatchObject({
      difference_count: 2,
      differences: [
        { post_id, month: "2026-11", counter: "likes", stored: 5, computed: 3 },
        { post_id, month: "2026-10", counter: "events", stored: 2, computed: 1 },
      ],
    });
    expect(told).toEqual({ count_differences: 2 });
  });
  it("finds what conversions and refunds add up to, and reports revenue that was altered", async () => {
    const org = await world.org();
    const { ctx, org_id } = org;
    const who = somebody("buyer");
    const unknown = world.ids.uuid();
    const [first, last] = [await org.post({ status: "published" }), await org.post({ status: "published" })];
    await engages(org, who, first.id, "like", "2026-11-10T08:00:00.000Z");
    await engages(org, who, last.id, "comment", "2026-11-12T08:00:00.000Z");
    const sale = { source: "shop", conversion_type: "purchase", conversion_value: "100.00", conversion_at: "2026-11-15T08:00:00.000Z", ...who };
    const { id } = await createConversion(ctx, { ...sale, external_id: "order-1" });
    await createConversion(ctx, { ...sale, external_id: "order-2" });
    await refundConversion(ctx, id, { amount: "30.00" });
    expect(await reconciled(org)).toMatchObject({ status: "completed", difference_count: 0, differences: [] });
    expect(told).toEqual({ count_differences: 0 });
    const altered = [
      ...PostRevenue.writes.increment(ctx, { org_id, post_id: last.id }, { last: 5, refunds: -1 }),
      // A post that no conversion knows.
      ...PostRevenue.writes.create(ctx, { org_id, post_id: unknown, assisted_conversions: 2 }),
    ];
    await transact(ctx, social, altered, { pattern: "test.alter" });
    const run = await reconciled(org);
    expect(run.differences).toHaveLength(3);
    expect(run.differences).toEqual(
      expect.arrayContaining([
        { post_id: last.id, counter: "revenue_last", stored: 17_005, computed: 17_000 },
        { post_id: last.id, counter: "revenue_refunds", stored: 0, computed: 1 },
        { post_id: unknown, counter: "revenue_assisted_conversions", stored: 2, computed: 0 },
      ]),
    );
    expect(told).toEqual({ count_differences: 3 });
    // The next look finds the same, because nothing was changed.
    expect((await reconciled(org)).difference_count).toBe(3);
  });
  it("refuses a poisoned order and carries out its neighbour", async () => {
    const good = world.message(reconcileWorker.command, { reconciliation_id: world.ids.uuid(), date: "2026-11-20" });
    const poison = good.replace("2026-11-20", "2026-13-20");
    expect(await world.deliver(reconcileWorker, [poison.replace(/"id":"[^"]+"/, `"id":"${world.ids.uuid()}"`), good])).toBe(1);
  });
});
