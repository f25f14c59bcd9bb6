import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { id, newId } from "../../../../shared/kernel/fields.ts";
import { type Item, entity } from "../../../../shared/kernel/table/entity.ts";
import { table } from "../../../../shared/kernel/table/table.ts";
import { type TestCtx, dynamoClient, makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";

/** Every way in which an index can depend on fields, on one entity. */
const shop = table("shop", ["gsi1", "gsi2", "gsi3", "gsi4"], { globals: ["Thing.sharded"] });
const Thing = entity(shop, "Thing", {
  fields: () => ({
    org_id: id,
    id: newId,
    kind: z.enum(["a", "b"]).default("a"),
    rank: z.int().min(0).max(999).default(0),
    label: z.string().max(5).optional(),
    due: z.string().max(5).optional(),
    open: z.boolean().default(true),
    codes: z.array(z.string().max(2)).max(3).default([]),
    note: z.string().optional(),
  }),
  key: ["{org_id}#T#{id}", "T"],
  indexes: {
    always: { on: "gsi1", pk: "{org_id}#K#{kind}", sk: "{rank:3}#{id}" },
    sparse: { on: "gsi2", pk: "{org_id}#D", sk: "{due}#{label}" },
    conditional: { on: "gsi3", pk: "{org_id}#O", sk: "{rank:3}", when: { open: true } },
    sharded: { on: "gsi4", pk: "THINGS#{%3}", sk: "{kind}#{id}" },
  },
  unique: { label: "{org_id}#{label}", code: "{org_id}#{kind}#{codes[]}" },
});
type Thing = Item<typeof Thing>;

const text = fc.string({ unit: fc.constantFrom("x", "y", "#", "%", "ü"), minLength: 1, maxLength: 2 });
const values = {
  kind: fc.constantFrom("a" as const, "b" as const),
  rank: fc.integer({ min: 0, max: 999 }),
  label: fc.option(text),
  due: fc.option(text),
  open: fc.boolean(),
  codes: fc.array(text, { maxLength: 3 }),
  note: fc.option(text),
};
/** Mostly few fields: what a patch does not tell is what makes it hard. */
const patches = fc
  .tuple(fc.record(values), fc.oneof({ weight: 3, arbitrary: fc.subarray(Object.keys(values), { maxLength: 2 }) }, fc.subarray(Object.keys(values))))
  .map(([all, names]): Partial<typeof all> => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))));
const steps = fc.array(
  fc.record({ which: fc.integer({ min: 0, max: 2 }), patch: patches, how: fc.constantFrom("key", "item", "version", "outdated", "delete") }),
  { minLength: 1, maxLength: 20 },
);

let physical: string;
let ctx: TestCtx;
beforeAll(async () => {
  physical = await makeTable(shop);
  ctx = testCtx({ db: testDatabase({ tables: { shop: physical } }) });
});
const scan = async (org_id: string): Promise<Record<string, unknown>[]> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(dynamoClient()));
  const { Items = [] } = await client.send(
    new ScanCommand({ TableName: physical, FilterExpression: "begins_with(pk, :org)", ExpressionAttributeValues: { ":org": org_id }, ConsistentRead: true }),
  );
  client.destroy();
  return Items;
};

const safe = (value: string): string => [...value].map((one) => (one === "#" ? "%23" : one === "%" ? "%25" : one)).join("");

const storedAs = async ({ org_id, id }: Thing): Promise<unknown> =>
  (await ctx.db.send("Get", "test", { TableName: physical, Key: { pk: `${org_id}#T#${id}`, sk: "T" }, ConsistentRead: true })).Item;

/** What the templates say that an item's keys are, spelled out by hand. */
const keysOf = ({ org_id, id, kind, rank, label, due, open }: Thing): Record<string, unknown> => {
  const sorted = String(rank).padStart(3, "0");
  return {
    pk: `${org_id}#T#${id}`,
    sk: "T",
    _t: "Thing",
    gsi1pk: `${org_id}#K#${kind}`,
    gsi1sk: `${sorted}#${id}`,
    ...(due !== undefined && label !== undefined ? { gsi2pk: `${org_id}#D`, gsi2sk: `${safe(due)}#${safe(label)}` } : {}),
    ...(open ? { gsi3pk: `${org_id}#O`, gsi3sk: sorted } : {}),
    gsi4pk: expect.stringMatching(/^THINGS#[012]$/),
    gsi4sk: `${kind}#${id}`,
  };
};
const uniquesOf = ({ org_id, kind, label, codes }: Thing): string[] => [
  ...(label === undefined ? [] : [`${org_id}#U#Thing.label#${safe(label)}`]),
  ...new Set(codes.map((code) => `${org_id}#U#Thing.code#${kind}#${safe(code)}`)),
];

/** Applies a patch to a plain object; undefined when a unique value of another is in the way. */
const applied = (thing: Thing, patch: object, others: readonly Thing[]): Thing | undefined => {
  const next = Object.fromEntries(Object.entries({ ...thing, ...patch, version: thing.version + 1 }).filter(([, value]) => value !== null)) as Thing;
  const taken = new Set(others.flatMap(uniquesOf));
  return uniquesOf(next).some((row) => taken.has(row)) ? undefined : next;
};

describe("stored keys and unique rows", () => {
  it("are what the templates say after any patches", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const org_id = ctx.ids.uuid();
        const model: Thing[] = [];
        const first: Thing[] = [];
        for (let n = 0; n < 3; n++) first.push(await Thing.create(ctx, { org_id }));
        model.push(...first);
        for (const { which, patch, how } of sequence) {
          const at = model.findIndex(({ id }) => id === first[which]!.id);
          const thing = model[at];
          if (!thing) continue;
          const others = model.filter((one) => one !== thing);
          if (how === "delete") {
            await Thing.delete(ctx, thing);
            model.splice(at, 1);
            continue;
          }
          const options = { key: {}, item: { from: thing }, version: { version: thing.version }, outdated: { from: first[which]! } }[how];
          const next = applied(thing, patch, others);
          const result = Thing.patch(ctx, how === "outdated" ? first[which]! : thing, patch, options);
          if (!next) {
            await expect(result).rejects.toMatchObject({ kind: "conflict", code: expect.stringMatching(/^(label|code)_taken$/) });
            continue;
          }
          expect(await result).toEqual(next);
          expect(await storedAs(next)).toEqual({ ...next, ...keysOf(next) });
          model[at] = next;
        }
        const rows = await scan(org_id);
        const byKey = (a: Record<string, unknown>, b: Record<string, unknown>): number => (String(a.pk) < String(b.pk) ? -1 : 1);
        expect(rows.filter(({ sk }) => sk === "T").toSorted(byKey)).toEqual(model.map((thing) => ({ ...thing, ...keysOf(thing) })).toSorted(byKey));
        expect(
          rows
            .filter(({ sk }) => sk === "U")
            .map(({ pk }) => String(pk))
            .toSorted(),
        ).toEqual(model.flatMap(uniquesOf).toSorted());
        for (const { pk, ref } of rows.filter(({ sk }) => sk === "U")) {
          const owner = model.find((thing) => uniquesOf(thing).includes(String(pk)))!;
          expect(ref).toEqual({ pk: `${org_id}#T#${owner.id}`, sk: "T" });
        }
      }),
      // The condition of an index changes, and the patch does not tell the rest of its key.
      {
        numRuns: 25,
        examples: [
          [
            [
              { which: 0, patch: { open: false }, how: "key" },
              { which: 0, patch: { open: true }, how: "version" },
            ],
          ],
        ],
      },
    );
  });
});
