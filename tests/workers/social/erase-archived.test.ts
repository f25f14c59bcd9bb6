import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErasePerson } from "../../../events/social/erase-person.v1.ts";
import { erasePersonWorker } from "../../../functions/social/erase-person.worker.ts";
import { exportsApi } from "../../../functions/social/exports.api.ts";
import { personsApi } from "../../../functions/social/persons.api.ts";
import { writeExportWorker } from "../../../functions/social/write-export.worker.ts";
import type { Archive } from "../../../shared/kernel/files/archive.ts";
import { ArchivePart } from "../../../shared/social/archive/archive-part.ts";
import { ArchivedMonth } from "../../../shared/social/archive/archived-month.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { linesOf, sha256 } from "../../../shared/social/archive/document.ts";
import { orderRestore } from "../../../shared/social/archive/order-restore.ts";
import { restoreMonth } from "../../../shared/social/archive/restore-month.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { withoutPerson } from "../../../shared/social/engagement/forgotten.ts";
import type { Post } from "../../../shared/social/post/post.ts";
import { type Somebody, somebody } from "../../support/audience.ts";
import { SMALL } from "../../support/simulation/simulated-archive.ts";
import type { SocialOrg } from "../../support/social.ts";
import { uploadStore } from "../soundcloud/import-world.ts";
import { archivesApi } from "../../../functions/social/archives.api.ts";
import { type ArchiveWorld, MONTH, archiveWorld } from "./archive-world.ts";

const store = uploadStore();
let world: ArchiveWorld;
beforeAll(async () => {
  world = await archiveWorld({ apis: [archivesApi, exportsApi, personsApi], ports: { files: store() } });
});
afterAll(() => world.stop());

const DAY_MS = 86_400_000;

/** What the objects of an org's archive say, by key. */
const objectsOf = async (org: SocialOrg): Promise<Map<string, string>> => {
  const keys = await world.store.keys(org.org_id);
  const read = async (key: string): Promise<[string, string]> => {
    const bytes = await world.store.read(key);
    return [key, (key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")];
  };
  return new Map(await Promise.all(keys.map(read)));
};
const telling = async (org: SocialOrg, ...words: string[]): Promise<string[]> =>
  [...(await objectsOf(org))].filter(([, text]) => words.some((word) => text.includes(word))).map(([key]) => key);
const order = async (org: SocialOrg, who: Somebody): Promise<string> =>
  (await org.owner.api.post("/social/persons/erase", who, { key: world.ids.uuid() })).body.id;
const erasure = async (org: SocialOrg, id: string) => (await org.owner.api.get(`/social/person-erasures/${id}`)).body;

/** Posts with a month of events, two of them of somebody: the first of the first post, and the last of the last. */
const lived = async ({ posts = 3, events = 4 } = {}) => {
  const org = await world.org();
  const made = await world.fill(org, { posts, events });
  const who = somebody(`gone-${org.org_id}`);
  const stored = (await world.stored(org, made)).map((item) => EngagementEvent.load(item));
  for (const event of [stored[0]!, stored.at(-1)!])
    await EngagementEvent.patch(org.ctx, event, { ...who, platform_username: `name.of.${who.platform_user_id}`, country_code: "DE" });
  const before = (await world.stored(org, made)).map((item) => EngagementEvent.load(item));
  return { org, who, posts: made, before };
};
const archive = (org: SocialOrg) => archiveMonth(world.jobCtx(org), { month: MONTH }, SMALL);
const listed = async (org: SocialOrg, posts: readonly Post[]): Promise<EngagementEvent[]> =>
  (await Promise.all(posts.map((post) => world.listed(org, post, { limit: 100, from: MONTH, to: MONTH })))).flat();
const lessPerson = (events: readonly EngagementEvent[], { platform_user_id }: Somebody): EngagementEvent[] =>
  events.map((event) => (event.platform_user_id === platform_user_id ? withoutPerson(event) : event));

/** Each object is what its row, the manifest and the month say of it. */
const requireWhole = async (org: SocialOrg): Promise<void> => {
  const month = await world.monthOf(org);
  for (const { copy, events, bytes, sha256: whole } of month.copies) {
    const { items: parts } = await ArchivePart.list(org.ctx, { org_id: org.org_id, month: MONTH }, { prefix: { copy }, consistent: true });
    expect(parts.reduce((sum, part) => sum + part.events, 0)).toBe(events);
    expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(bytes);
    expect(sha256(parts.map((part) => part.sha256).join("\n"))).toBe(whole);
    for (const part of parts) {
      const object = await world.store.read(part.object_key);
      expect([object.length, sha256(gunzipSync(object))]).toEqual([part.bytes, part.sha256]);
    }
    const manifest = JSON.parse((await world.store.read(`${org.org_id}/archive/engagement-events/${MONTH}/${copy}/manifest.json`)).toString());
    expect(manifest).toMatchObject({ copy, events, bytes, sha256: whole });
    expect(manifest.parts.map(({ object_key }: { object_key: string }) => object_key)).toEqual(parts.map((part) => part.object_key));
  }
};

describe("erasing somebody of whom the archive has events", () => {
  it("replaces the objects that have them, keeps every event and count, and removes what was there before", async () => {
    const { org, who, posts, before } = await lived();
    await archive(org);
    const [kept, had] = [await objectsOf(org), await telling(org, who.platform_user_id)];
    expect(had.length).toBe(2);
    const copies = (await world.monthOf(org)).copies;
    const exported = (await org.owner.api.post("/social/persons/export", who, { key: world.ids.uuid() })).body.id;
    await world.drain(writeExportWorker);
    const link = (await org.owner.api.get(`/social/exports/${exported}`)).body.download_url;
    const file = (await (await fetch(link)).json()) as { archived_engagement_events: EngagementEvent[] };
    expect(file.archived_engagement_events.map((event) => event.id)).toEqual(
      before.filter(({ platform_user_id }) => platform_user_id === who.platform_user_id).map((event) => event.id),
    );
    const id = await order(org, who);
    expect(await world.drain(erasePersonWorker)).toBe(1);
    expect((await fetch(link)).status).toBe(404);
    expect(await erasure(org, id)).toMatchObject({ status: "completed", archived: 2, events: 0 });
    expect(await telling(org, who.platform_user_id, `name.of.${who.platform_user_id}`)).toEqual([]);
    const now = await objectsOf(org);
    expect(now.size).toBe(kept.size);
    const replaced = [...kept.keys()].filter((key) => !now.has(key));
    expect(replaced.toSorted()).toEqual(had.toSorted());
    const month = await world.monthOf(org);
    expect(month).toMatchObject({ status: "archived", copies: [{ copy: 1, events: copies[0]!.events, parts: copies[0]!.parts }] });
    expect(month.copies[0]!.sha256).not.toBe(copies[0]!.sha256);
    expect(month).not.toHaveProperty("rewritten_for");
    await requireWhole(org);
    expect(linesOf(await listed(org, posts))).toBe(linesOf(lessPerson(before, who)));
  });

  it("reaches every copy of a month, months before it, and what was given up; others' months stay as they are", async () => {
    const { org, who, posts } = await lived();
    await world.fill(org, { posts: 1, events: 2, month: "2024-12" });
    const other = (await lived()).org;
    await archive(other);
    const untouched = await objectsOf(other);
    await archive(org);
    await archiveMonth(world.jobCtx(org), { month: "2024-12" }, SMALL);
    const late = world.eventOf(org, posts[0]!, 999, MONTH, { ...who });
    await EngagementEvent.putMany(org.ctx, [late]);
    world.clock.advance(30 * DAY_MS);
    await archive(org);
    expect((await world.monthOf(org)).copies.map(({ copy }) => copy)).toEqual([1, 2]);
    const id = await order(org, who);
    await world.drain(erasePersonWorker);
    expect(await erasure(org, id)).toMatchObject({ status: "completed", archived: 3 });
    expect(await telling(org, who.platform_user_id)).toEqual([]);
    await requireWhole(org);
    expect(await objectsOf(other)).toEqual(untouched);
  });

  it("clears a month that was brought back in the table, and removes its objects, which nobody reads", async () => {
    const { org, who, posts, before } = await lived();
    await archive(org);
    await orderRestore(org.ctx, MONTH);
    await restoreMonth(world.jobCtx(org), { month: MONTH }, SMALL);
    expect((await telling(org, who.platform_user_id)).length).toBe(2);
    const id = await order(org, who);
    await world.drain(erasePersonWorker);
    expect(await erasure(org, id)).toMatchObject({ status: "completed", events: 2, archived: 0 });
    expect(await objectsOf(org)).toEqual(new Map());
    expect((await listed(org, posts)).map(({ id: event_id }) => event_id)).toEqual(before.map(({ id: event_id }) => event_id));
    expect(JSON.stringify(await world.stored(org, posts))).not.toContain(who.platform_user_id);
  });

  it("removes an object that a run left before it was noted", async () => {
    const { org, who } = await lived();
    await archive(org);
    const stray = `${org.org_id}/archive/engagement-events/${MONTH}/1/000000-left.ndjson.gz`;
    await world.store.archive.put(stray, Buffer.from(who.platform_user_id), { content_type: "application/gzip" });
    await order(org, somebody("nobody"));
    await world.drain(erasePersonWorker);
    expect(await world.store.keys(org.org_id)).not.toContain(stray);
    await requireWhole(org);
  });

  it("waits for a month that is on its way, and then finds the person wherever they are", async () => {
    const { org, who, posts } = await lived();
    // The copy is made and not yet read back when its run stops.
    await archiveMonth(world.jobCtx(org, { remaining_ms: () => 0 }), { month: MONTH }, SMALL);
    expect((await world.monthOf(org)).status).toBe("copying");
    world.sent.splice(0);
    const id = await order(org, who);
    const orders = world.sent.filter(({ envelope }) => envelope.type === ErasePerson.type);
    expect(orders).toEqual([]);
    expect(await world.deliver(erasePersonWorker, [org.message(ErasePerson, { person_erasure_id: id })])).toBe(0);
    expect(await erasure(org, id)).toMatchObject({ status: "pending", events: 2 });
    expect(world.sent.filter(({ envelope }) => envelope.type === ErasePerson.type).map(({ delay_s }) => delay_s)).toEqual([300]);
    await archive(org);
    expect((await telling(org, who.platform_user_id)).length).toBeGreaterThan(0);
    await world.drain(erasePersonWorker);
    expect(await erasure(org, id)).toMatchObject({ status: "completed", events: 2 });
    expect(await telling(org, who.platform_user_id)).toEqual([]);
    expect(JSON.stringify(await world.stored(org, posts))).not.toContain(who.platform_user_id);
    await requireWhole(org);
  });

  it("reads no part while a month is on its way, and raises an alarm when it waits for longer than three days", async () => {
    const { org, who } = await lived();
    await world.fill(org, { posts: 2, events: 2, month: "2024-12" });
    await archiveMonth(world.jobCtx(org), { month: "2024-12" }, SMALL);
    await archiveMonth(world.jobCtx(org, { remaining_ms: () => 0 }), { month: MONTH }, SMALL);
    const id = await order(org, who);
    const read: string[] = [];
    const told: [string, number][] = [];
    const get: Archive["get"] = (key, range) => {
      read.push(key);
      return world.store.archive.get(key, range);
    };
    const metrics = { count: (name: string, value = 1) => void told.push([name, value]), flush: () => undefined };
    const serve = erasePersonWorker.serve({ ...world.boot, ports: { ...world.ports, archive: { ...world.store.archive, get }, metrics } });
    const run = async (): Promise<void> => {
      const Records = [{ messageId: "1", body: org.message(ErasePerson, { person_erasure_id: id }), attributes: { ApproximateReceiveCount: "1" } }];
      expect((await serve({ Records } as never, { getRemainingTimeInMillis: () => 300_000 })).batchItemFailures).toEqual([]);
    };
    await run();
    world.clock.advance(3 * DAY_MS);
    await run();
    expect([read, told]).toEqual([[], []]);
    world.clock.advance(1);
    await run();
    expect([read, told]).toEqual([[], [["erasures_waiting", 1]]]);
    expect(world.log.lines.some(({ message, fields }) => message === "erasure waits" && fields?.["person_erasure_id"] === id)).toBe(true);
    await archive(org);
    await run();
    expect(read.length).toBeGreaterThan(0);
    expect([(await erasure(org, id)).status, told.length]).toEqual(["completed", 1]);
    await world.purge(erasePersonWorker);
  });

  it("holds the month while it rewrites: it is neither restored, nor copied again, nor rewritten for somebody else", async () => {
    const { org, who } = await lived();
    await archive(org);
    const month = await world.monthOf(org);
    const other = await order(org, somebody("other"));
    await ArchivedMonth.patch(org.ctx, month, { rewritten_for: world.ids.uuid() });
    const held = { ...(await world.monthOf(org)) };
    await org.ctx.db.send("Update", "tests.hold", {
      TableName: world.physical.social,
      Key: { pk: `${org.org_id}#AM`, sk: MONTH },
      UpdateExpression: "SET #s = :s",
      ExpressionAttributeNames: { "#s": "status" },
      ExpressionAttributeValues: { ":s": "rewriting" },
    });
    const restored = await org.owner.api.post(`/social/archives/${MONTH}/restore`, undefined, { key: world.ids.uuid() });
    expect([restored.status, restored.problem.code]).toEqual([409, "not_archived"]);
    expect(await archive(org)).toBe(0);
    expect(await world.deliver(erasePersonWorker, [org.message(ErasePerson, { person_erasure_id: other })])).toBe(0);
    expect(await erasure(org, other)).toMatchObject({ status: "pending" });
    expect((await telling(org, who.platform_user_id)).length).toBe(2);
    expect(await world.monthOf(org)).toMatchObject({ status: "rewriting", begun: held.begun, copies: held.copies });
    await world.purge(erasePersonWorker);
  });

  it("goes on where time ran out, and counts each event once", async () => {
    const { org, who } = await lived({ posts: 6, events: 4 });
    await archive(org);
    const id = await order(org, who);
    let looks = 0;
    let runs = 0;
    const message = org.message(ErasePerson, { person_erasure_id: id });
    const run = (): Promise<unknown> => {
      looks = 0;
      runs += 1;
      const Records = [{ messageId: "1", body: message, attributes: { ApproximateReceiveCount: "1" } }];
      return erasePersonWorker.serve({ ...world.boot, ports: world.ports })(
        { Records } as never,
        {
          getRemainingTimeInMillis: () => (looks++ < 3 ? 300_000 : 0),
        } as never,
      );
    };
    while ((await erasure(org, id)).status === "pending" && runs < 20) await run();
    expect(await erasure(org, id)).toMatchObject({ status: "completed", archived: 2 });
    expect(runs).toBeGreaterThan(2);
    expect(await telling(org, who.platform_user_id)).toEqual([]);
    await requireWhole(org);
    await world.purge(erasePersonWorker);
  });

  it("fails as long as an object is damaged, and leaves it as it is", async () => {
    const { org, who } = await lived();
    await archive(org);
    const [key] = await telling(org, who.platform_user_id);
    const good = await world.store.read(key!);
    await world.store.damage(key!, (bytes) => bytes.subarray(0, 10));
    const id = await order(org, who);
    expect(await world.deliver(erasePersonWorker, [org.message(ErasePerson, { person_erasure_id: id })])).toBe(1);
    expect(await erasure(org, id)).toMatchObject({ status: "pending" });
    await world.store.damage(key!, () => good);
    await world.drain(erasePersonWorker);
    expect(await erasure(org, id)).toMatchObject({ status: "completed", archived: 2 });
    await requireWhole(org);
  });
});
