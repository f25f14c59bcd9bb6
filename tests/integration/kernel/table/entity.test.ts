import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { isDomainError } from "../../../../shared/kernel/errors.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";
import { Artist, Balance, Entry, Release, studio } from "./example.ts";
import { gate, inTransaction, lostReply } from "./gate.ts";

let tables: { studio: string };
beforeAll(async () => {
  tables = { studio: await makeTable(studio) };
});
const newCtx = (): TestCtx => testCtx({ db: testDatabase({ tables }) });
const artist = (ctx: TestCtx, more: object = {}) => Artist.create(ctx, { org_id: ctx.org_id, name: "Ada", ...more });
const missing = (ctx: TestCtx) => ({ org_id: ctx.org_id, id: ctx.ids.uuid() });

describe("create", () => {
  it("fills ids, defaults, version and times", async () => {
    const ctx = newCtx();
    const made = await artist(ctx);
    expect(made).toEqual({
      org_id: ctx.org_id,
      id: z.uuidv7().parse(made.id),
      name: "Ada",
      emails: [],
      tier: "T1",
      followers: 0,
      status: "active",
      version: 1,
      created_at: "2026-11-20T09:00:00.000Z",
      updated_at: "2026-11-20T09:00:00.000Z",
    });
    expect(await Artist.get(ctx, made, { consistent: true })).toEqual(made);
  });

  it("refuses a key that is taken", async () => {
    const ctx = newCtx();
    const { id } = await artist(ctx);
    await expect(artist(ctx, { id })).rejects.toMatchObject({ kind: "conflict", code: "already_exists" });
    const balance = { org_id: ctx.org_id, artist_id: id, amount: 1, cap: 2 };
    await Balance.create(ctx, balance);
    await expect(Balance.create(ctx, balance)).rejects.toMatchObject({ kind: "conflict", code: "already_exists" });
  });

  it("reports every violation at once, unknown fields included", async () => {
    const ctx = newCtx();
    const error = await artist(ctx, { name: "", followers: -1, nickname: "A" }).catch((e: unknown) => e);
    expect(error).toMatchObject({
      kind: "invalid",
      errors: [{ pointer: "/name" }, { pointer: "/followers" }, { pointer: "/nickname", code: "unknown_field" }],
    });
  });

  it("refuses what the entity's rule objects to", async () => {
    const ctx = newCtx();
    const balance = Balance.create(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), amount: 3, cap: 2 });
    await expect(balance).rejects.toMatchObject({ kind: "unprocessable", code: "rule", message: "amount is above the cap" });
  });

  it("knows its own item when the SDK repeats a write whose reply was lost", async () => {
    const faults = gate();
    const ctx = testCtx({ db: testDatabase({ tables, wrap: faults.wrap }) });
    faults.next("PutItem", lostReply);
    const made = await Balance.create(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), amount: 1, cap: 2 });
    expect(faults.calls).toEqual(["PutItem", "PutItem"]);
    expect(await Balance.get(ctx, made, { consistent: true })).toEqual(made);
  });
});

describe("get and find", () => {
  it("names what is missing, or finds nothing", async () => {
    const ctx = newCtx();
    await expect(Artist.get(ctx, missing(ctx))).rejects.toMatchObject({ kind: "not_found", message: "No such artist." });
    expect(await Artist.find(ctx, missing(ctx))).toBeUndefined();
  });

  it("refuses half a key", async () => {
    const ctx = newCtx();
    await expect(Artist.get(ctx, { org_id: ctx.org_id } as never)).rejects.toMatchObject({ code: "incomplete_key", errors: [{ pointer: "/id" }] });
  });
});

describe("patch", () => {
  it("changes what is given, clears what is null, keeps the rest", async () => {
    const ctx = newCtx();
    const made = await artist(ctx, { notes: "first", emails: ["a@example.com"] });
    ctx.clock.advance(1_000);
    const changed = await Artist.patch(ctx, made, { name: "Bea", notes: null });
    const { notes: _, ...rest } = made;
    expect(changed).toEqual({ ...rest, name: "Bea", version: 2, updated_at: "2026-11-20T09:00:01.000Z" });
    expect(await Artist.get(ctx, made, { consistent: true })).toEqual(changed);
  });

  it("ignores undefined, and does not fill in defaults", async () => {
    const ctx = newCtx();
    const made = await artist(ctx, { emails: ["a@example.com"], tier: "T2" });
    expect(await Artist.patch(ctx, made, { notes: "x", emails: undefined })).toMatchObject({ emails: ["a@example.com"], tier: "T2" });
  });

  it("refuses null for a required field, fields of the key and unknown fields", async () => {
    const ctx = newCtx();
    const made = await artist(ctx);
    const patch = { name: null, id: ctx.ids.uuid(), nickname: "A" } as never;
    await expect(Artist.patch(ctx, made, patch)).rejects.toMatchObject({
      kind: "invalid",
      errors: [{ pointer: "/name" }, { pointer: "/id" }, { pointer: "/nickname" }],
    });
  });

  it("finds nothing where nothing is, read or not", async () => {
    const ctx = newCtx();
    await expect(Artist.patch(ctx, missing(ctx), { name: "Bea" })).rejects.toMatchObject({ kind: "not_found" });
    await expect(Artist.patch(ctx, missing(ctx), { handle: "bea" })).rejects.toMatchObject({ kind: "not_found" });
    expect(await Artist.find(ctx, missing(ctx))).toBeUndefined();
  });

  it.each([{ name: "Bea" }, { handle: "bea" }])("refuses a client's old version with the current one: %o", async (change) => {
    const ctx = newCtx();
    const made = await artist(ctx);
    await Artist.patch(ctx, made, { notes: "x" }, { version: 1 });
    await expect(Artist.patch(ctx, made, change, { version: 1 })).rejects.toMatchObject({ kind: "stale", code: "stale", extra: { current_version: 2 } });
    await expect(Artist.patch(ctx, made, change, { version: 1, from: made })).rejects.toMatchObject({ kind: "stale", extra: { current_version: 2 } });
    expect(await Artist.get(ctx, made, { consistent: true })).toMatchObject({ name: "Ada", notes: "x", version: 2 });
  });

  it("repeats on what is stored when the item it was given is out of date", async () => {
    const ctx = newCtx();
    const made = await artist(ctx);
    await Artist.patch(ctx, made, { notes: "x" });
    expect(await Artist.patch(ctx, made, { followers: 5 }, { from: made })).toMatchObject({ notes: "x", followers: 5, version: 3 });
  });

  it("loses none of eight at the same time", async () => {
    const ctx = newCtx();
    const made = await artist(ctx);
    const names = Array.from({ length: 4 }, (_, n) => `h${n}-${made.id.slice(-6)}`);
    await Promise.all([...names.map((handle) => Artist.patch(ctx, made, { handle })), ...names.map((notes) => Artist.patch(ctx, made, { notes }))]);
    const now = await Artist.get(ctx, made, { consistent: true });
    expect(now.version).toBe(9);
    expect(await Artist.by.handle(ctx, { org_id: ctx.org_id, handle: now.handle! })).toEqual(now);
  });

  it("runs the rule on the whole new item", async () => {
    const ctx = newCtx();
    const balance = await Balance.create(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), amount: 1, cap: 2 });
    await expect(Balance.patch(ctx, balance, { amount: 3 })).rejects.toMatchObject({ kind: "unprocessable" });
    expect(await Balance.patch(ctx, balance, { amount: 3, cap: 3 })).toMatchObject({ amount: 3, cap: 3 });
  });

  it("does not take an outdated item's other fields for stored ones", async () => {
    const ctx = newCtx();
    const made = await artist(ctx);
    await Artist.patch(ctx, made, { followers: 7 });
    await Artist.patch(ctx, made, { tier: "T3" });
    const at = { org_id: ctx.org_id, tier: "T3" } as const;
    expect((await Artist.query.byTier(ctx, at, { prefix: { followers: 7 } })).items).toHaveLength(1);
  });

  it("waits for a transaction on the same item, and says so when it never ends", async () => {
    const faults = gate();
    const ctx = testCtx({ db: testDatabase({ tables, wrap: faults.wrap }) });
    const made = await artist(ctx);
    faults.next("UpdateItem", inTransaction, 2);
    expect(await Artist.patch(ctx, made, { notes: "x" })).toMatchObject({ notes: "x", version: 2 });
    faults.next("UpdateItem", inTransaction, 8);
    await expect(Artist.patch(ctx, made, { notes: "y" })).rejects.toMatchObject({ kind: "unavailable", code: "contended", retry_after: 1 });
    expect(faults.left()).toBe(0);
  });

  it("knows its own change when the SDK repeats a write whose reply was lost", async () => {
    const faults = gate();
    const ctx = testCtx({ db: testDatabase({ tables, wrap: faults.wrap }) });
    const made = await artist(ctx, { notes: "first" });
    faults.next("UpdateItem", lostReply);
    expect(await Artist.patch(ctx, made, { tier: "T2", notes: null }, { version: 1 })).toMatchObject({ tier: "T2", version: 2 });
    expect(await Artist.get(ctx, made, { consistent: true })).toMatchObject({ tier: "T2", version: 2 });
  });

  it("refuses the state field, which changes by transitions", async () => {
    const ctx = newCtx();
    const release = await Release.create(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), title: "One" });
    await expect(Release.patch(ctx, release, { status: "live" } as never)).rejects.toThrow("changes by a transition");
  });
});

describe("unique values", () => {
  it("are refused when taken, by name, and free in another org", async () => {
    const [ctx, other] = [newCtx(), newCtx()];
    await artist(ctx, { handle: "ada", emails: ["ada@example.com", "a@example.com"] });
    await expect(artist(ctx, { handle: "ada" })).rejects.toMatchObject({ kind: "conflict", code: "handle_taken" });
    await expect(artist(ctx, { emails: ["A@Example.com"] })).rejects.toMatchObject({ kind: "conflict", code: "email_taken" });
    await artist(other, { handle: "ada", emails: ["ada@example.com"] });
  });

  it("are swapped by a patch: the new one is claimed, the old one is free", async () => {
    const ctx = newCtx();
    const made = await artist(ctx, { handle: "old", emails: ["keep@example.com", "drop@example.com"] });
    const changed = await Artist.patch(ctx, made, { handle: "new", emails: ["keep@example.com", "add@example.com"] });
    expect(await Artist.by.handle(ctx, { org_id: ctx.org_id, handle: "new" })).toEqual(changed);
    expect(await Artist.by.handle(ctx, { org_id: ctx.org_id, handle: "old" })).toBeUndefined();
    expect(await Artist.by.email(ctx, { org_id: ctx.org_id, emails: "add@example.com" })).toEqual(changed);
    await artist(ctx, { handle: "old", emails: ["drop@example.com"] });
    await expect(artist(ctx, { emails: ["keep@example.com"] })).rejects.toMatchObject({ code: "email_taken" });
  });

  it("leave everything as it was when the new one is taken", async () => {
    const ctx = newCtx();
    await artist(ctx, { handle: "taken" });
    const made = await artist(ctx, { handle: "mine" });
    await expect(Artist.patch(ctx, made, { handle: "taken" })).rejects.toMatchObject({ code: "handle_taken" });
    expect(await Artist.by.handle(ctx, { org_id: ctx.org_id, handle: "mine" })).toEqual(made);
  });

  it("are won by exactly one of several at the same time", async () => {
    const ctx = newCtx();
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => artist(ctx, { handle: "race" })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(isDomainError(result.reason, "handle_taken")).toBe(true);
  });

  it("may be longer than a key, and are cleared by null", async () => {
    const ctx = newCtx();
    const at = { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), reference: "r".repeat(5_000) };
    const entry = await Entry.create(ctx, { ...at, seq: 1, amount: 1 });
    expect(await Entry.by.reference(ctx, at)).toEqual(entry);
    await expect(Entry.create(ctx, { ...at, seq: 2, amount: 1 })).rejects.toMatchObject({ code: "reference_taken" });
    const made = await artist(ctx, { handle: "gone" });
    await Artist.patch(ctx, made, { handle: null });
    await artist(ctx, { handle: "gone" });
  });

  it("do not run into each other by their text", async () => {
    const ctx = newCtx();
    const artist_id = ctx.ids.uuid();
    await Entry.create(ctx, { org_id: ctx.org_id, artist_id, seq: 1, amount: 1, reference: "a#b%" });
    await Entry.create(ctx, { org_id: ctx.org_id, artist_id, seq: 2, amount: 1, reference: "a%23b%25" });
  });
});

describe("delete", () => {
  it("removes the item and frees its unique values", async () => {
    const ctx = newCtx();
    const made = await artist(ctx, { handle: "free" });
    await Artist.delete(ctx, made, { version: 1 });
    expect(await Artist.find(ctx, made, { consistent: true })).toBeUndefined();
    await artist(ctx, { handle: "free" });
  });

  it("refuses an old version, and what is not there", async () => {
    const ctx = newCtx();
    const [made, balance] = [await artist(ctx), await Balance.create(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), amount: 1, cap: 2 })];
    await Artist.patch(ctx, made, { notes: "x" });
    await Balance.patch(ctx, balance, { amount: 2 });
    await expect(Artist.delete(ctx, made, { version: 1 })).rejects.toMatchObject({ kind: "stale", extra: { current_version: 2 } });
    await expect(Balance.delete(ctx, balance, { version: 1 })).rejects.toMatchObject({ kind: "stale", extra: { current_version: 2 } });
    await expect(Artist.delete(ctx, missing(ctx))).rejects.toMatchObject({ kind: "not_found" });
    await Balance.delete(ctx, balance);
    await expect(Balance.delete(ctx, balance)).rejects.toMatchObject({ kind: "not_found" });
  });
});
