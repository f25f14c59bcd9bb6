import { describe, expect, it } from "vitest";
import { digestOf, packed, unpacked } from "../../../../shared/social/conversion-rate/seen-persons.ts";

describe("persons by digest", () => {
  it("are others at another network", () => {
    expect(digestOf("instagram", "user-1")).toBe(digestOf("instagram", "user-1"));
    expect(new Set([digestOf("instagram", "user-1"), digestOf("tiktok", "user-1"), digestOf("instagram", "user-2")]).size).toBe(3);
  });

  it("come back from items, of which each stays below DynamoDB's 400 KB", () => {
    const digests = Array.from({ length: 60_001 }, (_, n) => digestOf("instagram", `user-${n}`));
    const items = packed(digests);
    expect(items).toHaveLength(3);
    expect(Math.max(...items.map((item) => item.length))).toBeLessThan(390_000);
    expect(items.flatMap(unpacked)).toEqual(digests);
    expect(packed([])).toEqual([]);
  });
});
