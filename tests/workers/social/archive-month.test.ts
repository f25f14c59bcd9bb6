import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArchiveMonth } from "../../../events/social/archive-month.v1.ts";
import { archiveMonthWorker } from "../../../functions/social/archive-month.worker.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { SIZES } from "../../../shared/social/archive/archive-ctx.ts";
import { ArchivedMonth } from "../../../shared/social/archive/archived-month.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import { PostMonth } from "../../../shared/social/engagement/post-month.ts";
import { serveRecorded } from "../../support/recorder/served.ts";
import { type ArchiveWorld, MONTH, NOW, archiveWorld, flipped } from "./archive-world.ts";

const DAY_MS = 86_400_000;
let world: ArchiveWorld;
beforeAll(async () => {
  world = await archiveWorld();
}, 60_000);
afterAll(() => world.stop());

const sizes = { ...SIZES, slice_events: 2, part_slices: 2 };
const byPostAndId = (a: EngagementEvent, b: EngagementEvent): number => (`${a.post_id} ${a.id}` < `${b.post_id} ${b.id}` ? -1 : 1);

/** Delivers on another archive than the world's. */
const deliveryOn = (archive: ArchiveWorld["store"]["archive"]) => {
  const handle = serveRecorded(archiveMonthWorker, { ...world.boot, ports: { ...world.ports, archive } });
  return async (bodies: readonly string[]): Promise<number> => {
    const Records = bodies.map((body, at) => ({ messageId: String(at), body, attributes: { ApproximateReceiveCount: "1" } }));
    return (await handle({ Records } as never, { getRemainingTimeInMillis: () => 300_000 })).batchItemFailures.length;
  };
};

describe("archive-month", () => {
  it("moves a month out of the table, and its manifest says what was moved; a second delivery moves nothing", async () => {
    const org = await world.org();
    const posts = await world.fill(org);
    const before = (await Promise.all(posts.map((post) => world.listed(org, post)))).flat();
    const items = await world.stored(org, posts);
    expect([before.length, items.length]).toEqual([12, 12]);

    const done = await world.run(org);
    expect(await world.stored(org, posts)).toEqual([]);
    const lines = before
      .toSorted(byPostAndId)
      .map((event) => `${JSON.stringify(EngagementEvent.load(event))}\n`)
      .join("");
    const part_sha256 = createHash("sha256").update(lines).digest("hex");
    expect(done).toMatchObject({
      status: "archived",
      archived_at: NOW,
      copies: [{ copy: 1, events: 12, parts: 1, sha256: createHash("sha256").update(part_sha256).digest("hex") }],
    });
    expect(done).not.toHaveProperty("work");

    const keys = await world.store.keys(org.org_id);
    expect(keys).toEqual([
      expect.stringMatching(`^${org.org_id}/archive/engagement-events/${MONTH}/1/000000-[0-9a-f]{16}\\.ndjson\\.gz$`),
      expect.stringMatching(/manifest\.json$/),
    ]);
    expect(gunzipSync(await world.store.read(keys[0]!)).toString()).toBe(lines);
    const manifest = JSON.parse((await world.store.read(keys[1]!)).toString());
    expect(manifest).toMatchObject({
      org_id: org.org_id,
      month: MONTH,
      events: 12,
      bytes: done.copies[0]!.bytes,
      sha256: done.copies[0]!.sha256,
      parts: [{ object_key: keys[0], events: 12, sha256: part_sha256 }],
    });
    expect(manifest.bytes).toBe((await world.store.read(keys[0]!)).length);

    expect(await world.deliver(archiveMonthWorker, [org.message(ArchiveMonth, { month: MONTH })])).toBe(0);
    expect(await world.monthOf(org)).toEqual(done);
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH })).toBe(0);
  });

  it("returns how many it moved, in parts and slices of bounded size, and goes through each state in order", async () => {
    const org = await world.org();
    const posts = await world.fill(org, { posts: 3, events: 5 });
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH }, sizes)).toBe(15);
    const done = await world.monthOf(org);
    // Three slices a post, two slices a part.
    expect(done.copies).toMatchObject([{ events: 15, parts: 5 }]);
    const { items } = await ArchivedMonth.history(org.ctx, done);
    expect(items.map(({ to }) => to)).toEqual(["verified", "deleting", "archived"]);
    for (const post of posts) expect(await world.listed(org, post)).toHaveLength(5);
  });

  it("stays within the writes that the org allows it a second", async () => {
    const org = await world.org({ archive_writes_per_second: 4 });
    await world.fill(org, { posts: 2, events: 5 });
    world.slept.splice(0);
    await world.run(org);
    // Ten deletions at four a second; the clock of the test stands still.
    expect(world.slept).toEqual([1000, 1000, 500]);
  });

  it("goes on with another message when time is short, at the event where it stopped", async () => {
    const org = await world.org({ archive_writes_per_second: 1 });
    const posts = await world.fill(org, { posts: 2, events: 4 });
    let left = 26;
    // A function whose time runs out again and again, somewhere in the middle of every step.
    const remaining_ms = (): number => ((left -= 1) % 4 === 0 ? 0 : 300_000);
    let runs = 0;
    for (; runs < 50 && (await world.monthOf(org).catch(() => undefined))?.status !== "archived"; runs++) {
      await archiveMonth(world.jobCtx(org, { remaining_ms }), { month: MONTH }, sizes);
      left += 1;
    }
    expect(runs).toBeGreaterThan(3);
    expect((await world.monthOf(org)).copies).toMatchObject([{ events: 8 }]);
    expect(await world.stored(org, posts)).toEqual([]);
    const ordered = world.sent.filter(({ envelope }) => envelope.org_id === org.org_id);
    expect(new Set(ordered.map(({ envelope }) => envelope.id)).size).toBe(ordered.length);
    expect(ordered.length).toBeGreaterThan(2);
  });

  it("hands all of it to another message when the function has no time at all", async () => {
    const org = await world.org();
    const posts = await world.fill(org);
    expect(await world.deliver(archiveMonthWorker, [org.message(ArchiveMonth, { month: MONTH })], { remaining_ms: 10_000 })).toBe(0);
    expect(world.sent.flatMap(({ envelope }) => (envelope.org_id === org.org_id ? [envelope.type] : []))).toEqual([ArchiveMonth.type]);
    await world.drain(archiveMonthWorker);
    expect(await world.stored(org, posts)).toEqual([]);
  });

  it("leaves a month that is not old enough, by the org's own years", async () => {
    const org = await world.org({ keep_events_years: 3 });
    const posts = await world.fill(org);
    expect(await world.deliver(archiveMonthWorker, [org.message(ArchiveMonth, { month: MONTH })])).toBe(1);
    expect(world.log.lines.at(-1)?.fields).toMatchObject({ code: "month_not_due" });
    expect(await world.stored(org, posts)).toHaveLength(12);
    const young = await world.org();
    expect(await world.deliver(archiveMonthWorker, [young.message(ArchiveMonth, { month: "2025-02" })])).toBe(1);
  });

  it("deletes no event that was changed after it was copied; the change is what readers see, and the next copy has it", async () => {
    const org = await world.org();
    const [post] = await world.fill(org, { posts: 1, events: 4 });
    const [first] = await world.listed(org, post!);
    const { archive } = world.store;
    let changed = false;
    const get: typeof archive.get = async (...given) => {
      const bytes = await archive.get(...given);
      if (!changed) {
        changed = true;
        await EngagementEvent.patch(org.ctx, first!, { platform_username: "renamed" });
      }
      return bytes;
    };
    await archiveMonth(world.jobCtx(org, { archive: { ...archive, get } }), { month: MONTH });
    const left = (await world.stored(org, [post!])).map((item) => EngagementEvent.load(item));
    expect(left).toMatchObject([{ id: first!.id, platform_username: "renamed", version: 2 }]);
    expect((await world.listed(org, post!)).map(({ platform_username }) => platform_username)).toEqual(["renamed", undefined, undefined, undefined]);

    world.clock.advance(30 * DAY_MS);
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH })).toBe(1);
    world.clock.set(NOW);
    expect(await world.stored(org, [post!])).toEqual([]);
    expect((await world.listed(org, post!)).map(({ platform_username }) => platform_username)).toEqual(["renamed", undefined, undefined, undefined]);
  });

  it("does its neighbour's month while its own object is damaged", async () => {
    const [ill, well] = [await world.org(), await world.org()];
    for (const org of [ill, well]) await world.fill(org);
    const { archive } = world.store;
    const put: typeof archive.put = (key, bytes, terms) => archive.put(key, key.startsWith(ill.org_id) ? flipped(Buffer.from(bytes)) : bytes, terms);
    const deliver = deliveryOn({ ...archive, put });
    expect(await deliver([ill.message(ArchiveMonth, { month: MONTH }), well.message(ArchiveMonth, { month: MONTH })])).toBe(1);
    expect([(await world.monthOf(ill)).status, (await world.monthOf(well)).status]).toEqual(["copying", "archived"]);
  });
});

describe("a month without anything", () => {
  it("that is counted but empty ends archived with nothing in it, and settled", async () => {
    const org = await world.org();
    const { id } = await org.post();
    await PostMonth.create(org.ctx, { org_id: org.org_id, month: MONTH, post_id: id });
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH })).toBe(0);
    expect(await world.monthOf(org)).toMatchObject({ status: "archived", copies: [], settled: true });
    expect(await world.store.keys(org.org_id)).toEqual([]);
  });
});
