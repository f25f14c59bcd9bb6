import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../../shared/kernel/table/database.ts";
import { transact } from "../../../../shared/kernel/table/table.ts";
import { type Budgets, budgets } from "../../../support/budgets.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";
import { Artist, Balance, Entry, Release, studio } from "./example.ts";

let measured: Budgets;
let ctx: TestCtx;
let artist: Artist;
beforeAll(async () => {
  measured = budgets(testDatabase({ tables: { studio: await makeTable(studio) } }));
  ctx = testCtx({ db: measured.db });
  artist = await Artist.create(ctx, { org_id: ctx.org_id, name: "Ada", handle: "ada", emails: ["ada@example.com"], status: "paused" });
  for (let n = 0; n < 20; n++) await Artist.create(ctx, { org_id: ctx.org_id, name: `A${n}`, notes: "n".repeat(500) });
});
const of = () => ({ org_id: ctx.org_id });

describe("access patterns at their floor", () => {
  it("reads", async () => {
    await measured.within("Artist.get", () => Artist.get(ctx, artist), { index: "table", items: 1, read: 0.5 });
    await measured.within("Artist.get", () => Artist.get(ctx, artist, { consistent: true }), { read: 1 });
    await measured.within("Artist.getMany", () => Artist.getMany(ctx, [artist]), { items: 1, read: 0.5 });
    await measured.within("Artist.by.handle", () => Artist.by.handle(ctx, { ...of(), handle: "ada" }), { requests: 2, items: 2, read: 2 });
    await measured.within("Artist.by.email", () => Artist.by.email(ctx, { ...of(), emails: "ada@example.com" }), { requests: 2, read: 2 });
    await measured.within("Artist.byTier", () => Artist.query.byTier(ctx, { ...of(), tier: "T1" }, { limit: 10 }), { index: "gsi1", items: 10, read: 1.5 });
    await measured.within("Artist.paused", () => Artist.query.paused(ctx, of()), { index: "gsi2", items: 1 });
    await measured.within("Artist.byShard", () => Artist.query.byShard(ctx, {}), { index: "gsi3", items: 21, requests: 4 });
  });

  it("writes without reading, whatever is indexed", async () => {
    const free = { ...of(), artist_id: artist.id };
    await measured.within("Balance.create", () => Balance.create(ctx, { ...free, amount: 1, cap: 2 }), { write: 1 });
    await measured.within("Balance.delete", () => Balance.delete(ctx, free), { write: 1 });
    const release = await measured.within("Release.create", () => Release.create(ctx, { ...of(), artist_id: artist.id, title: "One" }), { write: 2 });
    const plain = await Artist.create(ctx, { ...of(), name: "Bea" });
    await measured.within("Artist.patch", () => Artist.patch(ctx, plain, { name: "Cea" }), { write: 3 });
    await measured.within("Artist.patch", () => Artist.patch(ctx, plain, { tier: "T2" }), { write: 4 });
    await measured.within("Artist.patch", () => Artist.patch(ctx, plain, { status: "paused" }), { write: 4 });
    // A rule over all fields needs the item.
    await measured.within("Release.patch", () => Release.patch(ctx, release, { title: "Two" }), { requests: 2, read: 1, write: 2 });
    await measured.within("Release.patch", () => Release.patch(ctx, release, { title: "Three" }, { from: { ...release, title: "Two", version: 2 } }), {
      read: 0,
      write: 2,
    });
  });

  it("transactions, by formula", async () => {
    const at = { ...of(), artist_id: artist.id };
    await measured.within("Entry.create", () => Entry.create(ctx, { ...at, seq: 1, amount: 1, reference: "a" }), { write: 4 });
    await measured.within("Entry.list", () => Entry.list(ctx, at), { index: "table", items: 1 });
    await measured.within("Entry.by.reference", () => Entry.by.reference(ctx, { ...at, reference: "a" }), { requests: 2 });
    const release = await Release.create(ctx, { ...of(), artist_id: artist.id, title: "One" });
    const move = () =>
      transact(ctx, studio, [...Release.writes.transition(ctx, release, "review"), ...Artist.writes.require(ctx, artist)], { pattern: "releases.review" });
    // The item in table and index, twice there as it moves; its history row; the check.
    await measured.within("releases.review", move, { write: 2 * (1 + 2 + 1 + 1) });
    await measured.within("Release.byStatus", () => Release.query.byStatus(ctx, { ...of(), status: "review" }), { index: "gsi1", items: 1 });
    await measured.within("Release.byDay", () => Release.query.byDay(ctx, { ...of(), live_on: "2026-12-01" }), { index: "gsi2", items: 0 });
    await measured.within("Release.history", () => Release.history(ctx, release), { items: 1 });
  });

  it("leave no declared pattern unmet", () => {
    expect(measured.unmet(studio)).toEqual([]);
    expect(budgets(ctx.db).unmet(studio)).toEqual([
      "Artist.byTier",
      "Artist.paused",
      "Artist.byShard",
      "Artist.by.handle",
      "Artist.by.email",
      "Release.byStatus",
      "Release.byDay",
      "Entry.list",
      "Entry.by.reference",
    ]);
  });
});

describe("within", () => {
  it.each([
    ["another pattern", "Artist.list", {}, "Another pattern ran"],
    ["another index", "Artist.get", { index: "gsi1" }, "Index"],
    ["another number of items", "Artist.get", { items: 2 }, "Items"],
    ["another number of requests", "Artist.get", { requests: 2 }, "Number of requests"],
    ["other units", "Artist.get", { read: 1 }, "Read units"],
  ])("refuses %s", async (_, pattern, budget, message) => {
    await expect(measured.within(pattern, () => Artist.get(ctx, artist), budget)).rejects.toThrow(message);
  });

  it("refuses units above the floor", async () => {
    const dear = budgets(altered((reply) => (reply.ConsumedCapacity.CapacityUnits += 0.5)));
    await expect(dear.within("Artist.get", () => Artist.get({ ...ctx, db: dear.db }, artist))).rejects.toThrow("Units above the floor of 0.5");
  });

  it("refuses rows that are read and thrown away, by a filter or because they are another entity's", async () => {
    const filtering = budgets(altered((reply) => reply.ScannedCount++));
    const byTier = (db: Database) => Artist.query.byTier({ ...ctx, db }, { ...of(), tier: "T1" });
    await expect(filtering.within("Artist.byTier", () => byTier(filtering.db))).rejects.toThrow("Rows read and thrown away");
    const shared = budgets(altered((reply) => (reply.Items[0]._t = "Other")));
    await expect(shared.within("Artist.byTier", () => byTier(shared.db))).rejects.toThrow("Items of another entity were read");
  });
});

/** The same database with other replies. */
const altered = (change: (reply: any) => unknown): Database => ({
  ...ctx.db,
  send: async (op, pattern, input) => {
    const reply = await ctx.db.send(op, pattern, input);
    change(reply);
    return reply;
  },
});
