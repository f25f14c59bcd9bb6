import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArchiveMonths } from "../../../events/social/archive-months.v1.ts";
import { archiveMonthWorker } from "../../../functions/social/archive-month.worker.ts";
import { archiveMonthsWorker } from "../../../functions/social/archive-months.worker.ts";
import { archiveMonthsMonthlyJob } from "../../../functions/social/archive-months-monthly.schedule.ts";
import { IngestEvents } from "../../../events/social/ingest-events.v1.ts";
import { ingestEventsWorker } from "../../../functions/social/ingest-events.worker.ts";
import { EventBatch } from "../../../shared/social/engagement/event-batch.ts";
import { admitEvent } from "../../../shared/social/archive/admit-event.ts";
import { archiveMonth } from "../../../shared/social/archive/archive-month.ts";
import { orderArchives } from "../../../shared/social/archive/order-archives.ts";
import { EngagementEvent } from "../../../shared/social/engagement/engagement-event.ts";
import type { SocialOrg } from "../../support/social.ts";
import { type ArchiveWorld, MONTH, NOW, archiveWorld } from "./archive-world.ts";

const HOUR_MS = 3_600_000;
let world: ArchiveWorld;
beforeAll(async () => {
  world = await archiveWorld();
}, 60_000);
afterAll(() => world.stop());

const monthsFor = (org: SocialOrg, period: string) => orderArchives(world.jobCtx(org), { period });

describe("archive-months", () => {
  it("orders the months whose end is two years old on the first of a month, and no other", async () => {
    const org = await world.org();
    for (const month of ["2019-06", "2024-12", "2025-01", "2025-02"]) await world.fill(org, { posts: 1, events: 1, month });
    expect(await world.deliver(archiveMonthsWorker, [org.message(ArchiveMonths, { period: "2027-02" })])).toBe(0);
    const sent = world.sent.filter(({ envelope }) => envelope.org_id === org.org_id).map(({ envelope }) => envelope.data);
    expect(sent).toEqual([{ month: "2019-06" }, { month: "2024-12" }, { month: "2025-01" }]);
    world.clock.set("2027-03-01T00:00:00.000Z");
    expect(await monthsFor(org, "2027-03")).toEqual(["2019-06", "2024-12", "2025-01", "2025-02"]);
    world.clock.set(NOW);
  });

  it("sends the same messages again on a second delivery, beside an order that nobody can read", async () => {
    const org = await world.org();
    await world.fill(org, { posts: 1 });
    world.sent.splice(0);
    const order = org.message(ArchiveMonths, { period: "2027-02" });
    expect(await world.deliver(archiveMonthsWorker, [order, order, JSON.stringify({ id: "x" })])).toBe(1);
    const ids = world.sent.map(({ envelope }) => envelope.id);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  it("the schedule gives every org its order; what was archived is looked at once more, for late events", async () => {
    const org = await world.org();
    const [post] = await world.fill(org, { posts: 1 });
    world.sent.splice(0);
    await world.tick(archiveMonthsMonthlyJob, NOW);
    expect(world.sent.filter(({ envelope }) => envelope.org_id === org.org_id).map(({ envelope }) => envelope.data)).toEqual([{ period: "2027-02" }]);
    await world.drain(archiveMonthsWorker);
    await world.drain(archiveMonthWorker);
    expect(await world.monthOf(org)).toMatchObject({ status: "archived", copies: [{ events: 4 }] });
    expect(await monthsFor(org, "2027-02")).toEqual([]);

    await EngagementEvent.putMany(org.ctx, [world.eventOf(org, post!, 500)]);
    expect(await world.listed(org, post!)).toHaveLength(5);
    world.clock.set("2027-03-01T00:00:00.000Z");
    expect(await monthsFor(org, "2027-03")).toEqual([MONTH]);
    await world.drain(archiveMonthWorker);
    expect(await world.monthOf(org)).toMatchObject({
      status: "archived",
      copies: [
        { copy: 1, events: 4 },
        { copy: 2, events: 1 },
      ],
    });
    expect(await world.stored(org, [post!])).toEqual([]);
    expect((await world.listed(org, post!)).map(({ id }) => id)).toHaveLength(5);

    world.clock.set("2027-04-01T00:00:00.000Z");
    expect(await monthsFor(org, "2027-04")).toEqual([MONTH]);
    await world.drain(archiveMonthWorker);
    world.clock.set("2027-05-01T00:00:00.000Z");
    expect(await monthsFor(org, "2027-05")).toEqual([]);
    world.clock.set(NOW);
  });

  it("a run that stands still is ordered again", async () => {
    const org = await world.org();
    await world.fill(org, { posts: 1 });
    const { archive } = world.store;
    const dead: typeof archive = { ...archive, put: () => Promise.reject(new Error("The bucket does not answer.")) };
    await expect(archiveMonth(world.jobCtx(org, { archive: dead }), { month: MONTH })).rejects.toThrow("does not answer");
    expect((await world.monthOf(org)).status).toBe("copying");
    expect(await monthsFor(org, "2027-02")).toEqual([MONTH]);
    await world.drain(archiveMonthWorker);
    expect((await world.monthOf(org)).status).toBe("archived");
  });
});

describe("an event that comes late", () => {
  it("is taken until 48 hours after its month was archived, then refused; one that the archive has is known", async () => {
    const org = await world.org();
    const [post] = await world.fill(org, { posts: 1 });
    const ctx = world.jobCtx(org);
    const [known] = await world.listed(org, post!);
    const late = { month: MONTH, post_id: post!.id, id: "late" };
    expect([await admitEvent(ctx, late), await admitEvent(ctx, known!)]).toEqual(["open", "open"]);
    await world.run(org);
    expect([await admitEvent(ctx, late), await admitEvent(ctx, known!)]).toEqual(["open", "archived_already"]);
    expect(await admitEvent(ctx, { ...late, post_id: org.org_id })).toBe("open");
    world.clock.advance(48 * HOUR_MS - 1);
    expect(await admitEvent(ctx, late)).toBe("open");
    world.clock.advance(1);
    expect(await admitEvent(ctx, late)).toBe("month_archived");
    expect((await org.owner.api.post(`/social/archives/${MONTH}/restore`)).status).toBe(202);
    expect(await admitEvent(ctx, late)).toBe("month_restoring");
    world.clock.set(NOW);
  });

  it("meets the same on the queue: a repetition is a duplicate, a late one is dropped and told of, and while the month comes back the message waits", async () => {
    const org = await world.org();
    const [post] = await world.fill(org, { posts: 1 });
    const [known] = await world.listed(org, post!);
    await world.run(org);
    const likes = [known!.id, "late"].map((id) => ({ id, post_id: post!.id, event_type: "like" as const, event_timestamp: known!.event_timestamp }));
    const take = async (): Promise<{ failed: number; batch: EventBatch | undefined }> => {
      const id = world.ids.uuid();
      const failed = await world.deliver(ingestEventsWorker, [org.message(IngestEvents, { events: likes }, id)]);
      return { failed, batch: await EventBatch.find(org.ctx, { org_id: org.org_id, id }) };
    };
    expect(await take()).toMatchObject({ failed: 0, batch: { stored: 1, duplicates: 1, too_late: 0 } });
    world.clock.advance(48 * HOUR_MS);
    expect(await take()).toMatchObject({ failed: 0, batch: { stored: 0, duplicates: 0, too_late: 2 } });
    expect((await org.owner.api.post(`/social/archives/${MONTH}/restore`)).status).toBe(202);
    expect(await take()).toEqual({ failed: 1, batch: undefined });
    world.clock.set(NOW);
  });

  it("is refused for no other month, and for the month of no other org", async () => {
    const [org, other] = [await world.org(), await world.org()];
    const [post] = await world.fill(org, { posts: 1 });
    await world.run(org);
    world.clock.advance(49 * HOUR_MS);
    expect(await admitEvent(world.jobCtx(other), { month: MONTH, post_id: post!.id, id: "late" })).toBe("open");
    expect(await admitEvent(world.jobCtx(org), { month: "2025-02", post_id: post!.id, id: "late" })).toBe("open");
    world.clock.set(NOW);
  });
});
