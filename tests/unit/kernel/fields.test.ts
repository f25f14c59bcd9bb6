import { describe, expect, it } from "vitest";
import { date, email, id, metadata, moneyUsd, timestamp } from "../../../shared/kernel/fields.ts";

describe("fields", () => {
  it("moneyUsd is an amount with at most two decimals, kept with two", () => {
    expect(["250", "250.5", "250.00", "0", "0001.1"].map((amount) => moneyUsd.parse(amount))).toEqual(["250.00", "250.50", "250.00", "0.00", "1.10"]);
    for (const wrong of ["", ".5", "1.", "1.234", "-1", "+1", "1e3", "1,00", " 1", "12345678901", 250]) expect(moneyUsd.safeParse(wrong).success).toBe(false);
  });

  it("email is lower-cased and bounded", () => {
    expect(email.parse("Ada@Example.COM")).toBe("ada@example.com");
    for (const wrong of ["ada", "ada@", "a b@example.com", `${"a".repeat(250)}@example.com`]) expect(email.safeParse(wrong).success).toBe(false);
  });

  it("date, timestamp and id are strict", () => {
    expect([date.safeParse("2026-02-29").success, date.safeParse("2028-02-29").success]).toEqual([false, true]);
    expect([timestamp.safeParse("2026-11-20T09:00:00.000Z").success, timestamp.safeParse("2026-11-20T09:00:00+01:00").success]).toEqual([true, false]);
    expect([id.safeParse("019cd6c1-0000-7000-8000-000000000001").success, id.safeParse("x").success]).toEqual([true, false]);
  });
});

describe("metadata", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) });
  it.each([[{}], [{ a: [1, "two", null, { three: -0.5 }] }], [nested(16)]])("takes %j", (given) => {
    expect(metadata.parse(given)).toEqual(given);
  });
  it.each([
    ["too many levels", nested(17)],
    ["a name of 101 characters", { ["n".repeat(101)]: 1 }],
  ])("refuses %s", (_, given) => {
    expect(metadata.safeParse(given).success).toBe(false);
  });
});
