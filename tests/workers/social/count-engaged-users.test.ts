import { beforeAll, describe, expect, it } from "vitest";
import { CountEngagedUsers } from "../../../events/social/count-engaged-users.v1.ts";
import { analyticsApi } from "../../../functions/social/analytics.api.ts";
import { countEngagedUsersDailyJob } from "../../../functions/social/count-engaged-users-daily.schedule.ts";
import { countEngagedUsersWorker } from "../../../functions/social/count-engaged-users.worker.ts";
import { createConversion } from "../../../shared/social/conversion/create-conversion.ts";
import { refundConversion } from "../../../shared/social/conversion/refund-conversion.ts";
import { OrgConversionRate } from "../../../shared/social/conversion-rate/org-conversion-rate.ts";
import { PostConversionRate } from "../../../shared/social/conversion-rate/post-conversion-rate.ts";
import { SeenPersons } from "../../../shared/social/conversion-rate/seen-persons.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { EngagementEvent, type StoredEventType } from "../../../shared/social/engagement/engagement-event.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { engages, somebody, touches } from "../../support/audience.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";

const TODAY = "2026-11-20";
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [analyticsApi] });
});

const published = (org: SocialOrg): Promise<Post> => org.post({ status: "published", published_at: "2026-08-01T08:00:00.000Z" });
/** An event with the count of its month, as the stream leaves it. */
const acts = async (org: SocialOrg, person: string, post: Post, event_type: StoredEventType, at: string): Promise<EngagementEvent> => {
  const event = await engages(org, somebody(person), post.id, event_type, at);
  await PostMonth.putMany(org.ctx, [{ org_id: org.org_id, month: event.month, post_id: post.id, events: 1 }]);
  return event;
};
let sold = 0;
const converts = (org: SocialOrg, person: string, conversion_type: string, conversion_at: string) =>
  createConversion(org.ctx, {
    source: "shop",
    external_id: `order-${(sold += 1)}`,
    conversion_type,
    conversion_value: "20.00",
    conversion_at,
    ...somebody(person),
  });
const order = (org: SocialOrg, date = TODAY) => org.message(CountEngagedUsers, { date });
const counted = async (...orders: string[]): Promise<void> => {
  expect(await world.deliver(countEngagedUsersWorker, orders)).toBe(0);
};
const ofOrg = async ({ ctx, org_id }: SocialOrg) => (await OrgConversionRate.list(ctx, { org_id }, { consistent: true })).items;
const ofPost = ({ ctx, org_id }: SocialOrg, { id: post_id }: Post) => PostConversionRate.find(ctx, { org_id, post_id }, { consistent: true });

/** Ada and Bo on the first post, Ada and Cy on the second; Ada subscribes after the second, Bo buys after the first. */
const lively = async () => {
  const org = await world.org();
  const [first, second] = [await published(org), await published(org)];
  await acts(org, "ada", first, "like", "2026-10-30T08:00:00.000Z");
  await acts(org, "ada", first, "save", "2026-11-02T08:00:00.000Z");
  await acts(org, "bo", first, "comment", "2026-11-03T08:00:00.000Z");
  await acts(org, "ada", second, "share", "2026-11-04T08:00:00.000Z");
  await acts(org, "cy", second, "like", "2026-11-05T08:00:00.000Z");
  await converts(org, "ada", "subscription", "2026-11-06T08:00:00.000Z");
  const sale = await converts(org, "bo", "purchase", "2026-11-07T08:00:00.000Z");
  return { org, first, second, sale };
};

describe("social.count-engaged-users.v1", () => {
  it("counts each person once a post and once an org, beside the conversions of the same days", async () => {
    const { org, first, second, sale } = await lively();
    await refundConversion(org.ctx, sale.id, {});
    await counted(order(org));
    expect(await ofPost(org, first)).toMatchObject({ engaged_users: 2, conversions: 1, subscriptions: 0, from: "2026-08-22", to: "2026-11-19" });
    expect(await ofPost(org, second)).toMatchObject({ engaged_users: 2, conversions: 1, subscriptions: 1 });
    // Three persons, not four; a refund takes no conversion away.
    expect(await ofOrg(org)).toMatchObject([{ date: TODAY, engaged_users: 3, conversions: 2, subscriptions: 1 }]);
    const { body } = await org.viewer.api.get("/social/dashboard");
    expect(body.conversion).toEqual({
      from: "2026-08-22",
      to: "2026-11-19",
      conversion_rate: { name: "conversion_rate_90d", value: "0.6667", numerator: 2, denominator: 3, rate_defined: true },
      subscription_rate: { name: "subscription_rate_90d", value: "0.3333", numerator: 1, denominator: 3, rate_defined: true },
    });
    const metrics = (await org.viewer.api.get(`/social/posts/${second.id}/metrics`)).body.metrics;
    expect(metrics).toEqual(
      expect.arrayContaining([
        { name: "engaged_users_90d", value: "2", numerator: 2, denominator: null, rate_defined: true },
        { name: "conversion_rate_90d", value: "0.5000", numerator: 1, denominator: 2, rate_defined: true },
        { name: "subscription_rate_90d", value: "0.5000", numerator: 1, denominator: 2, rate_defined: true },
      ]),
    );
  });

  it("leaves out what lies beyond 90 days, what was removed, who is not known, views, and conversions without a touch", async () => {
    const { org, first } = await lively();
    await acts(org, "dee", first, "like", "2026-08-21T23:59:59.999Z");
    await acts(org, "eve", first, "like", "2026-11-20T00:00:00.000Z");
    const bot = await acts(org, "bot", first, "like", "2026-11-10T08:00:00.000Z");
    await EngagementEvent.patch(org.ctx, bot, { removed_at: "2026-11-11T08:00:00.000Z" });
    const nobody = await acts(org, "nobody", first, "like", "2026-11-10T08:00:00.000Z");
    await EngagementEvent.patch(org.ctx, nobody, { platform_user_id: null });
    await touches(org, somebody("fay"), first.id, "view", "2026-11-10T08:00:00.000Z");
    await converts(org, "stranger", "subscription", "2026-11-10T08:00:00.000Z");
    await converts(org, "dee", "subscription", "2026-08-21T23:59:59.999Z");
    await converts(org, "eve", "subscription", "2026-11-20T00:00:00.000Z");
    await counted(order(org));
    expect(await ofOrg(org)).toMatchObject([{ engaged_users: 3, conversions: 2, subscriptions: 1 }]);
    // Fay only looked, and bought: a conversion of a post with which she did not engage.
    await converts(org, "fay", "subscription", "2026-11-10T09:00:00.000Z");
    await counted(order(org, "2026-11-21"));
    expect((await ofOrg(org)).at(-1)).toMatchObject({ date: "2026-11-21", engaged_users: 4, conversions: 4, subscriptions: 3 });
  });

  it("says nothing before a night has counted, and that nobody engaged where nobody did", async () => {
    const org = await world.org();
    const [post, young] = [await published(org), await org.post({ status: "published" })];
    expect((await org.viewer.api.get("/social/dashboard")).body.conversion).toBeNull();
    const rateOf = async ({ id }: Post) =>
      (await org.viewer.api.get(`/social/posts/${id}/metrics`)).body.metrics.find(({ name }: { name: string }) => name === "conversion_rate_90d");
    expect(await rateOf(post)).toMatchObject({ value: null, numerator: null, denominator: null });
    await counted(order(org));
    expect(await rateOf(post)).toMatchObject({ value: null, numerator: 0, denominator: 0, rate_defined: false });
    // Published today: no day that was counted has seen it.
    expect(await rateOf(young)).toMatchObject({ value: null, numerator: null, denominator: null });
    expect((await org.viewer.api.get("/social/dashboard")).body.conversion).toMatchObject({ conversion_rate: { value: null, denominator: 0 } });
  });

  it("changes nothing at a second delivery or by an order of a day that is past; a poisoned order fails alone", async () => {
    const { org, first } = await lively();
    await counted(order(org));
    const before = [await ofOrg(org), await ofPost(org, first)];
    await acts(org, "late", first, "like", "2026-11-08T08:00:00.000Z");
    await counted(order(org), order(org, "2026-11-19"));
    expect([await ofOrg(org), await ofPost(org, first)]).toEqual(before);
    expect(await world.deliver(countEngagedUsersWorker, ["poison", order(org, "2026-11-21")])).toBe(1);
    expect((await ofOrg(org)).map(({ date, engaged_users }) => [date, engaged_users])).toEqual([
      [TODAY, 3],
      ["2026-11-21", 4],
    ]);
  });

  it("goes on in new messages when time runs short, and counts nobody twice who is in both", { timeout: 120_000 }, async () => {
    const org = await world.org();
    const posts: Post[] = [];
    for (let n = 0; n < 52; n++) {
      posts.push(await published(org));
      await acts(org, `person-${n % 30}`, posts[n]!, "like", "2026-11-10T08:00:00.000Z");
    }
    world.sent.splice(0);
    expect(await world.deliver(countEngagedUsersWorker, [order(org)], { remaining_ms: 20_000 })).toBe(0);
    expect(world.sent.map(({ envelope }) => envelope.data)).toEqual([{ date: TODAY, after: posts[24]!.id }]);
    expect(await ofOrg(org)).toEqual([]);
    const { items } = await SeenPersons.list(org.ctx, { org_id: org.org_id, date: TODAY }, { consistent: true });
    expect(items.map(({ digests }) => digests.length / 12)).toEqual([25]);
    expect(JSON.stringify(items)).not.toContain("person-");
    // The first message comes again, and both go on.
    expect(await world.deliver(countEngagedUsersWorker, [order(org)], { remaining_ms: 20_000 })).toBe(0);
    expect(await world.drain(countEngagedUsersWorker, { remaining_ms: 20_000 })).toBe(4);
    expect(await ofOrg(org)).toMatchObject([{ engaged_users: 30, conversions: 0 }]);
    expect(await ofPost(org, posts[51]!)).toMatchObject({ engaged_users: 1 });
  });

  /** An org whose posts, in their order, say that they have so many stored events; each has one person of its own. */
  const busy = async (...events: readonly number[]) => {
    const org = await world.org();
    const posts: Post[] = [];
    for (const [n, many] of events.entries()) {
      const post = await published(org);
      posts.push(post);
      const { month } = await acts(org, `person-${n}`, post, "like", "2026-11-10T08:00:00.000Z");
      await PostMonth.putMany(org.ctx, [{ org_id: org.org_id, month, post_id: post.id, events: many }]);
    }
    return { org, ids: posts.map(({ id }) => id) };
  };
  /** One delivery of an order, and where its message goes on. */
  const goesOn = async (body: string, remaining_ms: number | (() => number)) => {
    world.sent.splice(0);
    expect(await world.deliver(countEngagedUsersWorker, [body], { remaining_ms })).toBe(0);
    return world.sent.map(({ envelope }) => (envelope.data as { after?: string }).after);
  };

  it("cuts its steps by events, and gives a post that is larger than a step a message of its own", async () => {
    const { org, ids } = await busy(60_000, 40_000, 1, 300_000, 5);
    // Two posts make up a step; without time for another one the message ends there.
    expect(await goesOn(order(org), 20_000)).toEqual([ids[1]]);
    // With all the time in the world it still stops before the post that may need it.
    expect(await goesOn(order(org), 600_000)).toEqual([ids[2]]);
    expect(await ofOrg(org)).toEqual([]);
    // That one begins the next message, which goes on with the rest.
    expect(await world.drain(countEngagedUsersWorker, { remaining_ms: 600_000 })).toBe(1);
    expect(await ofOrg(org)).toMatchObject([{ engaged_users: 5 }]);
  });

  it("hands over when less is left than twice what its longest step took", async () => {
    const { org, ids } = await busy(90_000, 90_000, 90_000, 90_000);
    // Each look at the clock costs a minute: the worker looks once, a step when it begins and when it has ended.
    const clock = (left_ms: number) => () => (left_ms -= 60_000);
    // 220 s before the first step and 160 s after it: the 100 s before the second are less than twice 60.
    expect(await goesOn(order(org), clock(340_000))).toEqual([ids[0]]);
    // 140 s are enough for one more.
    expect(await goesOn(order(org), clock(380_000))).toEqual([ids[1]]);
  });

  it("is ordered once a day and org, without making up for missed days", async () => {
    const alone = await socialWorld();
    for (const at of ["2026-11-21T03:30:00Z", "2026-11-21T03:30:00Z", "2026-11-23T03:30:00Z"]) await alone.tick(countEngagedUsersDailyJob, at);
    expect(alone.sent.map(({ envelope }) => envelope.data)).toEqual([{ date: "2026-11-21" }, { date: "2026-11-23" }]);
    expect(await alone.drain(countEngagedUsersWorker)).toBe(2);
  });
});
