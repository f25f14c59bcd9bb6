import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { id, newId } from "../../../../shared/kernel/fields.ts";
import { entity } from "../../../../shared/kernel/table/entity.ts";
import { table } from "../../../../shared/kernel/table/table.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";

const key = ["{org_id}#N#{id}", "N"] as const;
const base = { org_id: id, id: newId, name: z.string() };
/** The same stored items, as the code of three times knows them. */
const [first, second, third] = [table("notes", ["gsi1"]), table("notes", ["gsi1"]), table("notes", ["gsi1"])];
const NoteThen = entity(first, "Note", { fields: () => base, key });
const NoteGrown = entity(second, "Note", {
  fields: () => ({ ...base, tags: z.array(z.string()).default([]), limits: z.object({ daily: z.int() }).default({ daily: 3 }), mood: z.string().optional() }),
  key,
});
const NoteNow = entity(third, "Note", {
  fields: () => ({ org_id: id, id: newId, title: z.string(), words: z.int().default(0) }),
  key,
  indexes: { byTitle: { on: "gsi1", pk: "{org_id}#NS", sk: "{title}" } },
  upgrades: [({ name, ...old }) => ({ ...old, title: name }), (old) => ({ ...old, words: old.title.split(" ").length })],
});

let physical: string;
beforeAll(async () => {
  physical = await makeTable(first);
});
const newCtx = (): TestCtx => testCtx({ db: testDatabase({ tables: { notes: physical } }) });
const stored = async (ctx: TestCtx, note: { org_id: string; id: string }) =>
  (await ctx.db.send("Get", "test", { TableName: physical, Key: { pk: `${note.org_id}#N#${note.id}`, sk: "N" }, ConsistentRead: true })).Item;

describe("fields that are added later", () => {
  it("have their defaults on read, a fresh one for each item", async () => {
    const ctx = newCtx();
    const old = await NoteThen.create(ctx, { org_id: ctx.org_id, name: "one" });
    const read = await NoteGrown.get(ctx, old, { consistent: true });
    expect(read).toEqual({ ...old, tags: [], limits: { daily: 3 } });
    read.tags.push("x");
    read.limits.daily = 9;
    expect(await NoteGrown.get(ctx, old)).toEqual({ ...old, tags: [], limits: { daily: 3 } });
  });

  it("can be patched at once", async () => {
    const ctx = newCtx();
    const old = await NoteThen.create(ctx, { org_id: ctx.org_id, name: "one" });
    expect(await NoteGrown.patch(ctx, old, { tags: ["a"] })).toEqual({ ...old, version: 2, tags: ["a"], limits: { daily: 3 } });
  });
});

describe("upgrades", () => {
  it("turn an old shape into today's on read, without writing", async () => {
    const ctx = newCtx();
    const { name: _, ...old } = await NoteThen.create(ctx, { org_id: ctx.org_id, name: "two words" });
    expect(await NoteNow.get(ctx, old, { consistent: true })).toEqual({ ...old, title: "two words", words: 2 });
    expect(await stored(ctx, old)).toMatchObject({ name: "two words" });
  });

  it("are stored whole by the next patch, with index keys and without what is gone", async () => {
    const ctx = newCtx();
    const { name: _, ...old } = await NoteThen.create(ctx, { org_id: ctx.org_id, name: "two words" });
    const changed = await NoteNow.patch(ctx, old, { words: 7 });
    expect(changed).toEqual({ ...old, title: "two words", words: 7, version: 2 });
    expect(await stored(ctx, old)).toEqual({
      ...changed,
      pk: `${old.org_id}#N#${old.id}`,
      sk: "N",
      _t: "Note",
      _v: 2,
      gsi1pk: `${old.org_id}#NS`,
      gsi1sk: "two words",
    });
    expect(await NoteNow.patch(ctx, old, { title: "new" }, { version: 2 })).toMatchObject({ title: "new", words: 7, version: 3 });
    await expect(NoteNow.patch(ctx, old, { title: "newer" }, { version: 2 })).rejects.toMatchObject({ code: "stale", extra: { current_version: 3 } });
  });
});

describe("time to live", () => {
  const Session = entity(third, "Visit", {
    fields: () => ({ org_id: id, ends_at: z.int().optional(), note: z.string().optional() }),
    key: ["{org_id}#V", "V"],
    ttl: (visit) => visit.ends_at,
  });

  it("follows the fields it is made of", async () => {
    const ctx = newCtx();
    const raw = async () => (await ctx.db.send("Get", "test", { TableName: physical, Key: { pk: `${ctx.org_id}#V`, sk: "V" }, ConsistentRead: true })).Item.ttl;
    const visit = await Session.create(ctx, { org_id: ctx.org_id, ends_at: 100 });
    expect([await raw(), "ttl" in visit]).toEqual([100, false]);
    await Session.patch(ctx, visit, { ends_at: 200 });
    expect(await raw()).toBe(200);
    await Session.patch(ctx, visit, { note: "x" });
    expect(await raw()).toBe(200);
    await Session.patch(ctx, visit, { ends_at: null });
    expect(await raw()).toBeUndefined();
  });
});
