import { beforeAll, describe, expect, it } from "vitest";
import { conversionsApi } from "../../../functions/social/conversions.api.ts";
import { postsApi } from "../../../functions/social/posts.api.ts";
import { Model } from "../../../shared/social/conversion/attribution.ts";
import type { Conversion } from "../../../shared/social/conversion/conversion.ts";
import { PostRevenue } from "../../../shared/social/conversion/post-revenue.ts";
import { recountRevenue } from "../../support/revenue.ts";
import { engages, somebody, touches } from "../../support/audience.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";

let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [conversionsApi, postsApi] });
});

const day = (number: number): string => new Date(Date.parse("2026-11-01T09:00:00.000Z") + number * 86_400_000).toISOString();
let orders = 0;
const order = (who: object, more: object = {}) => ({
  source: "checkout",
  external_id: `order-${(orders += 1)}`,
  ...who,
  conversion_type: "purchase",
  conversion_value: "100.00",
  conversion_at: day(10),
  ...more,
});
const send = (org: SocialOrg, body: object) => org.editor.api.post("/social/conversions", body, { key: world.ids.uuid() });
const revenue = async (org: SocialOrg, post_id: string) => (await org.viewer.api.get(`/social/posts/${post_id}/revenue`)).body;
const refund = (org: SocialOrg, id: string, body: object = {}) => org.editor.api.post(`/social/conversions/${id}/refund`, body, { key: world.ids.uuid() });
const reattribute = (org: SocialOrg, id: string) => org.editor.api.post(`/social/conversions/${id}/reattribute`, undefined, { key: world.ids.uuid() });
const codes = ({ status, problem }: { status: number; problem: { code: string } }) => [status, problem.code];
const valuesOf = (view: { touches: { value: Record<string, string> }[] }, model: Model) => view.touches.map(({ value }) => value[model]);

/** Somebody who liked one post on day 0, commented on a second on day 3 and visited the profile from a third on day 7. */
const journey = async () => {
  const org = await world.org();
  const who = somebody(`fan-${org.org_id}`);
  const [p1, p2, p3] = [await org.post({ status: "published" }), await org.post({ status: "published" }), await org.post({ status: "published" })];
  await engages(org, who, p1.id, "like", day(0));
  await engages(org, who, p2.id, "comment", day(3));
  await touches(org, who, p3.id, "profile_visit", day(7));
  return { org, who, p1, p2, p3 };
};

describe("POST /social/conversions", () => {
  it("201 with the value divided among the touches before it, by five models", async () => {
    const { org, who, p1, p2, p3 } = await journey();
    const { status, headers, body } = await send(org, order(who));
    expect([status, headers["location"]]).toEqual([201, `/social/conversions/${body.id}`]);
    expect(body).toMatchObject({
      attribution: "touched",
      post_id: p3.id,
      post_deleted: false,
      touchpoints: 3,
      more_touches: false,
      first_interaction_type: "like",
      first_interaction_at: day(0),
      time_to_conversion: "P10D",
      time_to_conversion_seconds: 864_000,
      lookback_days: 30,
      half_life_days: 7,
      refunded_value: "0.00",
      person_erased: false,
    });
    expect(body.touches.map(({ post_id, type }: { post_id: string; type: string }) => [post_id, type])).toEqual([
      [p1.id, "like"],
      [p2.id, "comment"],
      [p3.id, "profile_visit"],
    ]);
    expect(Object.fromEntries(Model.options.map((model) => [model, valuesOf(body, model)]))).toEqual({
      last: ["0.00", "0.00", "100.00"],
      first: ["100.00", "0.00", "0.00"],
      linear: ["33.33", "33.33", "33.34"],
      position: ["40.00", "20.00", "40.00"],
      time_decay: ["23.01", "30.97", "46.02"],
    });
    expect((await org.viewer.api.get(`/social/conversions/${body.id}`)).body).toEqual(body);
    expect(await revenue(org, p1.id)).toEqual({
      post_id: p1.id,
      post_deleted: false,
      revenue: { last: "0.00", first: "100.00", linear: "33.33", position: "40.00", time_decay: "23.01" },
      conversions: 0,
      assisted_conversions: 1,
      refunds: 0,
    });
    expect(await revenue(org, p3.id)).toMatchObject({ revenue: { last: "100.00", time_decay: "46.02" }, conversions: 1, assisted_conversions: 0 });
    const facts = (await org.events()).filter(({ type }) => type === "social.post-earned.v1").map(({ data }) => data);
    expect(facts).toEqual([{ post_id: p3.id, conversion_id: body.id }]);
    expect(await recountRevenue(org.ctx)).toEqual([]);
  });

  it("is one conversion however often and at once it is sent, each time answered with the same", async () => {
    const { org, who, p3 } = await journey();
    const body = order(who);
    const replies = await Promise.all(Array.from({ length: 20 }, () => send(org, body)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map((reply) => JSON.stringify(reply.body))).size).toBe(1);
    expect((await org.viewer.api.get("/social/conversions")).body.items).toHaveLength(1);
    expect(await revenue(org, p3.id)).toMatchObject({ revenue: { last: "100.00" }, conversions: 1 });
    const key = world.ids.uuid();
    const first = await org.editor.api.post("/social/conversions", order(who), { key });
    expect((await org.editor.api.post("/social/conversions", order(who), { key })).status).toBe(422);
    expect(codes(await org.viewer.api.post("/social/conversions", body, { key }))[0]).toBe(403);
    expect(first.status).toBe(201);
  });

  it("409 when the source says something else under the same id; another source or org has ids of its own", async () => {
    const { org, who } = await journey();
    const body = order(who);
    const { body: stored } = await send(org, body);
    for (const other of [{ conversion_value: "100.01" }, { conversion_type: "subscription" }, { conversion_at: day(9) }, { platform_user_id: "another" }]) {
      const refused = await send(org, { ...body, ...other });
      expect([...codes(refused), (refused.problem as unknown as Conversion & { conversion_id: string }).conversion_id]).toEqual([
        409,
        "external_id_reused",
        stored.id,
      ]);
    }
    expect((await send(org, { ...body, conversion_at: body.conversion_at.replace(".000Z", "Z"), conversion_value: "100" })).body.id).toBe(stored.id);
    expect((await send(org, { ...body, source: "shop" })).body.id).not.toBe(stored.id);
    expect((await send(await world.org(), body)).body.id).not.toBe(stored.id);
  });

  it("is direct without a person, without a touch, and before the first touch: 0 touches, no time, never negative", async () => {
    const { org, who, p1 } = await journey();
    const unknown = await send(org, order({}));
    const stranger = await send(org, order(somebody("stranger")));
    const early = await send(org, order(who, { conversion_at: day(-1) }));
    for (const { status, body } of [unknown, stranger, early]) {
      expect([status, body.attribution, body.touchpoints, body.touches]).toEqual([201, "direct", 0, []]);
      for (const field of ["post_id", "first_interaction_at", "time_to_conversion", "time_to_conversion_seconds"]) expect(body).not.toHaveProperty(field);
    }
    expect(await revenue(org, p1.id)).toMatchObject({ revenue: { first: "0.00" }, conversions: 0 });
  });

  it("looks back as many days as the settings say, both ends included", async () => {
    const org = await world.org({ lookback_days: 5, decay_half_life_days: 3 });
    const who = somebody("looked-back");
    const post = await org.post({ status: "published" });
    await engages(org, who, post.id, "like", new Date(Date.parse(day(5)) - 1).toISOString());
    await engages(org, who, post.id, "like", day(5));
    await engages(org, who, post.id, "save", day(10));
    await engages(org, who, post.id, "share", new Date(Date.parse(day(10)) + 1).toISOString());
    const { body } = await send(org, order(who));
    expect(body.touches.map(({ type, at }: { type: string; at: string }) => [type, at])).toEqual([
      ["like", day(5)],
      ["save", day(10)],
    ]);
    expect([body.lookback_days, body.half_life_days]).toEqual([5, 3]);
  });

  it("keeps the first and the latest 39 touches of somebody who did more, and says so", async () => {
    const org = await world.org();
    const who = somebody("enthusiast");
    const posts = await Promise.all(Array.from({ length: 45 }, () => org.post({ status: "published" })));
    const time = (at: number): string => new Date(Date.parse(day(0)) + at * 60_000).toISOString();
    await Promise.all(
      posts.map(async ({ id }, at) => void (at % 2 === 0 ? await engages(org, who, id, "like", time(at)) : await touches(org, who, id, "view", time(at)))),
    );
    const { body } = await send(org, order(who));
    expect([body.touchpoints, body.more_touches]).toEqual([40, true]);
    const kept = body.touches.map(({ post_id }: { post_id: string }) => post_id);
    expect(kept).toEqual([posts[0]!.id, ...posts.slice(6).map(({ id }) => id)]);
    expect(await revenue(org, posts[0]!.id)).toMatchObject({ revenue: { first: "100.00", position: "40.00" } });
    expect(await revenue(org, posts[1]!.id)).toMatchObject({ revenue: { linear: "0.00" }, assisted_conversions: 0 });
    expect(await recountRevenue(org.ctx)).toEqual([]);
  });

  it("takes what a shop sends with an API key", async () => {
    const { org, who, p3 } = await journey();
    const { status, body } = await (await org.apiKey(["editor"])).post("/social/conversions", order(who), { key: world.ids.uuid() });
    expect([status, body.post_id]).toEqual([201, p3.id]);
  });

  it("counts what nobody has valued as a conversion worth nothing", async () => {
    const { org, who, p3 } = await journey();
    const { conversion_value: _, ...signUp } = order(who, { conversion_type: "email_signup" });
    const { body } = await send(org, signUp);
    expect(body).not.toHaveProperty("conversion_value");
    expect(await revenue(org, p3.id)).toMatchObject({ revenue: { last: "0.00" }, conversions: 1 });
    expect(codes(await refund(org, body.id))).toEqual([409, "nothing_left"]);
  });

  it("400 naming everything that is wrong at once, 422 for what has not happened yet", async () => {
    const { org, who } = await journey();
    const { status, problem } = await send(
      org,
      order({}, { platform: "instagram", conversion_value: "-1.00", conversion_type: "Purchase", post_id: who.platform }),
    );
    expect([status, problem.errors.map(({ pointer }) => pointer).toSorted()]).toEqual([400, ["/conversion_type", "/conversion_value", "/post_id"]]);
    expect((await send(org, order({ platform: "instagram" }))).problem.errors.map(({ pointer }) => pointer)).toEqual(["/platform_user_id"]);
    const { conversion_at: _, ...now } = order(who);
    expect((await send(org, { ...now, conversion_at: new Date(world.clock.now().getTime() + 300_000).toISOString() })).status).toBe(201);
    expect(codes(await send(org, order(who, { conversion_at: new Date(world.clock.now().getTime() + 300_001).toISOString() })))).toEqual([
      422,
      "in_the_future",
    ]);
  });
});

describe("POST /social/conversions/{conversion_id}/refund", () => {
  it("in full is the negative of the same split, linked to the conversion", async () => {
    const { org, who, p1, p2, p3 } = await journey();
    const { body: conversion } = await send(org, order(who));
    const { status, body } = await refund(org, conversion.id);
    expect([status, body]).toMatchObject([201, { refund_of: conversion.id, conversion_value: "-100.00", post_id: p3.id, conversion_type: "purchase" }]);
    expect(body).not.toHaveProperty("external_id");
    expect(valuesOf(body, "time_decay")).toEqual(["-23.01", "-30.97", "-46.02"]);
    expect(valuesOf(body, "linear")).toEqual(["-33.33", "-33.33", "-33.34"]);
    for (const post of [p1, p2, p3])
      expect((await revenue(org, post.id)).revenue).toEqual({ last: "0.00", first: "0.00", linear: "0.00", position: "0.00", time_decay: "0.00" });
    expect(await revenue(org, p3.id)).toMatchObject({ conversions: 1, refunds: 1 });
    expect((await org.viewer.api.get(`/social/conversions/${conversion.id}`)).body).toMatchObject({ refunded_value: "100.00", refund_ids: [body.id] });
    expect(codes(await refund(org, conversion.id))).toEqual([409, "nothing_left"]);
    expect(codes(await refund(org, body.id))).toEqual([409, "is_refund"]);
    expect(await recountRevenue(org.ctx)).toEqual([]);
  });

  it("in part takes from what is left, never more than that, and the last cent with the last part", async () => {
    const { org, who, p1, p2, p3 } = await journey();
    const { body: conversion } = await send(org, order(who));
    expect(valuesOf((await refund(org, conversion.id, { amount: "50.00" })).body, "linear")).toEqual(["-16.66", "-16.67", "-16.67"]);
    for (const amount of ["50.01", "0.00"]) expect(codes(await refund(org, conversion.id, { amount }))).toEqual([422, "exceeds_rest"]);
    expect((await revenue(org, p1.id)).revenue).toMatchObject({ linear: "16.67", first: "50.00" });
    await refund(org, conversion.id, { amount: "0.01" });
    expect((await refund(org, conversion.id)).body.conversion_value).toBe("-49.99");
    for (const post of [p1, p2, p3]) expect((await revenue(org, post.id)).revenue).toMatchObject({ linear: "0.00", time_decay: "0.00", position: "0.00" });
    expect(await recountRevenue(org.ctx)).toEqual([]);
  });

  it("with an external id is made once, also by 20 at the same time; another amount is 409", async () => {
    const { org, who, p3 } = await journey();
    const { body: conversion } = await send(org, order(who));
    const asked = { amount: "10.00", external_id: "refund-1" };
    const replies = await Promise.all(Array.from({ length: 20 }, () => refund(org, conversion.id, asked)));
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(await revenue(org, p3.id)).toMatchObject({ revenue: { last: "90.00" }, refunds: 1 });
    expect(codes(await refund(org, conversion.id, { ...asked, amount: "11.00" }))).toEqual([409, "external_id_reused"]);
  });

  it("races of refunds never take more than there is", async () => {
    const { org, who, p3 } = await journey();
    const { body: conversion } = await send(org, order(who));
    const replies = await Promise.all(Array.from({ length: 6 }, () => refund(org, conversion.id, { amount: "40.00" })));
    expect(replies.map(({ status }) => String(status)).toSorted()).toEqual(["201", "201", "422", "422", "422", "422"]);
    expect(await revenue(org, p3.id)).toMatchObject({ revenue: { last: "20.00" }, refunds: 2 });
  });

  it("409 for the ninth", async () => {
    const { org, who } = await journey();
    const { body: conversion } = await send(org, order(who));
    for (let part = 0; part < 8; part++) expect((await refund(org, conversion.id, { amount: "1.00" })).status).toBe(201);
    expect(codes(await refund(org, conversion.id, { amount: "1.00" }))).toEqual([409, "too_many_refunds"]);
    expect((await reattribute(org, conversion.id)).body).toMatchObject({ refunded_value: "8.00" });
  });
});

describe("POST /social/conversions/{conversion_id}/reattribute", () => {
  it("takes in events that were told late, moves the sums with it, and changes nothing the second time", async () => {
    const { org, who, p1, p3 } = await journey();
    const { body: before } = await send(org, order(who));
    await refund(org, before.id, { amount: "50.00" });
    expect((await reattribute(org, before.id)).body).toMatchObject({ version: 2, touchpoints: 3 });
    const p4 = await org.post({ status: "published" });
    await engages(org, who, p4.id, "save", day(9));
    const { status, body } = await reattribute(org, before.id);
    expect([status, body]).toMatchObject([200, { post_id: p4.id, touchpoints: 4, version: 3, time_to_conversion: "P10D" }]);
    expect(valuesOf(body, "position")).toEqual(["40.00", "10.00", "10.00", "40.00"]);
    expect((await org.viewer.api.get(`/social/conversions/${before.id}`)).body).toEqual(body);
    expect(await revenue(org, p3.id)).toMatchObject({ revenue: { last: "0.00", position: "5.00" }, conversions: 0, assisted_conversions: 1, refunds: 0 });
    expect(await revenue(org, p4.id)).toMatchObject({ revenue: { last: "50.00", position: "20.00" }, conversions: 1, refunds: 1 });
    expect((await revenue(org, p1.id)).revenue).toMatchObject({ first: "50.00", linear: "12.50" });
    expect((await reattribute(org, before.id)).body).toEqual(body);
    expect(await recountRevenue(org.ctx)).toEqual([]);
    const facts = (await org.events()).filter(({ type }) => type === "social.post-earned.v1").map(({ data }) => (data as { post_id: string }).post_id);
    expect(facts.toSorted()).toEqual([p3.id, p3.id, p3.id, p4.id].toSorted());
  });

  it("moves 40 posts and 8 refunds at once to 39 other posts", async () => {
    const org = await world.org();
    const who = somebody("moved");
    const visit = async (from: number) => {
      const posts = await Promise.all(Array.from({ length: 40 }, () => org.post({ status: "published" })));
      const times = posts.map((_, at) => new Date(Date.parse(day(from)) + at * 60_000).toISOString());
      await Promise.all(posts.map((post, at) => engages(org, who, post.id, "like", times[at]!)));
      return posts;
    };
    const early = await visit(0);
    const { body: conversion } = await send(org, order(who, { conversion_value: "1000.00" }));
    for (let part = 0; part < 8; part++) await refund(org, conversion.id, { amount: "10.00" });
    const late = await visit(5);
    const { status, body } = await reattribute(org, conversion.id);
    expect([status, body.touchpoints, body.more_touches, body.post_id]).toEqual([200, 40, true, late.at(-1)!.id]);
    expect((await revenue(org, early[0]!.id)).revenue).toMatchObject({ first: "920.00", linear: "23.00" });
    expect(await revenue(org, early[39]!.id)).toMatchObject({ revenue: { last: "0.00", linear: "0.00" }, conversions: 0, assisted_conversions: 0, refunds: 0 });
    expect(await revenue(org, late[39]!.id)).toMatchObject({ revenue: { last: "920.00" }, conversions: 1, refunds: 8 });
    expect(await recountRevenue(org.ctx)).toEqual([]);
  });

  it("makes a direct conversion a touched one, and keeps touches that have expired since", async () => {
    const org = await world.org();
    const who = somebody("late");
    const { body: direct } = await send(org, order(who));
    const post = await org.post({ status: "published" });
    await engages(org, who, post.id, "like", day(2));
    expect((await reattribute(org, direct.id)).body).toMatchObject({ attribution: "touched", post_id: post.id, time_to_conversion: "P8D" });
    expect(await revenue(org, post.id)).toMatchObject({ revenue: { last: "100.00" }, conversions: 1 });
    expect(codes(await reattribute(org, (await refund(org, direct.id)).body.id))).toEqual([409, "is_refund"]);
  });
});

describe("the recount of revenue", () => {
  it("tells each sum that is not what conversions and refunds add up to, and a post that has none kept", async () => {
    const { org, who, p1, p2, p3 } = await journey();
    await send(org, order(who));
    const at = (post_id: string) => ({ org_id: org.org_id, post_id });
    await PostRevenue.patch(org.ctx, at(p3.id), { last: 1, refunds: 4 });
    await PostRevenue.delete(org.ctx, at(p2.id));
    await PostRevenue.create(org.ctx, { ...at(world.ids.uuid()), linear: 5 });
    const differences = await recountRevenue(org.ctx);
    const of = (post_id: string) => differences.filter((one) => one.post_id === post_id).map(({ counter, kept, counted }) => [counter, kept, counted]);
    expect(of(p1.id)).toEqual([]);
    expect(of(p2.id)).toEqual([
      ["linear", 0, 33_33],
      ["position", 0, 20_00],
      ["time_decay", 0, 30_97],
      ["assisted_conversions", 0, 1],
    ]);
    expect(of(p3.id)).toEqual([
      ["last", 1, 100_00],
      ["refunds", 4, 0],
    ]);
    expect(differences.filter(({ counted }) => counted === 0)).toHaveLength(2);
  });
});

describe("GET /social/conversions", () => {
  it("lists by time, post and person, the latest first, and knows deleted posts", async () => {
    const { org, who, p3 } = await journey();
    const other = somebody("other");
    await engages(org, other, p3.id, "like", day(1));
    const [first, second, third] = [
      (await send(org, order(who, { conversion_at: day(8) }))).body,
      (await send(org, order(other, { conversion_at: day(9) }))).body,
      (await send(org, order({}, { conversion_at: day(10) }))).body,
    ];
    const listed = async (query: Record<string, string>) =>
      (await org.viewer.api.get("/social/conversions", { query })).body.items.map(({ id }: { id: string }) => id);
    expect(await listed({})).toEqual([third.id, second.id, first.id]);
    expect(await listed({ from: day(9), to: day(9) })).toEqual([second.id]);
    expect(await listed({ post_id: p3.id })).toEqual([second.id, first.id]);
    expect(await listed({ post_id: p3.id, to: "2026-11-09T09:00:00Z" })).toEqual([first.id]);
    expect(await listed({ ...who })).toEqual([first.id]);
    const { status, problem } = await org.viewer.api.get("/social/conversions", { query: { platform: "instagram", post_id: p3.id } });
    expect([status, problem.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([400, ["/query/platform_user_id"]]);

    const page = await org.viewer.api.get("/social/conversions", { query: { limit: 2 } });
    const rest = await org.viewer.api.get("/social/conversions", { query: { limit: 2, cursor: page.body.next_cursor } });
    expect([...page.body.items, ...rest.body.items].map(({ id }) => id)).toEqual([third.id, second.id, first.id]);

    await org.owner.api.delete(`/social/posts/${p3.id}`, { version: p3.version });
    const shown = (await org.viewer.api.get("/social/conversions")).body.items.map(({ post_deleted }: { post_deleted: boolean }) => post_deleted);
    expect(shown).toEqual([false, true, true]);
    expect(await revenue(org, p3.id)).toMatchObject({ post_deleted: true, revenue: { last: "200.00" }, conversions: 2 });
    expect((await org.viewer.api.get(`/social/conversions/${first.id}`)).body.post_deleted).toBe(true);
  });

  it("404 for what is another org's or is not there", async () => {
    const { org, who, p1 } = await journey();
    const { body } = await send(org, order(who));
    const { viewer } = await world.org();
    expect((await viewer.api.get(`/social/conversions/${body.id}`)).status).toBe(404);
    expect((await viewer.api.get(`/social/posts/${p1.id}/revenue`)).status).toBe(404);
    expect((await org.viewer.api.get(`/social/posts/${world.ids.uuid()}/revenue`)).status).toBe(404);
  });
});
