import { describe, expect, it } from "vitest";
import * as z from "zod";
import { id, timestamp } from "../../../../shared/kernel/fields.ts";
import { entity } from "../../../../shared/kernel/table/entity.ts";
import { table } from "../../../../shared/kernel/table/table.ts";
import { testCtx } from "../../../support/dynamo.ts";

const shop = table("shop", ["gsi1"]);
const Visit = entity(shop, "Visit", {
  fields: () => ({
    org_id: id,
    name: z.string(),
    count: z.int(),
    at: timestamp,
    person: z.string().optional(),
  }),
  key: ["{org_id}#V#{name}", "{count}"],
  indexes: { byPerson: { on: "gsi1", pk: "{org_id}#P#{person}", sk: "{at}" } },
  compact: true,
});
const org_id = "019e1b9a-7c00-7000-8000-0000000000a1";
const ctx = testCtx();
const visit = Visit.draft(ctx, { org_id, name: "50 % off #1", count: 7, at: "2026-11-20T08:00:00.000Z", person: "p-1" });
const storedOf = (item: typeof visit): Record<string, unknown> => Visit.writes.put(ctx, item)[0]!.item.Put!.Item;

describe("a compact entity", () => {
  it("stores texts that its keys spell out in the keys alone, and the time of creation as a number", () => {
    expect(storedOf(visit)).toEqual({
      pk: `${org_id}#V#50 %25 off %231`,
      sk: "7",
      _t: "Visit",
      gsi1pk: `${org_id}#P#p-1`,
      gsi1sk: "2026-11-20T08:00:00.000Z",
      count: 7,
      version: 1,
      _c: Date.parse(visit.created_at),
    });
  });
  it("loads what it was, also from a store without keys", () => {
    expect(Visit.load(storedOf(visit))).toEqual(visit);
    expect(Visit.load(visit)).toEqual(visit);
  });
  it("stores a change whole: what a key told that is no more is told by its field", () => {
    const [write] = Visit.writes.patch(ctx, visit, { person: null });
    const stored = write!.item.Put!.Item;
    expect(stored).toMatchObject({ at: visit.at, version: 2 });
    expect(stored).not.toHaveProperty("gsi1pk");
    const { person: _, ...rest } = visit;
    expect(Visit.load(stored)).toEqual({ ...rest, version: 2 });
  });
  it("keeps the time of a later change", () => {
    ctx.clock.advance(1_000);
    const [write] = Visit.writes.patch(ctx, visit, { person: "p-2" });
    expect(Visit.load(write!.item.Put!.Item)).toMatchObject({ created_at: visit.created_at, updated_at: ctx.clock.now().toISOString(), person: "p-2" });
  });
  it("has neither states nor increments", () => {
    expect(() => Visit.writes.increment(ctx, { org_id, name: "a", count: 1 }, {})).toThrow("read the item and patch it");
    const fields = { org_id: id, status: z.enum(["a", "b"]) };
    const states = { field: "status", transitions: { a: ["b"], b: [] } } as const;
    expect(() => entity(shop, "Other", { fields: () => fields, key: ["{org_id}#O", "O"], states, compact: true }).model).toThrow("neither states");
  });
});
