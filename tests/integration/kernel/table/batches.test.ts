import { beforeAll, describe, expect, it } from "vitest";
import { makeTable, testCtx, testDatabase } from "../../../support/dynamo.ts";
import { Artist, Balance, Release, studio } from "./example.ts";
import { gate, replied } from "./gate.ts";

let tables: { studio: string };
beforeAll(async () => {
  tables = { studio: await makeTable(studio) };
});
const world = () => {
  const faults = gate();
  const ctx = testCtx({ db: testDatabase({ tables, wrap: faults.wrap }) });
  const balances = (count: number) => Array.from({ length: count }, (_, amount) => ({ org_id: ctx.org_id, artist_id: ctx.ids.uuid(), amount, cap: 1_000 }));
  return { faults, ctx, balances };
};

describe("putMany, getMany and deleteMany", () => {
  it("carry 130 items, in the order asked, repeated keys and missing items included", async () => {
    const { ctx, balances, faults } = world();
    const made = await Balance.putMany(ctx, balances(130));
    const asked = [...made.toReversed(), made[0]!, { org_id: ctx.org_id, artist_id: ctx.ids.uuid() }];
    expect(await Balance.getMany(ctx, asked, { consistent: true })).toEqual([...made.toReversed(), made[0]]);
    expect(faults.calls).toEqual([...Array.from({ length: 6 }, () => "BatchWriteItem"), "BatchGetItem", "BatchGetItem"]);
  });

  it("remove 30 items, repeated keys and missing items included", async () => {
    const { ctx, balances, faults } = world();
    const made = await Balance.putMany(ctx, balances(31));
    const [kept, ...unwanted] = made;
    await Balance.deleteMany(ctx, [...unwanted, unwanted[0]!, { org_id: ctx.org_id, artist_id: ctx.ids.uuid() }]);
    expect(await Balance.getMany(ctx, made, { consistent: true })).toEqual([kept]);
    expect(faults.calls.slice(2)).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchGetItem"]);
  });

  it("ask again for what DynamoDB left unprocessed", async () => {
    const { ctx, balances, faults } = world();
    faults.next("BatchWriteItem", ({ body }) => replied(200, { UnprocessedItems: body.RequestItems }));
    const made = await Balance.putMany(ctx, balances(30));
    faults.next("BatchGetItem", ({ body }) => replied(200, { Responses: {}, UnprocessedKeys: body.RequestItems }), 3);
    expect(await Balance.getMany(ctx, made, { consistent: true })).toEqual(made);
    expect(faults.calls).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchWriteItem", "BatchGetItem", "BatchGetItem", "BatchGetItem", "BatchGetItem"]);
    faults.next("BatchWriteItem", ({ body }) => replied(200, { UnprocessedItems: body.RequestItems }));
    await Balance.deleteMany(ctx, made);
    expect(await Balance.getMany(ctx, made, { consistent: true })).toEqual([]);
    expect(faults.calls.slice(7)).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchWriteItem", "BatchGetItem"]);
  });

  it("end after eight tries", async () => {
    const { ctx, faults } = world();
    faults.next("BatchGetItem", ({ body }) => replied(200, { Responses: {}, UnprocessedKeys: body.RequestItems }), 8);
    await expect(Balance.getMany(ctx, [{ org_id: ctx.org_id, artist_id: ctx.ids.uuid() }])).rejects.toMatchObject({ kind: "unavailable", code: "contended" });
    expect(faults.left()).toBe(0);
  });

  it("make no request for nothing", async () => {
    const { ctx, faults } = world();
    expect(await Balance.getMany(ctx, [])).toEqual([]);
    expect(await Balance.putMany(ctx, [])).toEqual([]);
    await Balance.deleteMany(ctx, []);
    expect(faults.calls).toEqual([]);
  });

  it("refuse entities whose writes have conditions", async () => {
    const { ctx } = world();
    await expect(Artist.putMany(ctx, [{ org_id: ctx.org_id, name: "A" }])).rejects.toThrow("one by one");
    await expect(Release.putMany(ctx, [{ org_id: ctx.org_id, artist_id: ctx.ids.uuid(), title: "A" }])).rejects.toThrow("one by one");
    await expect(Artist.deleteMany(ctx, [{ org_id: ctx.org_id, id: ctx.ids.uuid() }])).rejects.toThrow("one by one");
  });
});
