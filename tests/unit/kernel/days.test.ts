import { describe, expect, it } from "vitest";
import { addDays, dayOf, daysBetween, todayOf } from "../../../shared/kernel/days.ts";

describe("days", () => {
  it("are those of UTC", () => {
    expect(dayOf(new Date("2026-11-20T23:59:59.999Z"))).toBe("2026-11-20");
    expect(todayOf({ clock: { now: () => new Date("2026-11-21T00:30:00+02:00") } })).toBe("2026-11-20");
  });

  it.each([
    ["2026-02-28", 1, "2026-03-01"],
    ["2028-02-28", 1, "2028-02-29"],
    ["2026-01-01", -1, "2025-12-31"],
    ["2026-03-28", 2, "2026-03-30"],
    ["2026-11-20", 0, "2026-11-20"],
  ])("%s and %i days is %s, and as far back", (day, days, other) => {
    expect(addDays(day, days)).toBe(other);
    expect(daysBetween(day, other)).toBe(days);
  });
});
