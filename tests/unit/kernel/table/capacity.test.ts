import { describe, expect, it } from "vitest";
import { costOfTransaction, costOfWrite, itemSize, readUnits, sizeOf, writeUnits } from "../../../../shared/kernel/table/capacity.ts";

const item = (bytes: number, more: object = {}) => {
  const rest = itemSize({ pk: "p", sk: "s", x: "", ...more });
  return { pk: "p", sk: "s", x: "x".repeat(bytes - rest), ...more };
};

describe("sizes", () => {
  it("follow DynamoDB's rules", () => {
    expect([sizeOf("ab"), sizeOf("ü"), sizeOf(true), sizeOf(null), sizeOf(undefined)]).toEqual([2, 2, 1, 1, 0]);
    expect([sizeOf(0), sizeOf(7), sizeOf(100), sizeOf(12345), sizeOf(-12345)]).toEqual([1, 2, 2, 4, 5]);
    expect([sizeOf([]), sizeOf(["a"]), sizeOf({}), sizeOf({ a: "b" })]).toEqual([3, 5, 3, 6]);
    expect(itemSize({ pk: "p", sk: "s", gone: undefined })).toBe(6);
  });
});

describe("units", () => {
  it("go in steps of 4 KB and 1 KB", () => {
    expect([0, 4096, 4097].map((size) => readUnits(size))).toEqual([0.5, 0.5, 1]);
    expect([0, 4096, 4097].map((size) => readUnits(size, { consistent: true }))).toEqual([1, 1, 2]);
    expect([0, 1024, 1025].map(writeUnits)).toEqual([1, 1, 2]);
  });
});

describe("cost of a write", () => {
  const entry = { gsi1pk: "a", gsi1sk: "b" };
  it("counts the larger image, in the table and in each index", () => {
    expect(costOfWrite({ after: item(1025) }, ["gsi1"])).toEqual({ table: 2, by_index: {}, total: 2 });
    expect(costOfWrite({ after: item(1025, entry) }, ["gsi1"])).toEqual({ table: 2, by_index: { gsi1: 2 }, total: 4 });
    expect(costOfWrite({ before: item(2049, entry), after: item(100, entry) }, ["gsi1"])).toEqual({ table: 3, by_index: { gsi1: 3 }, total: 6 });
  });

  it("counts both images where an entry moves, and the one where it appears or goes", () => {
    const before = item(1025, entry);
    expect(costOfWrite({ before, after: item(1025, { ...entry, gsi1sk: "c" }) }, ["gsi1"]).by_index).toEqual({ gsi1: 4 });
    expect(costOfWrite({ before, after: item(100) }, ["gsi1"]).by_index).toEqual({ gsi1: 2 });
    expect(costOfWrite({ before, after: undefined }, ["gsi1"])).toEqual({ table: 2, by_index: { gsi1: 2 }, total: 4 });
  });

  it("doubles in a transaction", () => {
    expect(costOfTransaction([{ after: item(1500) }, { before: item(100, entry), after: item(100, entry) }], ["gsi1"])).toBe(2 * (2 + 2));
    expect(
      costOfTransaction(
        Array.from({ length: 10 }, () => ({ after: item(1500) })),
        [],
      ),
    ).toBe(40);
  });
});
