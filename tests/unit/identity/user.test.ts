import { describe, expect, it } from "vitest";
import { FullName, TimeZone } from "../../../shared/identity/user/user.ts";

describe("a user's fields", () => {
  it.each(["UTC", "Europe/Berlin", "Asia/Kolkata", "Asia/Calcutta", "America/Argentina/Buenos_Aires"])("%s is a time zone", (zone) => {
    expect(TimeZone.safeParse(zone).success).toBe(true);
  });
  it.each(["", "+02:00", "Mars/Base", "Europe/Berlin\n", "../etc"])("%j is none", (zone) => {
    expect(TimeZone.safeParse(zone).success).toBe(false);
  });
  it("a name is trimmed and has 1 to 200 characters", () => {
    expect(FullName.parse("  Ada ")).toBe("Ada");
    expect([" ", "x".repeat(201)].map((name) => FullName.safeParse(name).success)).toEqual([false, false]);
  });
});
