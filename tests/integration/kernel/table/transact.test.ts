import { beforeAll, describe, expect, it } from "vitest";
import type { Claim } from "../../../../shared/kernel/table/claim.ts";
import { contend, stillMissing, table, transact } from "../../../../shared/kernel/table/table.ts";
import { conflict } from "../../../../shared/kernel/errors.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";
import { Artist, Balance, Entry, Release, Signal, studio } from "./example.ts";
import { conflicted, gate, lostReply } from "./gate.ts";

let tables: { studio: string };
beforeAll(async () => {
  tables = { studio: await makeTable(studio) };
});
const world = async () => {
  const faults = gate();
  const ctx = testCtx({ db: testDatabase({ tables, wrap: faults.wrap }) });
  const artist = await Artist.create(ctx, { org_id: ctx.org_id, name: "Ada" });
  const balance = await Balance.create(ctx, { org_id: ctx.org_id, artist_id: artist.id, amount: 10, cap: 100 });
  const release = await Release.create(ctx, { org_id: ctx.org_id, artist_id: artist.id, title: "One" });
  const entry = (seq: number, reference: string) => ({ org_id: ctx.org_id, artist_id: artist.id, seq, amount: 1, reference });
  faults.calls.length = 0;
  return { faults, ctx, artist, balance, release, entry };
};
const pattern = "test.transact";

describe("transact", () => {
  it("stores the writes of three entities together", async () => {
    const { ctx, balance, release, entry } = await world();
    const writes = [
      ...Balance.writes.patch(ctx, balance, { amount: 11 }),
      ...Entry.writes.create(ctx, entry(1, "a")),
      ...Release.writes.transition(ctx, release, "review"),
    ];
    await transact(ctx, studio, writes, { pattern });
    expect(await Balance.get(ctx, balance, { consistent: true })).toMatchObject({ amount: 11, version: 2 });
    expect(await Entry.find(ctx, entry(1, "a"), { consistent: true })).toMatchObject({ amount: 1 });
    expect(await Release.get(ctx, release, { consistent: true })).toMatchObject({ status: "review", version: 2 });
  });

  it("has items told before they are stored, as they are read afterwards", async () => {
    const { ctx, artist, balance, release, entry } = await world();
    ctx.clock.advance(60_000);
    const writes = [
      ...Balance.writes.patch(ctx, balance, { amount: 11 }),
      ...Entry.writes.create(ctx, entry(1, "a")),
      ...Release.writes.transition(ctx, release, "review"),
      ...Artist.writes.require(ctx, artist),
    ];
    const told = [Balance.after(writes), Entry.after(writes), Release.after(writes)];
    await transact(ctx, studio, writes, { pattern });
    expect(told).toEqual([
      await Balance.get(ctx, balance, { consistent: true }),
      await Entry.get(ctx, entry(1, "a"), { consistent: true }),
      await Release.get(ctx, release, { consistent: true }),
    ]);
    expect(() => Artist.after(writes)).toThrow("Artist.after: 0 of the writes");
    expect(() => Balance.after([...writes, ...writes])).toThrow("Balance.after: 2 of the writes");
  });

  it("tells which write failed, precisely, and stores nothing", async () => {
    const { ctx, artist, balance, entry } = await world();
    await Entry.create(ctx, entry(1, "a"));
    const outdated = { ...balance, version: 7 };
    const nobody = { org_id: ctx.org_id, id: ctx.ids.uuid() };
    const attempts = {
      concurrent_change: Balance.writes.patch(ctx, outdated, { amount: 12 }),
      stale: Artist.writes.delete(ctx, { ...artist, version: 7 }, { version: 7 }),
      already_exists: Entry.writes.create(ctx, entry(1, "b")),
      reference_taken: Entry.writes.create(ctx, entry(2, "a")),
      not_found: Artist.writes.require(ctx, nobody),
    };
    for (const [code, writes] of Object.entries(attempts)) {
      const other = Signal.writes.create(ctx, { name: code });
      await expect(transact(ctx, studio, [...other, ...writes], { pattern })).rejects.toMatchObject({ code });
      expect(await Signal.find(ctx, { name: code }, { consistent: true })).toBeUndefined();
    }
    await expect(transact(ctx, studio, attempts.stale, { pattern })).rejects.toMatchObject({ kind: "stale", extra: { current_version: 1 } });
  });

  it("tells of a change in between before anything else that failed, so that a repeat reads what its first run has done", async () => {
    const { ctx, balance, release, entry } = await world();
    const book = (stored: typeof balance) => [
      ...Balance.writes.patch(ctx, stored, { amount: stored.amount + 1 }),
      ...Entry.writes.create(ctx, entry(stored.version, "a")),
    ];
    const send = Release.writes.transition(ctx, release, "review");
    await transact(ctx, studio, [...book(balance), ...send], { pattern });
    const now = await Balance.get(ctx, balance, { consistent: true });
    await expect(transact(ctx, studio, [...book(now), ...send], { pattern })).rejects.toMatchObject({ code: "concurrent_change" });
    await expect(transact(ctx, studio, book(now), { pattern })).rejects.toMatchObject({ code: "reference_taken" });
  });

  it("checks what must be so besides", async () => {
    const { ctx, artist } = await world();
    const attempt = (status: "active" | "paused", name: string) =>
      transact(ctx, studio, [...Artist.writes.require(ctx, artist, { is: { status, notes: undefined } }), ...Signal.writes.create(ctx, { name })], { pattern });
    await attempt("active", `a${artist.id}`);
    await expect(attempt("paused", `b${artist.id}`)).rejects.toMatchObject({ kind: "conflict", code: "concurrent_change" });
    await Artist.patch(ctx, artist, { notes: "x" });
    await expect(attempt("active", `c${artist.id}`)).rejects.toMatchObject({ code: "concurrent_change" });
  });

  it("is repeated when it ran into another, and ends as contended", async () => {
    const { ctx, faults, balance } = await world();
    faults.next("TransactWriteItems", conflicted, 3);
    await transact(ctx, studio, Balance.writes.patch(ctx, balance, { amount: 11 }), { pattern });
    expect(faults.calls).toHaveLength(4);
    expect(await Balance.get(ctx, balance, { consistent: true })).toMatchObject({ amount: 11, version: 2 });
    faults.next("TransactWriteItems", conflicted, 8);
    await expect(transact(ctx, studio, Signal.writes.create(ctx, { name: "never" }), { pattern })).rejects.toMatchObject({
      kind: "unavailable",
      code: "contended",
      retry_after: 1,
    });
  });

  it("counts once when the SDK repeats it after a lost reply", async () => {
    const { ctx, faults, balance } = await world();
    faults.next("TransactWriteItems", lostReply);
    await transact(ctx, studio, Balance.writes.increment(ctx, balance, { moves: 5 }), { pattern });
    expect(faults.calls).toEqual(["TransactWriteItems", "TransactWriteItems"]);
    expect(await Balance.get(ctx, balance, { consistent: true })).toMatchObject({ moves: 5, version: 2 });
  });

  it("takes 100 writes and refuses 101", async () => {
    const { ctx } = await world();
    const writes = (count: number) => Array.from({ length: count }, () => Signal.writes.create(ctx, { name: ctx.ids.uuid() })).flat();
    await transact(ctx, studio, writes(100), { pattern });
    await expect(transact(ctx, studio, writes(101), { pattern })).rejects.toThrow(RangeError);
    await transact(ctx, studio, [], { pattern });
  });

  it("keeps to one table", async () => {
    const { ctx, balance } = await world();
    const other = table("other", ["gsi1"]);
    const two = testCtx({ ...ctx, db: testDatabase({ tables: { ...tables, other: "elsewhere" } }) });
    await expect(transact(two, other, Balance.writes.patch(two, balance, { amount: 11 }), { pattern })).rejects.toThrow("not stored in the table other");
  });
});

describe("increments", () => {
  it("add up without reading, with a further field set, under parallel transactions", async () => {
    const { ctx, balance } = await world();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => transact(ctx, studio, Balance.writes.increment(ctx, balance, { moves: n }, { set: { cap: 200 } }), { pattern })),
    );
    expect(await Balance.get(ctx, balance, { consistent: true })).toMatchObject({ moves: 45, cap: 200, version: 11 });
  });

  it("need an item, and no counter that decides on a key", async () => {
    const { ctx, artist } = await world();
    const nobody = { org_id: ctx.org_id, artist_id: ctx.ids.uuid() };
    await expect(transact(ctx, studio, Balance.writes.increment(ctx, nobody, { moves: 1 }), { pattern })).rejects.toMatchObject({ kind: "not_found" });
    expect(() => Artist.writes.increment(ctx, artist, { followers: 1 })).toThrow("followers");
  });

  it("leave a time to live alone", async () => {
    const { ctx } = await world();
    const signal = await Signal.create(ctx, { name: ctx.ids.uuid(), expires_at: 99 });
    await transact(ctx, studio, Signal.writes.increment(ctx, signal, { seen: 2 }), { pattern });
    expect(await Signal.get(ctx, signal, { consistent: true })).toMatchObject({ seen: 2, expires_at: 99 });
    expect(() => Signal.writes.increment(ctx, signal, { seen: 2 }, { set: { expires_at: 7 } })).toThrow("expires_at");
  });
});

describe("contend", () => {
  it("repeats a read, decide and write until it goes through", async () => {
    const { ctx, balance } = await world();
    const add = () =>
      contend(async () => {
        const now = await Balance.get(ctx, balance, { consistent: true });
        await transact(ctx, studio, Balance.writes.patch(ctx, now, { amount: now.amount + 1 }), { pattern });
      });
    await Promise.all(Array.from({ length: 4 }, add));
    expect(await Balance.get(ctx, balance, { consistent: true })).toMatchObject({ amount: 14, version: 5 });
  });

  it("reads again when what it found missing was made meanwhile", async () => {
    const { ctx } = await world();
    const key = { org_id: ctx.org_id, artist_id: ctx.ids.uuid() };
    const count = () =>
      contend(async () => {
        const found = await Balance.find(ctx, key, { consistent: true });
        const writes = found
          ? Balance.writes.patch(ctx, found, { amount: found.amount + 1 })
          : stillMissing(Balance.writes.create(ctx, { ...key, amount: 1, cap: 9 }));
        await transact(ctx, studio, writes, { pattern });
      });
    await Promise.all(Array.from({ length: 4 }, count));
    expect(await Balance.get(ctx, key, { consistent: true })).toMatchObject({ amount: 4, version: 4 });
    await expect(transact(ctx, studio, stillMissing(Balance.writes.create(ctx, { ...key, amount: 1, cap: 9 })), { pattern })).rejects.toMatchObject({
      kind: "conflict",
      code: "concurrent_change",
    });
  });

  it("passes on other errors at once and gives up after the given tries", async () => {
    let tries = 0;
    const fail = (code: string) =>
      contend(async () => {
        tries++;
        throw conflict(code, "…");
      }, 3);
    await expect(fail("other")).rejects.toMatchObject({ code: "other" });
    expect(tries).toBe(1);
    await expect(fail("concurrent_change")).rejects.toMatchObject({ kind: "unavailable", code: "contended" });
    expect(tries).toBe(4);
  });
});

describe("an open claim", () => {
  const withClaim = (ctx: TestCtx, name: string) => {
    let open = true;
    const results: unknown[] = [];
    const claim: Claim = {
      get open() {
        return open;
      },
      complete: (_, result) => {
        results.push(result);
        return Signal.writes.create(ctx, { name });
      },
      close: () => void (open = false),
    };
    return { ctx: { ...ctx, claim }, claim, results, isRecorded: async () => (await Signal.find(ctx, { name }, { consistent: true })) !== undefined };
  };

  it("is completed with the result of a transaction, once", async () => {
    const { ctx: plain, balance } = await world();
    const { ctx, claim, results, isRecorded } = withClaim(plain, plain.ids.uuid());
    await transact(ctx, studio, Balance.writes.patch(ctx, balance, { amount: 11 }), { pattern, result: { done: true } });
    expect([results, claim.open, await isRecorded()]).toEqual([[{ done: true }], false, true]);
    await transact(ctx, studio, Balance.writes.increment(ctx, balance, { moves: 1 }), { pattern });
    expect(results).toHaveLength(1);
  });

  it("turns a single write into a transaction with its item as the result", async () => {
    const { ctx: plain, artist } = await world();
    const creation = withClaim(plain, plain.ids.uuid());
    const signal = await Signal.create(creation.ctx, { name: plain.ids.uuid() });
    expect([creation.results, await creation.isRecorded()]).toEqual([[signal], true]);
    const change = withClaim(plain, plain.ids.uuid());
    const changed = await Artist.patch(change.ctx, artist, { name: "Bea" });
    expect([change.results, await change.isRecorded()]).toEqual([[changed], true]);
    expect(await Artist.get(plain, artist, { consistent: true })).toEqual(changed);
    const removal = withClaim(plain, plain.ids.uuid());
    await Signal.delete(removal.ctx, signal);
    expect([removal.results, await removal.isRecorded()]).toEqual([[undefined], true]);
  });

  it("stays open when the write failed, and stops the write when it was lost", async () => {
    const { ctx: plain, artist } = await world();
    const { ctx, claim, isRecorded } = withClaim(plain, plain.ids.uuid());
    await expect(Artist.patch(ctx, artist, { name: "Bea" }, { version: 7 })).rejects.toMatchObject({ code: "stale" });
    expect([claim.open, await isRecorded()]).toEqual([true, false]);
    const name = plain.ids.uuid();
    await Signal.create(plain, { name });
    const lost = withClaim(plain, name);
    await expect(Artist.patch(lost.ctx, artist, { name: "Bea" })).rejects.toMatchObject({ kind: "conflict", code: "request_in_flight" });
    expect(await Artist.get(plain, artist, { consistent: true })).toEqual(artist);
  });
});
