import { beforeAll, describe, expect, it } from "vitest";
import { reconcileNightlyJob } from "../../../functions/social/reconcile-nightly.schedule.ts";
import { reconcileWorker } from "../../../functions/social/reconcile.worker.ts";
import { reconciliationsApi } from "../../../functions/social/reconciliations.api.ts";
import { transact } from "../../../shared/kernel/table/table.ts";
import { Conversion } from "../../../shared/social/conversion/conversion.ts";
import { createConversion } from "../../../shared/social/conversion/create-conversion.ts";
import { PostRevenue } from "../../../shared/social/conversion/post-revenue.ts";
import { refundConversion } from "../../../shared/social/conversion/refund-conversion.ts";
import { PostDay } from "../../../shared/social/engagement/post-day.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { removeEvents } from "../../../shared/social/engagement/remove-events.ts";
import { compareRevenue } from "../../../shared/social/reconcile/compare-revenue.ts";
import { COUNT_DIFFERENCES } from "../../../shared/social/reconcile/reconciliation-metrics.ts";
import { SocialReconciliation } from "../../../shared/social/reconcile/social-reconciliation.ts";
import { social } from "../../../shared/social/table.ts";
import { engages, somebody } from "../../support/audience.ts";
import { type EngagementWorld, engagementWorld } from "../../support/engagement.ts";
import type { SocialOrg } from "../../support/social.ts";

const SETTLED_MS = 16 * 60_000;
let world: EngagementWorld;
/** What the metric was told, in order: of the counters when the months are done, of revenue at the end. */
const told: number[] = [];
const metrics = { count: (name: string, value: number) => void (name === COUNT_DIFFERENCES && told.push(value)), flush: () => undefined };
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
  told.splice(0);
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
    told.splice(0);
    await world.tick(reconcileNightlyJob, world.clock.now().toISOString());
    expect(await world.drain(reconcileWorker)).toBe(1);
    expect(told).toEqual([0, 0]);
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
    expect(told).toEqual([2, 0]);
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
    expect(await reconciled(org)).toMatchObject({ status: "completed", unsettled: 0, difference_count: 0, differences: [] });
    expect(told).toEqual([0, 0]);
    const altered = [
      ...PostRevenue.writes.increment(ctx, { org_id, post_id: last.id }, { last: 5, refunds: -1 }),
      // A post that no conversion knows.
      ...PostRevenue.writes.create(ctx, { org_id, post_id: unknown, assisted_conversions: 2 }),
    ];
    await transact(ctx, social, altered, { pattern: "test.alter" });
    // What has just been changed may be ahead of the conversions.
    expect(await reconciled(org)).toMatchObject({ status: "completed", unsettled: 2, difference_count: 0 });
    world.clock.advance(SETTLED_MS);
    const run = await reconciled(org);
    expect(run.unsettled).toBe(0);
    expect(run.differences).toHaveLength(3);
    expect(run.differences).toEqual(
      expect.arrayContaining([
        { post_id: last.id, counter: "revenue_last", stored: 17_005, computed: 17_000 },
        { post_id: last.id, counter: "revenue_refunds", stored: 0, computed: 1 },
        { post_id: unknown, counter: "revenue_assisted_conversions", stored: 2, computed: 0 },
      ]),
    );
    expect(told).toEqual([0, 3]);
    // The next look finds the same, because nothing was changed.
    expect((await reconciled(org)).difference_count).toBe(3);
  });
  /** An org with so many sales, which one person's like of the first and comment on the second of two posts led to. */
  const shop = async (sales: number) => {
    const org = await world.org();
    const { ctx, org_id } = org;
    const who = somebody(`regular-${org_id}`);
    const posts = [await org.post({ status: "published" }), await org.post({ status: "published" })];
    await engages(org, who, posts[0]!.id, "like", "2026-11-10T08:00:00.000Z");
    await engages(org, who, posts[1]!.id, "comment", "2026-11-12T08:00:00.000Z");
    const sale = { source: "shop", conversion_type: "purchase", conversion_value: "10.00", conversion_at: "2026-11-15T08:00:00.000Z", ...who };
    const { id } = await createConversion(ctx, { ...sale, external_id: "order-0" });
    const first = await Conversion.get(ctx, { org_id, id });
    await Conversion.putMany(
      ctx,
      Array.from({ length: sales - 1 }, (_, n) => ({ ...first, id: world.ids.uuid(), external_id: `order-${n + 1}` })),
    );
    const more = sales - 1;
    const kept = { linear: 500 * more, position: 500 * more };
    const [early, late] = posts.map(({ id: post_id }) => ({ org_id, post_id })) as [Revenue, Revenue];
    const decays = first.shares.time_decay;
    await transact(
      ctx,
      social,
      [
        ...PostRevenue.writes.increment(ctx, early, { ...kept, first: 1000 * more, time_decay: decays[0]! * more, assisted_conversions: more }),
        ...PostRevenue.writes.increment(ctx, late, { ...kept, last: 1000 * more, time_decay: decays[1]! * more, conversions: more }),
      ],
      { pattern: "test.sell" },
    );
    return { org, early, late };
  };
  type Revenue = Pick<PostRevenue, "org_id" | "post_id">;

  it("puts sums down between pages when time runs short, after it has told of the counters, and goes on from there", async () => {
    const { org, late } = await shop(260);
    const { ctx, org_id } = org;
    await PostRevenue.patch(ctx, late, { last: 1 });
    // Its comment is known to the month and not to the day.
    await PostMonth.create(ctx, { org_id, post_id: late.post_id, month: "2026-11", events: 1 });
    world.clock.advance(SETTLED_MS);
    await org.owner.api.post("/social/reconciliations");
    const order = world.sent.splice(0).find(({ envelope }) => envelope.type === reconcileWorker.command.type)!;
    const run = { org_id, id: order.envelope.id, date: (order.envelope.data as { date: string }).date };
    const stored = () => SocialReconciliation.get(ctx, run, { consistent: true });
    // Half a minute passes between looks at the clock: the months have time, the second page of 250 conversions has not.
    const late_ms = (left_ms: number) => () => (left_ms -= 30_000);
    told.splice(0);
    expect(await world.deliver(reconcileWorker, [order.body], { remaining_ms: late_ms(290_000) })).toBe(0);
    expect(told.splice(0)).toEqual([1]);
    const halfway = await stored();
    expect(halfway).toMatchObject({
      status: "running",
      months: [],
      difference_count: 1,
      recount: { position: expect.anything(), checkpoint: expect.any(String) },
    });
    // The first message comes again, puts down what it finds on its own, and both go on.
    expect(await world.deliver(reconcileWorker, [order.body], { remaining_ms: 60_000 })).toBe(0);
    expect((await stored()).recount).toEqual(halfway.recount);
    await world.drain(reconcileWorker);
    expect(await stored()).toMatchObject({
      status: "completed",
      difference_count: 2,
      differences: [
        { post_id: late.post_id, month: "2026-11", counter: "comments", stored: 0, computed: 1 },
        { post_id: late.post_id, counter: "revenue_last", stored: 1, computed: 260_000 },
      ],
    });
    expect(new Set(told)).toEqual(new Set([1]));
  });

  it("adds up so many posts at a time, and finds the same", async () => {
    const { org, early, late } = await shop(3);
    const { ctx, org_id } = org;
    const unknown = { org_id, post_id: world.ids.uuid() };
    await PostRevenue.patch(ctx, early, { first: 7 });
    await PostRevenue.delete(ctx, late);
    await PostRevenue.create(ctx, { ...unknown, linear: 5 });
    world.clock.advance(SETTLED_MS);
    const steps = [];
    let recount: SocialReconciliation["recount"] = { begun_at: world.clock.now().toISOString() };
    while (recount !== undefined) {
      const step = await compareRevenue({ ...ctx, remaining_ms: () => 300_000 }, recount, { most_posts: 1 });
      steps.push(step.differences.map(({ post_id: of, counter, stored, computed }) => [of, counter, stored, computed]));
      recount = step.recount;
    }
    expect(steps).toEqual([
      [[early.post_id, "revenue_first", 7, 3000]],
      [
        [unknown.post_id, "revenue_linear", 5, 0],
        ...(["last", "linear", "position", "time_decay", "conversions"] as const).map((counter) => [late.post_id, `revenue_${counter}`, 0, expect.any(Number)]),
      ],
    ]);
  });

  it("refuses a poisoned order and carries out its neighbour", async () => {
    const good = world.message(reconcileWorker.command, { reconciliation_id: world.ids.uuid(), date: "2026-11-20" });
    const poison = good.replace("2026-11-20", "2026-13-20");
    expect(await world.deliver(reconcileWorker, [poison.replace(/"id":"[^"]+"/, `"id":"${world.ids.uuid()}"`), good])).toBe(1);
  });
});
