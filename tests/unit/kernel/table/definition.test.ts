import { describe, expect, it } from "vitest";
import * as z from "zod";
import { id, newId } from "../../../../shared/kernel/fields.ts";
import { entity } from "../../../../shared/kernel/table/entity.ts";
import { table } from "../../../../shared/kernel/table/table.ts";

/** What the types refuse as well; a definition that was put together by a program has only this check, at its first use. */
const define = (definition: object, name = "Thing", globals: readonly string[] = []) =>
  entity(table("shop", ["gsi1", "gsi2"], { globals }) as never, name, {
    fields: () => ({ org_id: id, id: newId, kind: z.string(), name: z.string() }),
    key: ["{org_id}#T#{id}", "T"],
    ...definition,
  } as never).model;

describe("entity", () => {
  it.each([
    ["a partition key without tenant", { key: ["T#{id}", "T"] }, /partition key "T#{id}" must begin with {org_id}#/],
    ["an index without tenant", { indexes: { byKind: { on: "gsi1", pk: "K#{kind}", sk: "{id}" } } }, /index byKind must begin with {org_id}#/],
    ["a unique value without tenant", { unique: { name: "{name}" } }, /unique value name must begin with {org_id}#/],
    ["a field that is not there", { key: ["{org_id}#T#{ident}", "T"] }, /names the field "ident"/],
    ["version in a key", { indexes: { latest: { on: "gsi1", pk: "{org_id}#T", sk: "{version}" } } }, /names the field "version"/],
    ["updated_at in a key", { indexes: { latest: { on: "gsi1", pk: "{org_id}#T", sk: "{updated_at}" } } }, /names the field "updated_at"/],
    ["an index that the table has not", { indexes: { byKind: { on: "gsi9", pk: "{org_id}#T", sk: "{id}" } } }, /gsi9, which the table does not have/],
    [
      "two indexes on one",
      { indexes: { a: { on: "gsi1", pk: "{org_id}#A", sk: "{id}" }, b: { on: "gsi1", pk: "{org_id}#B", sk: "{id}" } } },
      /indexes a and b share gsi1/,
    ],
    ["a field of the layer's own", { fields: () => ({ org_id: id, id: newId, version: z.int() }) }, /field "version" belongs to the table layer/],
  ])("refuses %s", (_, definition, message) => {
    expect(() => define(definition)).toThrow(message);
  });

  it("lets go without tenant what the table names as global, and no more", () => {
    const index = { indexes: { byKind: { on: "gsi1", pk: "K#{kind}", sk: "{id}" } } };
    define({ key: ["T#{id}", "T"], unique: { name: "{name}" }, ...index }, "Thing", ["Thing"]);
    define(index, "Thing", ["Thing.byKind"]);
    define({ unique: { name: "{name}" } }, "Thing", ["Thing.name"]);
    expect(() => define({ key: ["T#{id}", "T"], ...index }, "Thing", ["Thing.byKind"])).toThrow("partition key");
  });

  it("is defined once on a table, and registers there", () => {
    const shop = table("shop", ["gsi1"]);
    const fields = { org_id: id, id: newId };
    const Thing = entity(shop, "Thing", { fields: () => fields, key: ["{org_id}#T#{id}", "T"] });
    expect([...shop.entities]).toEqual([["Thing", Thing]]);
    expect(() => entity(shop, "Thing", { fields: () => fields, key: ["{org_id}#U#{id}", "U"] })).toThrow("has an entity of this name already");
  });
});
