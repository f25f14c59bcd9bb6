import { describe, expectTypeOf, it } from "vitest";
import * as z from "zod";
import type { OrgCtx } from "../../../../shared/kernel/context.ts";
import { id, newId } from "../../../../shared/kernel/fields.ts";
import { type Item, entity } from "../../../../shared/kernel/table/entity.ts";
import { type Write, table } from "../../../../shared/kernel/table/table.ts";
import { testCtx } from "../../../support/dynamo.ts";

const newShop = () => table("shop", ["gsi1", "gsi2"], { globals: ["Log", "Thing.everywhere"] });
const shop = newShop();
const fields = {
  org_id: id,
  id: newId,
  kind: z.enum(["a", "b"]).default("a"),
  name: z.string(),
  size: z.int().default(0),
  note: z.string().optional(),
  mails: z.array(z.string()).default([]),
  status: z.enum(["open", "closed"]).default("open"),
};
const Thing = entity(shop, "Thing", {
  fields: () => fields,
  key: ["{org_id}#T#{id}", "T"],
  indexes: { byKind: { on: "gsi1", pk: "{org_id}#K#{kind}", sk: "{size:5}#{id}" }, everywhere: { on: "gsi2", pk: "T#{kind}", sk: "{id}" } },
  unique: { mail: "{org_id}#{mails[]}" },
  server: ["size"],
  immutable: ["kind"],
  hidden: ["note"],
  states: { field: "status", transitions: { open: ["closed"] } },
});
type Thing = Item<typeof Thing>;
const ctx: OrgCtx = testCtx();
const key = { org_id: ctx.org_id, id: ctx.ids.uuid() };

/** Type-checked and never run: each line below `@ts-expect-error` must not compile. */
const misuse = (thing: Thing): void => {
  // @ts-expect-error a key has all of its fields
  void Thing.get(ctx, { org_id: ctx.org_id });
  // @ts-expect-error a key's field has its type
  void Thing.get(ctx, { org_id: ctx.org_id, id: 7 });
  // @ts-expect-error the context comes first
  void Thing.get(key);
  // @ts-expect-error a required field
  void Thing.create(ctx, { org_id: ctx.org_id });
  // @ts-expect-error an unknown field
  void Thing.create(ctx, { org_id: ctx.org_id, name: "x", colour: "red" });
  // @ts-expect-error a value of another type
  void Thing.create(ctx, { org_id: ctx.org_id, name: 7 });
  // @ts-expect-error an unknown field in a patch
  void Thing.patch(ctx, key, { colour: "red" });
  // @ts-expect-error the key does not change
  void Thing.patch(ctx, key, { id: key.id });
  // @ts-expect-error null clears optional fields only
  void Thing.patch(ctx, key, { name: null });
  // @ts-expect-error the state changes by transitions
  void Thing.patch(ctx, key, { status: "closed" });
  // @ts-expect-error no such state
  Thing.writes.transition(ctx, thing, "gone");
  // @ts-expect-error no such index
  void Thing.query.byColour(ctx, { org_id: ctx.org_id });
  // @ts-expect-error a query has its tenant
  void Thing.query.byKind(ctx, { kind: "a" });
  // @ts-expect-error a query has all fields of the partition key
  void Thing.query.byKind(ctx, { org_id: ctx.org_id });
  // @ts-expect-error a field that the partition key does not have
  void Thing.query.byKind(ctx, { org_id: ctx.org_id, kind: "a", name: "x" });
  // @ts-expect-error a value that the field cannot have
  void Thing.query.byKind(ctx, { org_id: ctx.org_id, kind: "c" });
  // @ts-expect-error bounds are fields of the sort key
  void Thing.query.byKind(ctx, { org_id: ctx.org_id, kind: "a" }, { from: { name: "x" } });
  // @ts-expect-error an index is never read consistently
  void Thing.query.byKind(ctx, { org_id: ctx.org_id, kind: "a" }, { consistent: true });
  // @ts-expect-error no such unique value
  void Thing.by.name(ctx, { org_id: ctx.org_id, name: "x" });
  // @ts-expect-error one element, not the list
  void Thing.by.mail(ctx, { org_id: ctx.org_id, mails: ["x"] });
  // @ts-expect-error counters are numbers
  Thing.writes.increment(ctx, key, { name: 1 });
  // @ts-expect-error a patch of a transaction takes the item, not its key
  Thing.writes.patch(ctx, key, { name: "x" });
  // @ts-expect-error what must be so is about fields
  Thing.writes.require(ctx, key, { is: { colour: "red" } });
};

/** Definitions that must not compile. */
const misdefined = (): void => {
  const t = newShop();
  // @ts-expect-error an unknown field in the key
  entity(t, "Other", { fields: () => fields, key: ["{org_id}#T#{ident}", "T"] });
  // @ts-expect-error a partition key without its tenant
  entity(t, "Other", { fields: () => fields, key: ["T#{id}", "T"] });
  // @ts-expect-error the tenant is not the first
  entity(t, "Other", { fields: () => fields, key: ["T#{org_id}#{id}", "T"] });
  // @ts-expect-error version is in no key
  entity(t, "Other", { fields: () => fields, key: ["{org_id}#T", "{version}"] });
  entity(t, "Other", {
    fields: () => fields,
    key: ["{org_id}#T#{id}", "T"],
    // @ts-expect-error an index that the table does not have
    indexes: { byKind: { on: "gsi3", pk: "{org_id}#K#{kind}", sk: "{id}" } },
  });
  entity(t, "Other", {
    fields: () => fields,
    key: ["{org_id}#T#{id}", "T"],
    // @ts-expect-error an index without its tenant
    indexes: { byKind: { on: "gsi1", pk: "K#{kind}", sk: "{id}" } },
  });
  entity(t, "Other", {
    fields: () => fields,
    key: ["{org_id}#T#{id}", "T"],
    // @ts-expect-error an unknown field in an index
    indexes: { byKind: { on: "gsi1", pk: "{org_id}#K#{kinds}", sk: "{id}" } },
  });
  entity(t, "Other", {
    fields: () => fields,
    key: ["{org_id}#T#{id}", "T"],
    // @ts-expect-error a unique value without its tenant
    unique: { name: "{name}" },
  });
  // @ts-expect-error an unknown field among the server's
  entity(t, "Other", { fields: () => fields, key: ["{org_id}#T#{id}", "T"], server: ["colour"] });
  // @ts-expect-error an unknown state
  entity(t, "Other", { fields: () => fields, key: ["{org_id}#T#{id}", "T"], states: { field: "status", transitions: { open: ["gone"] } } });
  // @ts-expect-error a rule reads fields that are there
  entity(t, "Other", { fields: () => fields, key: ["{org_id}#T#{id}", "T"], check: (item) => item.colour === "red" });
};

describe("types", () => {
  it("refuse misuse when compiled", () => {
    expectTypeOf(misuse).toBeFunction();
    expectTypeOf(misdefined).toBeFunction();
  });

  it("are those of the fields", () => {
    expectTypeOf<Thing>().toEqualTypeOf<{
      org_id: string;
      id: string;
      kind: "a" | "b";
      name: string;
      size: number;
      note?: string | undefined;
      mails: string[];
      status: "open" | "closed";
      version: number;
      created_at: string;
      updated_at: string;
    }>();
    expectTypeOf(Thing.get).returns.resolves.toEqualTypeOf<Thing>();
    expectTypeOf(Thing.find).returns.resolves.toEqualTypeOf<Thing | undefined>();
    expectTypeOf(Thing.by.mail).returns.resolves.toEqualTypeOf<Thing | undefined>();
    expectTypeOf(Thing.writes.create).returns.toEqualTypeOf<Write[]>();
    expectTypeOf<z.output<typeof Thing.api.patch>>().toEqualTypeOf<{
      name?: string | undefined;
      note?: string | null | undefined;
      mails?: string[] | undefined;
    }>();
    expectTypeOf<z.input<typeof Thing.api.create>>().toEqualTypeOf<{
      kind?: "a" | "b" | undefined;
      name: string;
      note?: string | undefined;
      mails?: string[] | undefined;
    }>();
    expectTypeOf<z.output<typeof Thing.api.response>>().toEqualTypeOf<Omit<Thing, "note">>();
  });

  it("let global entities go without a tenant", () => {
    entity(newShop(), "Log", { fields: () => fields, key: ["LOG#{id}", "L"], unique: { name: "{name}" } });
  });
});
