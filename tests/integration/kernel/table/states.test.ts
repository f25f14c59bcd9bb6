import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { transact } from "../../../../shared/kernel/table/table.ts";
import { type TestCtx, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";
import { Release, studio } from "./example.ts";

let tables: { studio: string };
beforeAll(async () => {
  tables = { studio: await makeTable(studio) };
});
const newCtx = (): TestCtx => testCtx({ db: testDatabase({ tables }) });
const draft = (ctx: TestCtx) => Release.create(ctx, { org_id: ctx.org_id, artist_id: ctx.ids.uuid(), title: "One" });
type Status = Release["status"];

const move = async (ctx: TestCtx, release: Release, to: Status, options: Parameters<typeof Release.writes.transition>[3] = {}): Promise<Release> => {
  await transact(ctx, studio, Release.writes.transition(ctx, release, to, options), { pattern: "releases.move" });
  return Release.get(ctx, release, { consistent: true });
};

describe("transition", () => {
  it("changes the state with further fields, and remembers who, when and why", async () => {
    const ctx = newCtx();
    const made = await draft(ctx);
    const reviewed = await move(ctx, made, "review", { reason: "ready" });
    ctx.clock.advance(60_000);
    const service = { ...ctx, actor: { kind: "service", name: "publisher" } } as TestCtx;
    expect(await move(service, reviewed, "live", { patch: { live_on: "2026-12-01" } })).toMatchObject({ status: "live", live_on: "2026-12-01", version: 3 });
    const user = (ctx.actor as { user_id: string }).user_id;
    expect((await Release.history(ctx, made)).items).toEqual([
      { from: "draft", to: "review", by: user, at: "2026-11-20T09:00:00.000Z", reason: "ready", version: 2 },
      { from: "review", to: "live", by: "publisher", at: "2026-11-20T09:01:00.000Z", version: 3 },
    ]);
    expect((await Release.history(ctx, made, { desc: true, limit: 1 })).items).toMatchObject([{ to: "live" }]);
    expect((await Release.query.byStatus(ctx, { org_id: ctx.org_id, status: "live" })).items).toMatchObject([{ id: made.id }]);
  });

  it("refuses what the machine does not allow, with what it does", async () => {
    const ctx = newCtx();
    const made = await draft(ctx);
    expect(() => Release.writes.transition(ctx, made, "live")).toThrow(
      expect.objectContaining({ kind: "conflict", code: "invalid_transition", extra: { current: "draft", allowed: ["review"] } }),
    );
    expect(() => Release.writes.transition(ctx, { ...made, status: "withdrawn" }, "draft")).toThrow(
      expect.objectContaining({ extra: { current: "withdrawn", allowed: [] } }),
    );
  });

  it("runs the rule on the whole new item", async () => {
    const ctx = newCtx();
    const reviewed = await move(ctx, await draft(ctx), "review");
    expect(() => Release.writes.transition(ctx, reviewed, "live")).toThrow(expect.objectContaining({ kind: "unprocessable", code: "no_day" }));
  });

  it("is made by one of several at the same time", async () => {
    const ctx = newCtx();
    const made = await draft(ctx);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => move(ctx, made, "review")));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "concurrent_change" });
    expect((await Release.history(ctx, made)).items).toHaveLength(1);
  });

  it("tells a client its version is old", async () => {
    const ctx = newCtx();
    const made = await draft(ctx);
    await Release.patch(ctx, made, { title: "Two" });
    expect(() => Release.writes.transition(ctx, { ...made, version: 2 }, "review", { version: 1 })).toThrow(
      expect.objectContaining({ code: "stale", extra: { current_version: 2 } }),
    );
    await expect(move(ctx, made, "review", { version: 1 })).rejects.toMatchObject({ code: "stale", extra: { current_version: 2 } });
  });

  it("forgets the reasons and keeps the changes", async () => {
    const ctx = newCtx();
    const made = await draft(ctx);
    await move(ctx, made, "review", { reason: "Because Ada said so." });
    const before = (await Release.history(ctx, made)).items;
    expect(before[0]!.reason).toBe("Because Ada said so.");
    for (let again = 0; again < 2; again++) await Release.forgetReasons(ctx, made);
    expect((await Release.history(ctx, made)).items).toEqual(before.map(({ reason: _, ...entry }) => entry));
  });

  it("accepts exactly the edges of the machine, whatever is tried", async () => {
    const ctx = newCtx();
    const edges: Record<Status, Status[]> = { draft: ["review"], review: ["live", "draft"], live: ["withdrawn"], withdrawn: [] };
    const tries = fc.array(fc.constantFrom<Status>("draft", "review", "live", "withdrawn"), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(tries, async (states) => {
        let release = await draft(ctx);
        const made: string[] = [];
        for (const to of states) {
          const from = release.status;
          const allowed = edges[from].includes(to);
          const after = await move(ctx, release, to, { patch: { live_on: "2026-12-01" } }).catch(() => undefined);
          expect(after !== undefined).toBe(allowed);
          if (after) made.push(`${from} ${to}`);
          release = after ?? release;
        }
        expect((await Release.history(ctx, release)).items.map(({ from, to }) => `${from} ${to}`)).toEqual(made);
      }),
      { numRuns: 25 },
    );
  });
});
