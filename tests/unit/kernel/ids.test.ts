import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { idsFrom, systemIds, timeOf, uuidOf } from "../../../shared/kernel/ids.ts";

const seed = "019cd6c1-7b3c-7000-8000-000000000001";

describe("systemIds", () => {
  it("makes ascending UUIDs of version 7 that carry the time", () => {
    const before = Date.now();
    const ids = Array.from({ length: 10_000 }, () => systemIds.uuid());
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.slice(0, 20)) expect(z.uuidv7().safeParse(id).success).toBe(true);
    expect(timeOf(ids[0]!)).toBeGreaterThanOrEqual(before);
    expect(timeOf(ids[0]!)).toBeLessThanOrEqual(Date.now());
  });

  it("makes secrets of 32 bytes that differ", () => {
    const [a, b] = [systemIds.secret(), systemIds.secret()];
    expect(Buffer.from(a, "base64url")).toHaveLength(32);
    expect(a).not.toBe(b);
  });
});

describe("idsFrom", () => {
  it("makes the same ids in the same order for the same seed", () => {
    const [one, two] = [idsFrom(seed), idsFrom(seed)];
    const ids = Array.from({ length: 50 }, () => one.uuid());
    expect(Array.from({ length: 50 }, () => two.uuid())).toEqual(ids);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every((id) => timeOf(id) === timeOf(seed))).toBe(true);
  });

  it("keeps ascending past the 4,096 ids that one millisecond holds", () => {
    const { uuid } = idsFrom(seed);
    const ids = Array.from({ length: 9_000 }, uuid);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("makes other ids for another seed, and never derives a secret", () => {
    expect(idsFrom(seed).uuid()).not.toBe(idsFrom(seed.replace(/1$/, "2")).uuid());
    expect(idsFrom(seed).secret()).not.toBe(idsFrom(seed).secret());
  });
});

describe("uuidOf", () => {
  it("is one valid UUID of version 8 for each name", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(z.uuid({ version: "v8" }).safeParse(uuidOf(a)).success).toBe(true);
        expect(uuidOf(a) === uuidOf(b)).toBe(a === b);
      }),
    );
  });
});
