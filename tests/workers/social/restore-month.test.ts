import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RestoreMonth } from "../../../events/social/restore-month.v1.ts";
import { RestoreOrdered } from "../../../events/social/restore-ordered.v1.ts";
import { restoreMonthWorker } from "../../../functions/social/restore-month.worker.ts";
import { SIZES } from "../../../shared/social/archive/archive-ctx.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { restoreMonth } from "../../../shared/social/archive/restore-month.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import type { SocialOrg } from "../../support/social.ts";
import { type ArchiveWorld, MONTH, NOW, archiveWorld, flipped } from "./archive-world.ts";

const DAY_MS = 86_400_000;
const sizes = { ...SIZES, slice_events: 2, part_slices: 2 };
let world: ArchiveWorld;
beforeAll(async () => {
  world = await archiveWorld();
}, 60_000);
afterAll(() => world.stop());

const order = (org: SocialOrg) => org.owner.api.post(`/social/archives/${MONTH}/restore`);
const body = (org: SocialOrg): string => org.message(RestoreMonth, { month: MONTH });

describe("restore-month", () => {
  it("puts every event back byte for byte, once however often it is delivered; the month goes again after its days", async () => {
    const org = await world.org();
    const posts = await world.fill(org);
    const before = await world.stored(org, posts);
    await archiveMonth(world.jobCtx(org), { month: MONTH }, sizes);
    const ordered = await order(org);
    expect([ordered.status, ordered.headers["location"], ordered.body]).toMatchObject([
      202,
      `/social/archives/${MONTH}`,
      { status: "restoring", progress: { done: 0, of: 12 } },
    ]);
    expect((await org.events()).filter(({ type }) => type === RestoreOrdered.type)).toMatchObject([{ data: { month: MONTH } }]);
    expect(await world.drain(restoreMonthWorker)).toBe(1);

    expect(await world.stored(org, posts)).toEqual(before);
    const done = await world.monthOf(org);
    expect(done).toMatchObject({ status: "restored", copies: [], restored_until: "2027-03-03T00:00:00.000Z" });
    expect(done).not.toHaveProperty("archived_at");
    expect(await world.deliver(restoreMonthWorker, [body(org)])).toBe(0);
    expect(await world.monthOf(org)).toEqual(done);

    expect(await archiveMonth(world.jobCtx(org), { month: MONTH })).toBe(0);
    world.clock.advance(30 * DAY_MS);
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH }, sizes)).toBe(12);
    world.clock.set(NOW);
    expect(await world.stored(org, posts)).toEqual([]);
    expect(await world.listed(org, posts[0]!)).toHaveLength(4);
  });

  it("hands all of it to another message when the function has no time at all", async () => {
    const org = await world.org();
    const posts = await world.fill(org);
    const before = await world.stored(org, posts);
    await archiveMonth(world.jobCtx(org), { month: MONTH }, sizes);
    expect((await order(org)).status).toBe(202);
    expect(await world.deliver(restoreMonthWorker, [body(org)], { remaining_ms: 10_000 })).toBe(0);
    expect(world.sent.flatMap(({ envelope }) => (envelope.org_id === org.org_id ? [envelope.type] : []))).toContain(RestoreMonth.type);
    await world.drain(restoreMonthWorker);
    expect(await world.stored(org, posts)).toEqual(before);
  });

  it("keeps an event of the table that is newer than the archive's, and brings back what a later copy added", async () => {
    const org = await world.org();
    const [post] = await world.fill(org, { posts: 1, events: 3 });
    await archiveMonth(world.jobCtx(org), { month: MONTH });
    await EngagementEvent.putMany(org.ctx, [world.eventOf(org, post!, 900)]);
    world.clock.advance(30 * DAY_MS);
    expect(await archiveMonth(world.jobCtx(org), { month: MONTH })).toBe(1);
    world.clock.set(NOW);
    const [first] = await world.listed(org, post!);
    await EngagementEvent.putMany(org.ctx, [{ ...EngagementEvent.load(first!), platform_username: "newer", version: 5 }]);
    expect((await order(org)).status).toBe(202);
    await world.drain(restoreMonthWorker);
    const stored = await world.stored(org, [post!]);
    expect(stored.map(({ version }) => version)).toEqual([5, 1, 1, 1]);
    expect(stored[0]).toMatchObject({ platform_username: "newer" });
  });

  it("goes on with another message when time is short", async () => {
    const org = await world.org();
    const posts = await world.fill(org);
    const before = await world.stored(org, posts);
    await archiveMonth(world.jobCtx(org), { month: MONTH }, sizes);
    await order(org);
    await world.purge(restoreMonthWorker);
    let left = 0;
    const remaining_ms = (): number => ((left += 1) % 3 === 0 ? 0 : 300_000);
    for (let runs = 0; runs < 20 && (await world.monthOf(org)).status === "restoring"; runs++)
      await restoreMonth(world.jobCtx(org, { remaining_ms }), { month: MONTH }, { ...sizes, batch: 1 });
    expect(await world.stored(org, posts)).toEqual(before);
    expect(world.sent.filter(({ envelope }) => envelope.org_id === org.org_id).length).toBeGreaterThan(1);
    // What is left in the queue finds the month restored.
    await world.drain(restoreMonthWorker);
  });

  it("fails for a damaged part, which readers hear of too, while its neighbour's month is restored", async () => {
    const [ill, well] = [await world.org(), await world.org()];
    const posts = [await world.fill(ill, { posts: 1 }), await world.fill(well, { posts: 1 })];
    for (const org of [ill, well]) {
      await world.run(org);
      await order(org);
    }
    await world.purge(restoreMonthWorker);
    const [part] = await world.store.keys(ill.org_id);
    await world.store.damage(part!, flipped);
    expect(await world.deliver(restoreMonthWorker, [body(ill), body(well)])).toBe(1);
    expect([(await world.monthOf(ill)).status, (await world.monthOf(well)).status]).toEqual(["restoring", "restored"]);
    const { status, problem } = await ill.viewer.api.get(`/social/posts/${posts[0]![0]!.id}/events`);
    expect([status, problem.code]).toEqual([503, "archive_unreadable"]);
    await world.store.damage(part!, flipped);
    expect(await world.deliver(restoreMonthWorker, [body(ill)])).toBe(0);
    expect(await world.stored(ill, posts[0]!)).toHaveLength(4);
  });
});
