import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { PersonErased } from "../../../events/identity/person-erased.v1.ts";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import { conversionsApi } from "../../../functions/social/conversions.api.ts";
import { erasePersonWorker } from "../../../functions/social/erase-person.worker.ts";
import { exportsApi } from "../../../functions/social/exports.api.ts";
import { personsApi } from "../../../functions/social/persons.api.ts";
import { postsApi } from "../../../functions/social/posts.api.ts";
import { trendsApi } from "../../../functions/social/trends.api.ts";
import { writeExportWorker } from "../../../functions/social/write-export.worker.ts";
import { recountRevenue } from "../../support/revenue.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { parkEvents } from "../../../shared/social/engagement/park-events.ts";
import { ParkedEvent, type ParkedState } from "../../../shared/social/engagement/parked-event.ts";
import { Post } from "../../../shared/social/post/post.ts";
import { type Somebody, engages, somebody, touches } from "../../support/audience.ts";
import { dynamoClient } from "../../support/dynamo.ts";
import { type SocialOrg, type SocialWorld, socialWorld } from "../../support/social.ts";
import { uploadStore } from "../soundcloud/import-world.ts";
import { trendsOf } from "./trends-world.ts";

const store = uploadStore();
let world: SocialWorld;
beforeAll(async () => {
  world = await socialWorld({ apis: [conversionsApi, exportsApi, personsApi, postsApi, trendsApi], ports: { files: store() } });
});

const AT = "2026-11-10T09:00:00.000Z";
const minute = (number: number): string => new Date(Date.parse(AT) + number * 60_000).toISOString();
let sent = 0;
const buy = (org: SocialOrg, who: Somebody) => {
  const body = {
    source: "shop",
    external_id: `order-${(sent += 1)}`,
    ...who,
    conversion_type: "purchase",
    conversion_value: "40.00",
    conversion_at: minute(600),
  };
  return org.editor.api.post("/social/conversions", body, { key: world.ids.uuid() }).then((reply) => ({ body, reply }));
};
const erase = (org: SocialOrg, who: Somebody) => org.owner.api.post("/social/persons/erase", who, { key: world.ids.uuid() });
const erasure = async (org: SocialOrg, id: string) => (await org.owner.api.get(`/social/person-erasures/${id}`)).body;
const order = (org: SocialOrg, kind: string) => org.owner.api.post("/social/exports", { kind, format: "json" }, { key: world.ids.uuid() });
const exported = async (org: SocialOrg, id: string) => (await org.owner.api.get(`/social/exports/${id}`)).body;

/** Items in which one of the words stands, but for replies that are kept for repetitions and go within a week. */
const tellingOf = async (...words: string[]): Promise<string[]> => {
  const pages = await Array.fromAsync(paginateScan({ client: new DynamoDBClient(dynamoClient()) }, { TableName: world.physical.social }), ({ Items }) => Items);
  return pages
    .flat()
    .filter((item) => item?.["_t"]?.S !== "Idempotency")
    .map((item) => JSON.stringify(item))
    .filter((text) => words.some((word) => text.includes(word)));
};

/** A person who engaged, was seen, and bought; and somebody else who did the same. */
const lived = async ({ events = 3, seen = 2 }: { events?: number; seen?: number } = {}) => {
  const org = await world.org();
  const [who, other] = [somebody(`gone-${org.org_id}`), somebody(`stays-${org.org_id}`)];
  const post = await org.post({ status: "published" });
  const several = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, (_, n) => make(n)));
  const made = await several(events, (n) => engages(org, who, post.id, n % 2 === 0 ? "like" : "comment", minute(n)));
  await several(seen, (n) => touches(org, who, post.id, "view", minute(events + n)));
  const kept = await engages(org, other, post.id, "like", minute(1));
  await touches(org, other, post.id, "view", minute(2));
  const bought = await buy(org, who);
  const otherBought = await buy(org, other);
  return { org, who, other, post, made, kept, bought, otherBought };
};

describe("POST /social/persons/erase, through to its end", () => {
  it("takes the person out of everything that is held, and leaves every count and sum", async () => {
    const { org, who, other, post, made, kept, bought, otherBought } = await lived();
    const refund = await org.editor.api.post(`/social/conversions/${bought.reply.body.id}/refund`, { amount: "10.00" }, { key: world.ids.uuid() });
    const before = (await org.viewer.api.get(`/social/posts/${post.id}/revenue`)).body;
    const { status, headers, body } = await erase(org, who);
    expect([status, headers["location"], body]).toMatchObject([
      202,
      `/social/person-erasures/${body.id}`,
      { ...who, status: "pending", requested_by: org.owner.user_id },
    ]);
    world.clock.advance(1000);
    expect(await world.drain(erasePersonWorker)).toBe(1);

    const done = await erasure(org, body.id);
    expect(done).toMatchObject({ status: "completed", events: 3, touches: 2, conversions: 2, completed_at: world.clock.now().toISOString() });
    expect(done).not.toHaveProperty("platform_user_id");
    expect(await tellingOf(who.platform_user_id, `name.of.${who.platform_user_id}`)).toEqual([]);

    const events = await EngagementEvent.getMany(org.ctx, made, { consistent: true });
    expect(events.map(({ id, event_type, event_timestamp }) => [id, event_type, event_timestamp])).toEqual(
      made.map(({ id, event_type, event_timestamp }) => [id, event_type, event_timestamp]),
    );
    for (const event of events)
      for (const field of ["platform_username", "user_follower_count", "event_metadata", "country_code", "age_range", "gender"])
        expect(event).not.toHaveProperty(field);
    expect((await org.viewer.api.get(`/social/posts/${post.id}/revenue`)).body).toEqual(before);
    expect(await recountRevenue(org.ctx)).toEqual([]);
    for (const id of [bought.reply.body.id, refund.body.id]) {
      const conversion = (await org.viewer.api.get(`/social/conversions/${id}`)).body;
      expect(conversion).toMatchObject({ person_erased: true, post_id: post.id });
      expect(conversion).not.toHaveProperty("platform_user_id");
    }

    expect(await EngagementEvent.get(org.ctx, kept)).toEqual(kept);
    expect((await org.viewer.api.get("/social/conversions", { query: { ...other } })).body.items.map(({ id }: { id: string }) => id)).toEqual([
      otherBought.reply.body.id,
    ]);
    expect((await org.viewer.api.get("/social/conversions", { query: { ...who } })).body.items).toEqual([]);
  });

  it("takes the person's events out of what is parked, waiting or given up, and leaves those of others and of namesakes elsewhere", async () => {
    const org = await world.org();
    const [who, other] = [somebody(`parked-${org.org_id}`), somebody("other")];
    const event = ({ platform_user_id }: Somebody, id: string) => ({ id, platform_user_id, event_type: "like" as const, event_timestamp: AT });
    const unknown = (platform: "instagram" | "tiktok", ...events: ReturnType<typeof event>[]) =>
      events.map((one) => ({ ...one, platform, platform_post_id: "unknown" }));
    const lost = [{ ...event(who, "4"), post_id: world.ids.uuid() }];
    await parkEvents(org.ctx, world.ids.uuid(), unknown("instagram", event(who, "1"), event(other, "2")));
    await parkEvents(org.ctx, world.ids.uuid(), unknown("instagram", event(who, "3")));
    await parkEvents(org.ctx, world.ids.uuid(), lost);
    await parkEvents(org.ctx, world.ids.uuid(), unknown("tiktok", event(who, "5")));
    const { body } = await erase(org, who);
    await world.drain(erasePersonWorker);
    expect(await erasure(org, body.id)).toMatchObject({ status: "completed", parked: 3, events: 0 });
    const left = async (state: ParkedState) =>
      (await ParkedEvent.query.byState(org.ctx, { org_id: org.org_id, state })).items.map(({ platform, count, events }) => [
        platform,
        count,
        JSON.parse(events).map(({ id }: { id: string }) => id),
      ]);
    expect(await left("given_up")).toEqual([]);
    expect(await left("waiting")).toEqual(
      expect.arrayContaining([
        ["instagram", 1, ["2"]],
        ["tiktok", 1, ["5"]],
      ]),
    );
    expect(await left("waiting")).toHaveLength(2);
  });

  it("is no new conversion when the source sends the erased person's again, and cannot be attributed anew", async () => {
    const { org, who, bought } = await lived();
    await erase(org, who);
    await world.drain(erasePersonWorker);
    const again = await org.editor.api.post("/social/conversions", bought.body, { key: world.ids.uuid() });
    expect([again.status, again.body.id, again.body.person_erased]).toEqual([201, bought.reply.body.id, true]);
    expect(await tellingOf(who.platform_user_id)).toEqual([]);
    const { status, problem } = await org.editor.api.post(`/social/conversions/${again.body.id}/reattribute`, undefined, { key: world.ids.uuid() });
    expect([status, problem.code]).toEqual([409, "person_erased"]);
    expect((await org.editor.api.post("/social/conversions", { ...bought.body, conversion_value: "41.00" }, { key: world.ids.uuid() })).status).toBe(409);
  });

  it("leaves mentions counted and nobody's, and a flag that still holds", async () => {
    const org = await world.org();
    const { mention, record, remove, count } = trendsOf(world, org);
    const who = somebody(`speaks-${org.org_id}`);
    const said = { platform_user_id: who.platform_user_id };
    const [first, again] = [mention({ ...said, ago: 5 }), mention({ ...said, ago: 2 })];
    await record([first, again, mention({ ...said, topic: "squat" }), mention()]);
    const bot = somebody(`bot-${org.org_id}`);
    await record([mention(bot)]);
    await remove({ persons: [bot] });
    const before = [await count(), await count("squat")];
    expect(before).toEqual([2, 1]);
    const [spoke, flagged] = [(await erase(org, who)).body.id, (await erase(org, bot)).body.id];
    await world.drain(erasePersonWorker);
    expect(await erasure(org, spoke)).toMatchObject({ status: "completed", speakers: 1, flags: 0 });
    expect(await erasure(org, flagged)).toMatchObject({ status: "completed", speakers: 1, flags: 1 });
    expect(await tellingOf(who.platform_user_id, bot.platform_user_id)).toEqual([]);
    expect([await count(), await count("squat")]).toEqual(before);
    // The second of two mentions within a day carries the count alone once the first is taken out, as before.
    await remove({ mentions: [{ platform: "instagram", id: first.id }] });
    expect(await count()).toBe(2);
    await remove({ mentions: [{ platform: "instagram", id: again.id }] });
    expect(await count()).toBe(1);
    await record([mention(bot), mention(who)]);
    expect(await count()).toBe(2);
    const { body } = await org.owner.api.get("/social/flagged-persons");
    expect(body.items).toEqual([expect.not.objectContaining({ platform_user_id: expect.anything() })]);
  });

  it("delivered again, or without anybody to find, changes nothing", async () => {
    const { org, who } = await lived();
    const { body } = await erase(org, who);
    await world.drain(erasePersonWorker);
    const done = await erasure(org, body.id);
    expect(await world.deliver(erasePersonWorker, [org.message(ErasePerson, { person_erasure_id: body.id })])).toBe(0);
    expect(await erasure(org, body.id)).toEqual(done);
    const nobody = await erase(org, somebody("nobody"));
    await world.drain(erasePersonWorker);
    expect(await erasure(org, nobody.body.id)).toMatchObject({ status: "completed", events: 0, touches: 0, conversions: 0 });
  });

  it("goes on in a new message when time runs out, and counts each record once", async () => {
    const { org, who } = await lived({ events: 50, seen: 3 });
    const { body } = await erase(org, who);
    let looks = 0;
    const ending = () => (looks++ < 2 ? 300_000 : 0);
    const run = async () => {
      looks = 0;
      const [message] = [org.message(ErasePerson, { person_erasure_id: body.id })];
      const Records = [{ messageId: "1", body: message, attributes: { ApproximateReceiveCount: "1" } }];
      return erasePersonWorker.serve({ ...world.boot, ports: world.ports })({ Records } as never, { getRemainingTimeInMillis: ending });
    };
    await run();
    const partly = await erasure(org, body.id);
    expect(partly).toMatchObject({ status: "pending", platform_user_id: who.platform_user_id, touches: 0 });
    expect(partly.events).toBeGreaterThan(0);
    expect(partly.events).toBeLessThan(50);
    expect(await world.drain(erasePersonWorker)).toBe(2);
    expect(await erasure(org, body.id)).toMatchObject({ status: "completed", events: 50, touches: 3, conversions: 1 });
    expect(await tellingOf(who.platform_user_id)).toEqual([]);
  });

  it("a poisoned message fails alone, and one of another org finds nothing", async () => {
    const { org, who } = await lived();
    const { body } = await erase(org, who);
    const foreign = (await world.org()).message(ErasePerson, { person_erasure_id: body.id });
    expect(await world.deliver(erasePersonWorker, ["{", foreign, org.message(ErasePerson, { person_erasure_id: body.id })])).toBe(2);
    expect((await erasure(org, body.id)).status).toBe("completed");
    await world.purge(erasePersonWorker);
  });

  it("withdraws exports that tell of the person, whether ordered, written or failed, and no others", async () => {
    const { org, who } = await lived();
    const person = (await org.owner.api.post("/social/persons/export", who, { key: world.ids.uuid() })).body;
    const [conversions, posts] = [(await order(org, "conversions")).body, (await order(org, "posts")).body];
    await world.drain(writeExportWorker);
    const pending = (await org.owner.api.post("/social/persons/export", who, { key: world.ids.uuid() })).body;
    const links = [(await exported(org, person.id)).download_url, (await exported(org, conversions.id)).download_url];
    for (const link of links) expect((await fetch(link)).status).toBe(200);
    await erase(org, who);
    await world.drain(erasePersonWorker);
    for (const { id } of [person, conversions, pending]) {
      const item = await exported(org, id);
      expect(item).toMatchObject({ status: "failed", errors: [{ code: "person_erased" }] });
      expect(item).not.toHaveProperty("platform_user_id");
    }
    for (const link of links) expect((await fetch(link)).status).toBe(404);
    expect(await exported(org, posts.id)).toMatchObject({ status: "completed" });
    // The order that was still on its way finds whom it was about erased.
    await world.drain(writeExportWorker);
    expect(await exported(org, pending.id)).toMatchObject({ status: "failed", errors: [{ code: "person_erased" }] });
    expect(await tellingOf(who.platform_user_id)).toEqual([]);
  });

  it("is for owners", async () => {
    const org = await world.org();
    for (const { api } of [org.editor, org.viewer]) {
      expect((await api.post("/social/persons/erase", somebody("x"), { key: world.ids.uuid() })).status).toBe(403);
      expect((await api.get("/social/person-erasures")).status).toBe(403);
    }
    const first = await erase(org, somebody("x"));
    world.clock.advance(1);
    const second = await erase(org, somebody("y"));
    expect((await org.owner.api.get("/social/person-erasures")).body.items.map(({ id }: { id: string }) => id)).toEqual([second.body.id, first.body.id]);
    await world.purge(erasePersonWorker);
  });
});

describe("a user who erases their account", () => {
  const erased = (org: SocialOrg, user_id: string, erased_at: string): string =>
    JSON.stringify({
      "detail-type": PersonErased.type,
      detail: { id: world.ids.uuid(), type: PersonErased.type, org_id: org.org_id, at: erased_at, data: { user_id, address: "sealed", erased_at } },
    });

  it("is no longer named by their posts, deleted ones too; later posts and others' stay as they are", async () => {
    const org = await world.org();
    const user_id = org.editor.user_id;
    const made = await Promise.all(["draft", "published", "failed"].map((status) => org.post({ user_id, status: status as Post["status"] })));
    const deleted = await org.post({ user_id });
    await org.editor.api.delete(`/social/posts/${deleted.id}`, { version: deleted.version });
    const others = await org.post({ user_id: org.owner.user_id });
    const erased_at = world.clock.now().toISOString();
    world.clock.advance(1000);
    const later = await org.post({ user_id });
    for (let delivery = 0; delivery < 2; delivery++) expect(await world.deliver(erasePersonWorker, [erased(org, user_id, erased_at)])).toBe(0);
    const authors = await Post.getMany(
      org.ctx,
      [...made, deleted, others, later].map(({ id }) => ({ org_id: org.org_id, id })),
      { consistent: true },
    );
    expect(authors.map((post) => post.user_id)).toEqual([undefined, undefined, undefined, undefined, org.owner.user_id, user_id]);
    expect(authors.map(({ version }) => version)).toEqual([2, 2, 2, 2, 1, 1]);
  });

  it("goes on in a new message when time runs out", async () => {
    const org = await world.org();
    const user_id = org.editor.user_id;
    await org.post({ user_id });
    const erased_at = world.clock.now().toISOString();
    expect(await world.deliver(erasePersonWorker, [erased(org, user_id, erased_at)], { remaining_ms: 14_000 })).toBe(0);
    expect(world.sent.map(({ envelope }) => [envelope.type, envelope.data])).toEqual([[ErasePerson.type, { user_id, erased_at }]]);
    await world.drain(erasePersonWorker);
    expect((await Post.query.byUser(org.ctx, { org_id: org.org_id, user_id })).items).toEqual([]);
  });
});
