import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../../shared/kernel/table/database.ts";
import { every } from "../../../../shared/kernel/table/every.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";
import { Artist, Balance, Entry, Release, studio } from "./example.ts";

let tables: { studio: string };
beforeAll(async () => {
  tables = { studio: await makeTable(studio) };
});
const newCtx = (): TestCtx => testCtx({ db: testDatabase({ tables }) });

const entries = async (ctx: TestCtx, count: number): Promise<string> => {
  const artist_id = ctx.ids.uuid();
  for (let seq = 1; seq <= count; seq++) await Entry.create(ctx, { org_id: ctx.org_id, artist_id, seq, amount: seq, reference: `r${seq}` });
  return artist_id;
};
const seqs = ({ items }: { items: { seq: number }[] }): number[] => items.map(({ seq }) => seq);

describe("list", () => {
  it("gives one entity's items of a shared partition in the order of their numbers", async () => {
    const ctx = newCtx();
    const artist_id = await entries(ctx, 12);
    await Balance.create(ctx, { org_id: ctx.org_id, artist_id, amount: 1, cap: 2 });
    expect(seqs(await Entry.list(ctx, { org_id: ctx.org_id, artist_id }))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(seqs(await Entry.list(ctx, { org_id: ctx.org_id, artist_id }, { desc: true, limit: 3 }))).toEqual([12, 11, 10]);
  });

  it("keeps to its bounds, both included", async () => {
    const ctx = newCtx();
    const at = { org_id: ctx.org_id, artist_id: await entries(ctx, 12) };
    expect(seqs(await Entry.list(ctx, at, { from: { seq: 3 }, to: { seq: 5 } }))).toEqual([3, 4, 5]);
    expect(seqs(await Entry.list(ctx, at, { from: { seq: 11 } }))).toEqual([11, 12]);
    expect(await Entry.list(ctx, at, { from: { seq: 5 }, to: { seq: 3 } }), "a range that ends before it begins").toEqual({ items: [] });
    expect(seqs(await Entry.list(ctx, at, { to: { seq: 2 } }))).toEqual([1, 2]);
    expect(seqs(await Entry.list(ctx, at, { prefix: { seq: 7 } }))).toEqual([7]);
  });

  it.each([false, true])("pages through everything once, descending %s", async (desc) => {
    const ctx = newCtx();
    const at = { org_id: ctx.org_id, artist_id: await entries(ctx, 7) };
    const pages: number[][] = [];
    let position: unknown;
    do {
      const page = await Entry.list(ctx, at, { limit: 3, desc, position });
      pages.push(seqs(page));
      position = page.position === undefined ? undefined : JSON.parse(JSON.stringify(page.position));
    } while (position !== undefined);
    expect(pages).toEqual(desc ? [[7, 6, 5], [4, 3, 2], [1]] : [[1, 2, 3], [4, 5, 6], [7]]);
  });

  it("asks consistently on every request of a page, when told", async () => {
    const own = newCtx();
    const asked: unknown[] = [];
    const send = ((op, pattern, input) => {
      if (op === "Query") asked.push((input as { ConsistentRead?: boolean }).ConsistentRead);
      return own.db.send(op, pattern, input);
    }) as Database["send"];
    const ctx = { ...own, db: { ...own.db, send } };
    const at = { org_id: own.org_id, artist_id: await entries(own, 4) };
    const listed = every((page) => Entry.list(ctx, at, { ...page, limit: 3, consistent: true }));
    expect((await Array.fromAsync(listed)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([true, true]);
    await Entry.list(ctx, at);
    await Artist.query.byTier(ctx, { org_id: own.org_id, tier: "T1" });
    expect(asked.slice(2).map((consistent) => consistent ?? false)).toEqual([false, false]);
  });

  it("fills a page across the 1 MB that one request reads", async () => {
    const ctx = newCtx();
    const artist_id = ctx.ids.uuid();
    for (let seq = 1; seq <= 4; seq++) await Entry.create(ctx, { org_id: ctx.org_id, artist_id, seq, amount: 1, reference: `${seq}`.repeat(390_000) });
    expect(seqs(await Entry.list(ctx, { org_id: ctx.org_id, artist_id }, { limit: 4 }))).toEqual([1, 2, 3, 4]);
  });
});

describe("position", () => {
  it.each(
    ["x", 7, {}, [], [[]], [["x"]], [["E#1", "x"]], [[""]], [[7]], [1], [["E#00000001"], 0], [["E#00000001", "pk", "sk"]], null].map((position) => ({
      position,
    })),
  )("refuses $position", async ({ position }) => {
    const ctx = newCtx();
    const list = Entry.list(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid() }, { position });
    await expect(list).rejects.toMatchObject({ kind: "invalid", code: "bad_cursor" });
  });

  it("refuses one outside the bounds of this query", async () => {
    const ctx = newCtx();
    const at = { org_id: ctx.org_id, artist_id: await entries(ctx, 5) };
    const { position } = await Entry.list(ctx, at, { limit: 1 });
    await expect(Entry.list(ctx, at, { from: { seq: 3 }, position })).rejects.toMatchObject({ code: "bad_cursor" });
  });

  it("shows a tenant nothing of another when it is carried over", async () => {
    const [ctx, other] = [newCtx(), newCtx()];
    for (const one of [ctx, other]) for (let n = 0; n < 3; n++) await Artist.create(one, { org_id: one.org_id, name: "A" });
    const { position } = await Artist.query.byTier(ctx, { org_id: ctx.org_id, tier: "T1" }, { limit: 1 });
    const { items } = await Artist.query.byTier(other, { org_id: other.org_id, tier: "T1" }, { position });
    expect(items.every(({ org_id }) => org_id === other.org_id)).toBe(true);
  });
});

describe("indexes", () => {
  it("follow the fields of their keys", async () => {
    const ctx = newCtx();
    const made = await Artist.create(ctx, { org_id: ctx.org_id, name: "A", followers: 20 });
    const other = await Artist.create(ctx, { org_id: ctx.org_id, name: "B", followers: 100, tier: "T2" });
    const tier = async (tier: "T1" | "T2") => (await Artist.query.byTier(ctx, { org_id: ctx.org_id, tier })).items.map(({ id }) => id);
    expect([await tier("T1"), await tier("T2")]).toEqual([[made.id], [other.id]]);
    await Artist.patch(ctx, made, { tier: "T2" });
    expect([await tier("T1"), await tier("T2")]).toEqual([[], [made.id, other.id]]);
    await Artist.patch(ctx, made, { followers: 1_000 });
    expect(await tier("T2")).toEqual([other.id, made.id]);
  });

  it("are sparse: by a condition, and by a missing field", async () => {
    const ctx = newCtx();
    const made = await Artist.create(ctx, { org_id: ctx.org_id, name: "A" });
    const paused = async () => (await Artist.query.paused(ctx, { org_id: ctx.org_id })).items.length;
    expect(await paused()).toBe(0);
    await Artist.patch(ctx, made, { status: "paused" });
    expect(await paused()).toBe(1);
    await Artist.patch(ctx, made, { status: "active" });
    expect(await paused()).toBe(0);

    const release = await Release.create(ctx, { org_id: ctx.org_id, artist_id: made.id, title: "One" });
    const day = async () => (await Release.query.byDay(ctx, { org_id: ctx.org_id, live_on: "2026-12-01" })).items.length;
    expect(await day()).toBe(0);
    await Release.patch(ctx, release, { live_on: "2026-12-01" });
    expect(await day()).toBe(1);
    await Release.patch(ctx, release, { live_on: null });
    expect(await day()).toBe(0);
  });
});

describe("shards", () => {
  it.each([false, true])("are merged in order and paged through once, descending %s", async (desc) => {
    const own = await makeTable(studio);
    const ctx = testCtx({ db: testDatabase({ tables: { studio: own } }) });
    const made: string[] = [];
    for (let n = 0; n < 23; n++) made.push((await Artist.create(ctx, { org_id: ctx.org_id, name: `A${n}` })).id);
    const found: string[] = [];
    for await (const artist of every((page) => Artist.query.byShard(ctx, {}, { ...page, limit: 4, desc }))) found.push(artist.id);
    expect(found).toEqual(desc ? made.toReversed() : made);
  });

  it("hold an item for life", async () => {
    const own = await makeTable(studio);
    const ctx = testCtx({ db: testDatabase({ tables: { studio: own } }) });
    for (let n = 0; n < 6; n++) {
      const made = await Artist.create(ctx, { org_id: ctx.org_id, name: `A${n}` });
      await Artist.patch(ctx, made, { name: "B" });
      await Artist.patch(ctx, made, { handle: `h${n}` });
    }
    const { items } = await Artist.query.byShard(ctx, {});
    expect(items.map(({ name, version }) => [name, version])).toEqual(Array.from({ length: 6 }, () => ["B", 3]));
  });
});
